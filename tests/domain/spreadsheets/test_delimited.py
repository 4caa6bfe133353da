import codecs

import pytest

from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode, RowError
from matchmaker.domain.spreadsheets.limits import ImportLimits
from matchmaker.domain.spreadsheets.source import read_table
from matchmaker.domain.spreadsheets.table import FileKind, Table, TableRow
from tests.domain.spreadsheets.files import csv_text, windows_1258

ROWS = (("Tên doanh nghiệp", "Vai trò"), ("Hợp tác xã Gốm Bát Tràng", "đơn vị trưng bày"))
TEXT = csv_text(*ROWS)


def refusal(data, **limits):
    with pytest.raises(FileRefusedError) as refused:
        read_table(data=data, limits=ImportLimits(**limits))
    return refused.value.error


def cells_of(data):
    return tuple(row.cells for row in read_table(data=data).rows)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_it_reads_unicode_and_says_which(data, encoding):
    assert read_table(data=data) == Table(
        kind=FileKind.CSV,
        rows=(TableRow(1, ROWS[0]), TableRow(2, ROWS[1])),
        encoding=encoding,
        delimiter=",",
    )


def test_it_reads_windows_1258_and_says_so():
    table = read_table(data=windows_1258(TEXT))
    assert table.encoding == "windows-1258"
    # The tones follow their letters in this encoding; they are joined when a field is read, not here.
    assert [cell.encode("cp1258") for row in table.rows for cell in row.cells] == [
        windows_1258(cell) for row in ROWS for cell in row
    ]


def test_bytes_that_windows_1258_does_not_know_are_named_by_line_and_place():
    assert refusal(b"name,side\nCaf\xe9 \x8d,buyer\n") == RowError(2, None, ImportCode.UNKNOWN_ENCODING, {"byte": 15})


def test_a_tone_that_stands_on_no_vowel_is_not_windows_1258():
    forli_in_windows_1252 = "name,side\nForlì,buyer\n".encode("cp1252")
    assert refusal(forli_in_windows_1252) == RowError(2, None, ImportCode.UNKNOWN_ENCODING, {"byte": 14})


def test_the_older_vietnamese_encoding_is_not_taken_for_windows_1258():
    cong_ty_in_tcvn3 = b"name,side\nC\xabng ty,buyer\n"
    assert refusal(cong_ty_in_tcvn3) == RowError(2, None, ImportCode.UNKNOWN_ENCODING, {"byte": 11})


def test_a_file_pasted_together_from_two_encodings_is_refused_at_the_first_foreign_byte():
    data = "name,side\nGốm Sứ,buyer\n".encode() + windows_1258("Trà Việt,buyer\n")
    assert refusal(data) == RowError(3, None, ImportCode.MIXED_ENCODINGS, {"byte": 29})


def test_half_a_character_at_the_end_of_utf_16_is_named():
    data = codecs.BOM_UTF16_LE + "name\nAn".encode("utf-16-le") + b"\x41"
    assert refusal(data) == RowError(2, None, ImportCode.UNKNOWN_ENCODING, {"byte": 16})


def test_utf_16_without_a_mark_is_refused_for_its_nul_characters():
    assert refusal("name,side".encode("utf-16-le")) == RowError(1, "A", ImportCode.NUL_CHARACTER)


def test_a_nul_character_is_named_by_row_and_column():
    assert refusal(b"name,side\nAn,bu\0yer\n") == RowError(2, "B", ImportCode.NUL_CHARACTER)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_finds_the_delimiter(delimiter):
    rows = (("name", "needs"), ("An", "rice, tea, salt"), ("Bình", "a; b"))
    assert cells_of(csv_text(*rows, delimiter=delimiter).encode()) == rows


def test_commas_in_prose_do_not_outweigh_the_delimiter():
    data = "Danh sách, đợt 1\nname;needs\nAn;rice, tea, salt\nBình;silk, paper\n".encode()
    assert cells_of(data) == (
        ("Danh sách, đợt 1",),
        ("name", "needs"),
        ("An", "rice, tea, salt"),
        ("Bình", "silk, paper"),
    )


def test_one_column_needs_no_delimiter():
    assert cells_of(b"name\nAn\n") == (("name",), ("An",))


def test_a_text_that_begins_like_a_formula_is_kept():
    assert cells_of(b'name,needs\n=1+1,"=HYPERLINK(""http://x.test"")"\n')[1] == ("=1+1", '=HYPERLINK("http://x.test")')


def test_rows_are_numbered_as_a_spreadsheet_program_does():
    data = b'name,needs\n\nAn,"rice\ntea"\n\n\nBinh,silk\n'
    assert read_table(data=data).rows == (
        TableRow(1, ("name", "needs")),
        TableRow(3, ("An", "rice\ntea")),
        TableRow(6, ("Binh", "silk")),
    )


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(ends):
    assert cells_of(f"name,side{ends}An,buyer{ends}".encode()) == (("name", "side"), ("An", "buyer"))


@pytest.mark.parametrize("rest", [b'"never closed,buyer\nBinh,buyer\n', b'"closed" twice",buyer\n'])
def test_a_quote_that_does_not_close_well_is_refused_by_its_row(rest):
    assert refusal(b"name,side\nAn,buyer\n" + rest) == RowError(3, None, ImportCode.BROKEN_QUOTES)


def test_a_cell_of_ten_megabytes_is_refused_by_its_row():
    data = b"name,side\n" + b"x" * (10 * 1024 * 1024) + b",buyer\n"
    assert refusal(data) == RowError(
        2, None, ImportCode.TEXT_TOO_LONG, {"limit": 1_000_000, "length": 10 * 1024 * 1024 + 7}
    )


def test_a_quote_left_open_over_many_lines_is_refused_as_too_long():
    data = b'name,side\n"' + b"An,buyer\n" * 200
    assert refusal(data, max_row_characters=1_000) == RowError(
        2, None, ImportCode.TEXT_TOO_LONG, {"limit": 1_000, "length": 1_009}
    )


def test_a_cell_beyond_what_the_csv_reader_takes_is_too_long_as_well():
    data = b"name,side\n" + b"x" * 131_073 + b",buyer\n"
    assert refusal(data) == RowError(2, None, ImportCode.TEXT_TOO_LONG, {"limit": 1_000_000, "length": 131_080})


def test_a_row_beyond_the_cap_is_refused():
    data = b"name\n" + b"An\n" * 4
    assert refusal(data, max_rows=3) == RowError(5, None, ImportCode.TOO_MANY_ROWS, {"limit": 3})


def test_a_column_beyond_the_cap_is_refused_and_empty_ones_are_not():
    assert cells_of(b"name" + b"," * 500) == (("name", *[""] * 99),)
    assert refusal(b"name" + b"," * 102 + b"x") == RowError(1, "CY", ImportCode.TOO_MANY_COLUMNS, {"limit": 100})


def test_more_text_than_is_held_is_refused():
    assert refusal(b"a" * 60 + b"\n" + b"b" * 60, max_characters=100) == RowError(
        2, None, ImportCode.TOO_LARGE, {"limit": 100}
    )
