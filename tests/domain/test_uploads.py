import pytest

from matchmaker.domain.uploads import JPEG, PDF, PNG, file_name


@pytest.mark.parametrize(
    ("given", "kind", "name"),
    [
        ("logo.png", PNG, "logo.png"),
        ("../../etc/passwd", PNG, "passwd.png"),
        ("..\\..\\x.exe", JPEG, "x.jpg"),
        ("page.html.png.html", PNG, "page.html.png.png"),
        ("Chứng nhận HACCP.pdf", PDF, "Chứng nhận HACCP.pdf"),
        ("\u202egnp.exe", PNG, "gnp.png"),
        ("a\x00b\r\nSet-Cookie: x.png", PNG, "ab Set-Cookie x.png"),
        ('";filename=evil.exe', PDF, "filename=evil.pdf"),
        ("", PDF, "file.pdf"),
        ("...", PDF, "file.pdf"),
        ("x" * 500 + ".pdf", PDF, "x" * 120 + ".pdf"),
    ],
)
def test_names_have_no_folder_no_marks_and_their_true_ending(given, kind, name):
    assert file_name(given, kind) == name
