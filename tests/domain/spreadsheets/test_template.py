import io

from openpyxl import load_workbook

from matchmaker.domain.spreadsheets.companies import COMPANY_COLUMNS, CompanyRow, Side, read_companies
from matchmaker.domain.spreadsheets.errors import ImportCode, RowError
from matchmaker.domain.spreadsheets.template import company_template


def test_every_field_has_its_column_in_both_languages():
    read_file = read_companies(data=company_template())
    assert read_file.mapping == {column.field: column.header for column in COMPANY_COLUMNS}
    assert read_file.headers[:2] == ("Tên doanh nghiệp / Company name", "Vai trò / Role")


def test_the_example_left_in_the_file_does_not_become_a_company():
    read_file = read_companies(data=company_template())
    assert read_file.rows == ()
    assert read_file.errors == (RowError(2, "Tên doanh nghiệp / Company name", ImportCode.EXAMPLE_ROW),)


def test_the_example_is_right_in_every_other_cell():
    workbook = load_workbook(io.BytesIO(company_template()))
    workbook.active["A2"] = "Gốm Mẫu"
    content = io.BytesIO()
    workbook.save(content)
    read_file = read_companies(data=content.getvalue())
    assert read_file.rows == (
        CompanyRow(
            row=2,
            name="Gốm Mẫu",
            side=Side.EXHIBITOR,
            country="VN",
            offers=("Bát đĩa gốm men tro", "Tách trà gốm"),
            needs=("Bao bì giấy tái chế",),
            sectors=("Thủ công mỹ nghệ",),
            tax_code="0101234567",
            contact_name="Nguyễn Thị Mẫu",
            contact_role="Giám đốc",
            email="lien-he@example.test",
            phone="+84 24 1234 5678",
            languages=("vi", "en"),
            website="https://example.test",
            province="Hà Nội",
            booth="A12",
            description="Xưởng gốm gia đình, xuất khẩu từ năm 2015.",
        ),
    )
    assert read_file.errors == ()


def test_tax_codes_and_telephone_numbers_keep_their_zeros_below_the_example():
    sheet = load_workbook(io.BytesIO(company_template())).active
    formats = {
        sheet.cell(row=1, column=number + 1).value: sheet.column_dimensions[letter].number_format
        for number, letter in enumerate("ABCDEFGHIJKLMNOP")
    }
    assert formats == {column.header: "@" for column in COMPANY_COLUMNS}
