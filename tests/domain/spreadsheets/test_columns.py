import pytest

from matchmaker.domain.spreadsheets.columns import Heading, find_heading
from matchmaker.domain.spreadsheets.companies import COMPANY_COLUMNS
from matchmaker.domain.spreadsheets.errors import ImportCode, RowError
from matchmaker.domain.spreadsheets.outcomes import OUTCOME_COLUMNS
from matchmaker.domain.spreadsheets.table import Fault, FileKind, Table, TableRow


def heading_of(*rows, mapping=None):
    numbered = tuple(row if isinstance(row, TableRow) else TableRow(number, row) for number, row in enumerate(rows, 1))
    return find_heading(table=Table(kind=FileKind.CSV, rows=numbered), columns=COMPANY_COLUMNS, mapping=mapping)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Tên doanh nghiệp", "name"),
        ("TEN DOANH NGHIEP", "name"),
        ("  tên\u200b  Doanh  Nghiệp (*) ", "name"),
        ("Tên doanh nghiệp / Company name", "name"),
        ("Tên công ty\n(Company)", "name"),
        ("Vai trò", "side"),
        ("Quốc gia", "country"),
        ("Chào hàng", "offers"),
        ("Sản phẩm, dịch vụ", "offers"),
        ("Nhu cầu", "needs"),
        ("Lĩnh vực", "sectors"),
        ("Mã số thuế:", "tax_code"),
        ("MST", "tax_code"),
        ("Người đại diện", "contact_name"),
        ("E-mail", "email"),
        ("ĐIỆN THOẠI", "phone"),
        ("Ngôn ngữ", "languages"),
        ("Tỉnh/Thành phố", "province"),
        ("contact_name", "contact_name"),
    ],
)
def test_headers_are_recognised_in_both_languages_whatever_their_marks_and_case(header, field):
    assert heading_of((header,)).positions == {field: 0}


def test_a_header_in_decomposed_letters_is_recognised():
    assert heading_of(("Te\u0302n doanh nghie\u0323\u0302p",)).positions == {"name": 0}


@pytest.mark.parametrize("columns", [COMPANY_COLUMNS, OUTCOME_COLUMNS])
def test_every_header_a_file_of_ours_carries_is_recognised_as_itself(columns):
    row = TableRow(1, tuple(column.header for column in columns))
    heading = find_heading(table=Table(kind=FileKind.XLSX, rows=(row,)), columns=columns)
    assert heading.positions == {column.field: place for place, column in enumerate(columns)}


def test_titles_above_the_headers_are_passed_over():
    assert heading_of(("DANH SÁCH DOANH NGHIỆP",), ("Hà Nội, 2024",), ("STT", "Tên công ty", "Vai trò")) == Heading(
        row=3,
        headers=("STT", "Tên công ty", "Vai trò"),
        positions={"name": 1, "side": 2},
        unmapped=("STT",),
    )


def test_of_two_columns_for_one_field_the_first_is_taken_and_the_other_reported():
    heading = heading_of(("Tên doanh nghiệp", "Company name", "Vai trò", ""))
    assert (heading.mapping, heading.unmapped) == ({"name": "Tên doanh nghiệp", "side": "Vai trò"}, ("Company name",))


def test_headers_nobody_knows_leave_the_first_row_to_be_explained():
    heading = heading_of(("Alpha", "Beta"), ("An", "buyer"))
    assert heading == Heading(row=1, headers=("Alpha", "Beta"), positions={}, unmapped=("Alpha", "Beta"))
    assert heading.missing(COMPANY_COLUMNS) == (
        RowError(1, None, ImportCode.MISSING_COLUMN, {"field": "name"}),
        RowError(1, None, ImportCode.MISSING_COLUMN, {"field": "side"}),
    )


def test_what_the_organizer_chose_replaces_every_guess():
    heading = heading_of(("Title", "Name", "Role", "Email"), mapping={"name": "title", "side": "Role"})
    assert heading.mapping == {"name": "Title", "side": "Role"}
    assert heading.unmapped == ("Name", "Email")


def test_a_chosen_header_that_is_not_there_is_a_missing_column():
    mapping = {"name": "Name", "side": "Role", "email": "Mail 2"}
    heading = heading_of(("Name", "Role", "Email"), mapping=mapping)
    assert heading.missing(COMPANY_COLUMNS, asked=mapping) == (
        RowError(1, None, ImportCode.MISSING_COLUMN, {"field": "email"}),
    )


def test_choosing_a_field_that_does_not_exist_is_a_mistake_of_the_program():
    with pytest.raises(KeyError, match="shoe_size"):
        heading_of(("Name",), mapping={"shoe_size": "Name"})


def test_a_formula_is_no_header():
    row = TableRow(1, ("Name", "Role"), (Fault(1, ImportCode.FORMULA_CELL),))
    assert heading_of(row) == Heading(row=1, headers=("Name", ""), positions={"name": 0}, unmapped=())
