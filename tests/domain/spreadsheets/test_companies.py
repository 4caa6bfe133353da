import pytest

from matchmaker.domain.spreadsheets.companies import CompanyRow, ReadCompanies, Side, companies_of, read_companies
from matchmaker.domain.spreadsheets.errors import ImportCode, RowError
from matchmaker.domain.spreadsheets.limits import ImportLimits
from matchmaker.domain.spreadsheets.source import read_table
from tests.domain.spreadsheets.files import csv_text, raw_row, raw_xlsx, windows_1258, xlsx


def read(*rows, mapping=None, **limits):
    return read_companies(data=csv_text(*rows).encode(), mapping=mapping, limits=ImportLimits(**limits))


def one(field, text, **limits):
    """What a file says whose one company has this text in this field."""
    return read(("name", "side", field), ("An", "buyer", text), **limits)


def value_of(field, text):
    (company,) = one(field, text).rows
    return getattr(company, field)


def test_a_vietnamese_file_is_read_whole():
    read_file = read(
        (
            "STT",
            "Tên doanh nghiệp",
            "Vai trò",
            "Quốc gia",
            "Chào hàng",
            "Nhu cầu",
            "Lĩnh vực",
            "Mã số thuế",
            "Người đại diện",
            "Chức vụ",
            "Email",
            "Điện thoại",
            "Ngôn ngữ",
            "Website",
            "Tỉnh/Thành phố",
            "Gian hàng",
            "Giới thiệu",
        ),
        (
            "1",
            "Hợp tác xã  Gốm Bát Tràng\u200b",
            "Đơn vị trưng bày",
            "Việt Nam",
            "Gốm sứ | Gạch tàu\nGốm sứ",
            "Bao bì giấy",
            "Thủ công mỹ nghệ",
            "0101234567001",
            "Nguyễn Văn An",
            "Giám đốc",
            "an@GOM.example",
            "+84 (24) 1234.5678",
            "Tiếng Việt, Anh; zh",
            "gom.example/vi",
            "Hà Nội",
            "A12",
            "Dòng một\nDòng hai",
        ),
    )
    assert read_file.rows == (
        CompanyRow(
            row=2,
            name="Hợp tác xã Gốm Bát Tràng",
            side=Side.EXHIBITOR,
            country="VN",
            offers=("Gốm sứ", "Gạch tàu"),
            needs=("Bao bì giấy",),
            sectors=("Thủ công mỹ nghệ",),
            tax_code="0101234567-001",
            contact_name="Nguyễn Văn An",
            contact_role="Giám đốc",
            email="an@gom.example",
            phone="+84 (24) 1234.5678",
            languages=("vi", "en", "zh"),
            website="https://gom.example/vi",
            province="Hà Nội",
            booth="A12",
            description="Dòng một\nDòng hai",
        ),
    )
    assert (read_file.errors, read_file.unmapped, read_file.header_row) == ((), ("STT",), 1)


def test_name_and_side_are_enough():
    assert read(("Company name", "Role"), ("An", "seller")) == ReadCompanies(
        rows=(CompanyRow(row=2, name="An", side=Side.EXHIBITOR),),
        headers=("Company name", "Role"),
        mapping={"name": "Company name", "side": "Role"},
        header_row=1,
        encoding="utf-8",
    )


def test_a_windows_1258_file_is_read_in_composed_letters_and_says_its_encoding():
    data = windows_1258(csv_text(("Tên doanh nghiệp", "Vai trò"), ("Trà Việt Đặng Phước Lộc Thuỷ", "người mua")))
    read_file = read_companies(data=data)
    assert read_file.rows == (CompanyRow(row=2, name="Trà Việt Đặng Phước Lộc Thuỷ", side=Side.BUYER),)
    assert read_file.encoding == "windows-1258"


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("exhibitor", Side.EXHIBITOR),
        ("Gian hàng", Side.EXHIBITOR),
        ("DON VI TRUNG BAY", Side.EXHIBITOR),
        ("bên bán", Side.EXHIBITOR),
        ("Gian hàng / đơn vị trưng bày", Side.EXHIBITOR),
        ("buyer", Side.BUYER),
        ("Người mua", Side.BUYER),
        ("ben mua", Side.BUYER),
        ("both", Side.BOTH),
        ("Cả hai", Side.BOTH),
        ("exhibitor, buyer", Side.BOTH),
        ("Bên bán + bên mua", Side.BOTH),
    ],
)
def test_the_side_is_understood(text, side):
    assert [company.side for company in read(("name", "side"), ("An", text)).rows] == [side]


@pytest.mark.parametrize("text", ["", "visitor", "buyer, visitor", "khách tham quan"])
def test_another_side_is_refused(text):
    assert read(("name", "Vai trò"), ("An", text)).errors == (
        RowError(2, "Vai trò", ImportCode.UNKNOWN_SIDE, {"value": text}),
    )


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("SG", "SG"),
        ("vn", "VN"),
        ("VNM", "VN"),
        ("Việt Nam", "VN"),
        ("viet nam", "VN"),
        ("Vietnam", "VN"),
        ("Hàn Quốc", "KR"),
        ("South Korea", "KR"),
        ("Nhật Bản", "JP"),
        ("USA", "US"),
        ("UK", "GB"),
        ("Mỹ", "US"),
    ],
)
def test_a_country_is_understood_by_code_and_by_name(text, country):
    assert value_of("country", text) == country


@pytest.mark.parametrize("text", ["XX", "EU", "ZZ", "Narnia", "UN", "SUN"])
def test_what_is_no_country_is_refused(text):
    assert one("country", text).errors == (RowError(2, "country", ImportCode.BAD_COUNTRY, {"value": text}),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0101234567", "0101234567"),
        ("0101234567-001", "0101234567-001"),
        ("0101234567 001", "0101234567-001"),
        ("001099012345", "001099012345"),
        # The check digit proves that the zero in front was lost: 0100233488.
        ("100233488", "0100233488"),
    ],
)
def test_a_vietnamese_tax_code_is_stored_in_one_spelling(text, code):
    assert value_of("tax_code", text) == code


@pytest.mark.parametrize("text", ["101234567", "12345", "01012345678901", "010123456X", "٠١٠١٢٣٤٥٦٧"])
def test_what_is_no_vietnamese_tax_code_is_refused(text):
    assert one("tax_code", text).errors == (RowError(2, "tax_code", ImportCode.BAD_TAX_CODE, {"value": text}),)


@pytest.mark.parametrize(("text", "codes"), [("201912345a", ["201912345A"]), ("none", [])])
def test_a_foreign_tax_code_is_kept_when_it_has_digits(text, codes):
    read_file = read(("name", "side", "country", "tax_code"), ("An", "buyer", "SG", text))
    assert [company.tax_code for company in read_file.rows] == codes


@pytest.mark.parametrize(
    "text", ["an", "an@", "an@example", "a n@example.com", "an@example.com, b@example.com", "gốm@x.vn"]
)
def test_what_is_no_address_is_refused(text):
    assert one("email", text).errors == (RowError(2, "email", ImportCode.BAD_EMAIL, {"value": text}),)


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "ftp://x.test/", "localhost", "https://a b.test", "https://u@x.test", "https://[x.test"],
)
def test_a_website_that_no_page_may_link_is_refused(text):
    assert one("website", text).errors == (RowError(2, "website", ImportCode.BAD_WEBSITE, {"value": text}),)


@pytest.mark.parametrize("text", ["call me", "123", "0912 345 678 hỏi An"])
def test_what_is_no_telephone_number_is_refused(text):
    assert one("phone", text).errors == (RowError(2, "phone", ImportCode.BAD_PHONE, {"value": text}),)


def test_an_unknown_language_is_named():
    assert one("languages", "vi, Klingonese").errors == (
        RowError(2, "languages", ImportCode.BAD_LANGUAGE, {"value": "Klingonese"}),
    )


def test_a_row_without_a_name_is_refused_and_a_blank_row_is_not_a_row():
    read_file = read(("name", "side"), ("", "buyer"), ("", ""), ("\u200b", "buyer"), ("An", "buyer"))
    assert [company.name for company in read_file.rows] == ["An"]
    assert read_file.errors == (
        RowError(2, "name", ImportCode.EMPTY_NAME),
        RowError(4, "name", ImportCode.EMPTY_NAME),
    )


def test_a_row_says_everything_that_is_wrong_with_it():
    read_file = read(("name", "side", "email", "country"), ("", "guest", "x", "Narnia"))
    assert read_file.errors == (
        RowError(2, "name", ImportCode.EMPTY_NAME),
        RowError(2, "country", ImportCode.BAD_COUNTRY, {"value": "Narnia"}),
        RowError(2, "side", ImportCode.UNKNOWN_SIDE, {"value": "guest"}),
        RowError(2, "email", ImportCode.BAD_EMAIL, {"value": "x"}),
    )


@pytest.mark.parametrize(
    ("field", "text", "limit"),
    [
        ("name", "a" * 201, 200),
        ("booth", "a" * 201, 200),
        ("description", "a" * 5_001, 5_000),
        ("offers", "a" * 1_001, 1_000),
    ],
)
def test_a_text_beyond_its_limit_is_refused(field, text, limit):
    read_file = (
        read(("name", "side", field), ("An", "buyer", text))
        if field != "name"
        else read(("name", "side"), (text, "buyer"))
    )
    assert read_file.errors == (RowError(2, field, ImportCode.TEXT_TOO_LONG, {"limit": limit, "length": len(text)}),)


def test_too_many_items_are_refused():
    assert one("needs", "a | b | c", max_items=2).errors == (
        RowError(2, "needs", ImportCode.TOO_MANY_ITEMS, {"limit": 2, "count": 3}),
    )


def test_a_long_wrong_value_is_shown_shortened():
    assert one("country", "x" * 150).errors == (RowError(2, "country", ImportCode.BAD_COUNTRY, {"value": "x" * 80}),)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Công ty TNHH Gốm Hoà Bình", "CONG TY TNHH GOM HOA BINH"),
        ("Công ty TNHH Gốm Hoà Bình", "Công ty TNHH Gốm Hòa Bình"),
        ("Xtremax Pte. Ltd.", "XTREMAX PTE LTD"),
    ],
)
def test_a_company_named_twice_is_refused_the_second_time_naming_both_rows(first, second):
    read_file = read(("name", "side"), (first, "exhibitor"), ("Other", "buyer"), (second, "buyer"))
    assert [company.row for company in read_file.rows] == [2, 3]
    assert read_file.errors == (RowError(4, "name", ImportCode.DUPLICATE_COMPANY, {"other_row": 2}),)


def test_a_tax_code_used_twice_is_a_duplicate_whatever_the_names():
    read_file = read(("name", "side", "tax_code"), ("An", "buyer", "0101234567"), ("Bình", "buyer", "0101234567"))
    assert read_file.errors == (RowError(3, "name", ImportCode.DUPLICATE_COMPANY, {"other_row": 2}),)


def test_branches_and_namesakes_abroad_are_different_companies():
    read_file = read(
        ("name", "side", "tax_code", "country"),
        ("Công ty CP Sao Mai", "buyer", "0101234567", "VN"),
        ("Công ty CP Sao Mai", "buyer", "0101234567-001", "VN"),
        ("Sao Mai", "buyer", "", "SG"),
    )
    assert ([company.row for company in read_file.rows], read_file.errors) == ([2, 3, 4], ())


def test_the_first_of_all_earlier_namesakes_is_named():
    read_file = read(
        ("name", "side", "country"),
        ("Công ty TNHH Hòa Mai", "buyer", "VN"),
        ("Công ty TNHH Hoa Mai", "buyer", "VN"),
        ("HOA MAI", "buyer", ""),
    )
    assert read_file.errors == (RowError(4, "name", ImportCode.DUPLICATE_COMPANY, {"other_row": 2}),)


def test_a_formula_is_refused_by_row_and_column_and_only_where_it_is_read():
    data = xlsx(["STT", "name", "side"], ["=ROW()-1", "An", "buyer"], ["=ROW()-1", '="B"', "buyer"])
    read_file = read_companies(data=data)
    assert [company.name for company in read_file.rows] == ["An"]
    assert read_file.errors == (RowError(3, "name", ImportCode.FORMULA_CELL),)


def test_a_merged_name_is_refused_where_it_is_covered():
    data = xlsx(
        ["name", "side"], ["An", "buyer"], [None, "buyer"], prepare=lambda book: book.active.merge_cells("A2:A3")
    )
    assert read_companies(data=data).errors == (RowError(3, "name", ImportCode.MERGED_CELL),)


def test_an_error_in_a_cell_is_refused():
    data = raw_xlsx(raw_row(1, "name", "side") + '<row r="2"><c t="e"><v>#N/A</v></c><c t="str"><v>buyer</v></c></row>')
    assert read_companies(data=data).errors == (RowError(2, "name", ImportCode.ERROR_CELL),)


def test_an_escaped_nul_in_a_workbook_is_refused():
    data = raw_xlsx(raw_row(1, "name", "side") + raw_row(2, "A_x0000_n", "buyer"))
    assert read_companies(data=data).errors == (RowError(2, "name", ImportCode.NUL_CHARACTER),)


def test_a_text_that_begins_like_a_formula_is_a_name():
    assert [company.name for company in read(("name", "side"), ("=SUM(A1)", "buyer")).rows] == ["=SUM(A1)"]


def test_without_its_required_columns_no_row_is_read():
    assert read(("Alpha", "Role"), ("An", "buyer")) == ReadCompanies(
        errors=(RowError(1, None, ImportCode.MISSING_COLUMN, {"field": "name"}),),
        headers=("Alpha", "Role"),
        unmapped=("Alpha",),
        mapping={"side": "Role"},
        header_row=1,
        encoding="utf-8",
    )


def test_the_organizer_may_say_which_column_is_which():
    table = read_table(data=csv_text(("Alpha", "Beta", "Email"), ("An", "buyer", "no address")).encode())
    read_file = companies_of(table=table, mapping={"name": "Alpha", "side": "Beta"})
    assert read_file.rows == (CompanyRow(row=2, name="An", side=Side.BUYER),)
    assert read_file.unmapped == ("Email",)


def test_headers_alone_are_no_rows():
    assert read(("name", "side")).errors == (RowError(None, None, ImportCode.NO_ROWS),)


def test_a_file_that_cannot_be_read_is_one_error_and_nothing_else():
    assert read_companies(data=b"%PDF-1.7") == ReadCompanies(
        errors=(RowError(None, None, ImportCode.NOT_A_SPREADSHEET),), mapping={}
    )
