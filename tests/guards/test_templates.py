import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
IMPORT = re.compile(r"{%-?\s*from\s+'[^']+'\s+import\s+([^%]+?)(?:\s+with context)?\s*-?%}")


def test_no_template_imports_what_it_does_not_use():
    unused = {}
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        body = IMPORT.sub("", text)
        names = [part.split(" as ")[-1].strip() for found in IMPORT.findall(text) for part in found.split(",")]
        left = [name for name in names if not re.search(rf"\b{re.escape(name)}\b", body)]
        if left:
            unused[str(path.relative_to(ROOT))] = left
    assert unused == {}


def test_no_template_marks_data_as_safe():
    assert [str(path.relative_to(ROOT)) for path in TEMPLATES if re.search(r"\|\s*safe\b", path.read_text())] == []


def test_every_mail_has_a_subject_a_text_and_a_page():
    folders = [path for path in (ROOT / "templates" / "email").iterdir() if path.is_dir()]
    wanted = {"subject.txt", "body.txt", "body.html"}
    assert {path.name: wanted - {file.name for file in path.iterdir()} for path in folders} == {
        path.name: set() for path in folders
    }


def test_every_template_that_another_names_is_there():
    named = re.compile(r"{%-?\s*(?:extends|from|import|include)\s+'([^']+)'")
    missing = {
        str(path.relative_to(ROOT)): left
        for path in TEMPLATES
        if (left := [name for name in named.findall(path.read_text()) if not (ROOT / "templates" / name).exists()])
    }
    assert missing == {}
