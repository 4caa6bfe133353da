import io

from openpyxl import load_workbook

from matchmaker.domain.spreadsheets.companies import companies_of, read_companies
from matchmaker.domain.spreadsheets.corrected import corrected_file
from matchmaker.domain.spreadsheets.errors import ImportCode, RowError
from matchmaker.domain.spreadsheets.source import read_table
from matchmaker.domain.spreadsheets.table import TableRow
from tests.domain.spreadsheets.files import csv_text, xlsx


def corrected(data):
    table = read_table(data=data)
    read_file = companies_of(table=table)
    return corrected_file(
        table=table,
        header_row=read_file.header_row,
        errors=read_file.errors,
        reason=lambda error: f"{error.column}: {error.code}",
        reason_header="Lý do / Reason",
    )


def test_it_holds_the_failing_rows_with_their_reasons_and_no_others():
    data = csv_text(
        ("DANH SÁCH", ""), ("name", "side"), ("An", "buyer"), ("", "guest"), ("Bình", "buyer"), ("Chi", "")
    ).encode()
    assert read_table(data=corrected(data)).rows == (
        TableRow(1, ("name", "side", "Lý do / Reason")),
        TableRow(2, ("", "guest", "name: empty_name\nside: unknown_side")),
        TableRow(3, ("Chi", "", "side: unknown_side")),
    )


def test_what_is_wrong_with_the_headers_is_no_row_to_correct():
    table = read_table(data=csv_text(("Alpha", "side"), ("An", "buyer")).encode())
    errors = (RowError(1, None, ImportCode.MISSING_COLUMN, {"field": "name"}), RowError(None, None, ImportCode.NO_ROWS))
    content = corrected_file(table=table, header_row=1, errors=errors, reason=str, reason_header="Reason")
    assert read_table(data=content).rows == (TableRow(1, ("Alpha", "side", "Reason")),)


def test_every_cell_is_text_so_nothing_is_a_formula():
    texts = ("=1+1", "+84 24", "-1", "@SUM(A1)", "#REF!", "_x0041_", "0101234567")
    data = csv_text(("name", "side", "a", "b", "c", "d", "e"), texts).encode()
    sheet = load_workbook(io.BytesIO(corrected(data))).active
    assert [(cell.data_type, cell.number_format) for cell in sheet[2]] == [("s", "@")] * 8
    assert read_table(data=corrected(data)).rows[1].cells == (*texts, "side: unknown_side")


def test_characters_no_workbook_can_hold_do_not_stop_it():
    data = "name,side\nA\x07n\ufffe,guest\n".encode()
    assert read_table(data=corrected(data)).rows[1].cells == ("An", "guest", "side: unknown_side")


def test_a_formula_comes_back_as_the_text_it_showed():
    data = xlsx(["name", "side"], ["=1+1", "buyer"])
    corrected_rows = read_table(data=corrected(data)).rows
    assert corrected_rows[1] == TableRow(2, ("", "buyer", "name: formula_cell"))


def test_the_reasons_are_no_column_when_the_file_is_read_again():
    read_file = read_companies(data=corrected(csv_text(("name", "side"), ("An", "")).encode()))
    assert read_file.unmapped == ("Lý do / Reason",)
    assert read_file.errors == (RowError(2, "side", ImportCode.UNKNOWN_SIDE, {"value": ""}),)
