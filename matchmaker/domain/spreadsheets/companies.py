"""Reading a spreadsheet of companies: exhibitors, buyers, and those who are both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from matchmaker.domain.names import fold
from matchmaker.domain.spreadsheets.columns import Column, find_heading
from matchmaker.domain.spreadsheets.countries import country_code, language_code
from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode, RowError
from matchmaker.domain.spreadsheets.limits import ImportLimits
from matchmaker.domain.spreadsheets.namesakes import Namesakes
from matchmaker.domain.spreadsheets.row import RowReader
from matchmaker.domain.spreadsheets.source import read_table
from matchmaker.domain.spreadsheets.tax_codes import tax_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matchmaker.domain.spreadsheets.table import Table

EXAMPLE_NAME = "Ví dụ: Công ty TNHH Gốm Mẫu (xóa dòng này / delete this row)"
_LINE = 200
_EMAIL = 254
_URL = 500
_PHONE = re.compile(r"\+?[0-9(][0-9 ().\-/]{4,28}[0-9]")
_SIDE_PARTS = re.compile(r"[,;|/&+\n]")
_LANGUAGE_PARTS = re.compile(r"[,;|/\n]")


class Side(StrEnum):
    """What a company wants to be at the fair."""

    EXHIBITOR = "exhibitor"
    BUYER = "buyer"
    BOTH = "both"


_SIDES = {
    Side.EXHIBITOR: (
        "exhibitor",
        "seller",
        "supplier",
        "gian hàng",
        "đơn vị trưng bày",
        "đồng trưng bày",
        "bên bán",
        "người bán",
        "nhà cung ứng",
        "nhà cung cấp",
    ),
    Side.BUYER: ("buyer", "người mua", "bên mua", "nhà mua hàng", "khách mời mua hàng", "importer", "nhà nhập khẩu"),
    Side.BOTH: ("both", "cả hai", "exhibitor and buyer", "gian hàng và người mua", "vừa bán vừa mua", "bán và mua"),
}
_SIDE_OF = {fold(name): side for side, names in _SIDES.items() for name in names}

COMPANY_COLUMNS = (
    Column(
        "name",
        "Tên doanh nghiệp",
        "Company name",
        ("Tên công ty", "Doanh nghiệp", "Tên đơn vị", "Đơn vị", "Company", "Organisation", "Organization"),
        is_required=True,
    ),
    Column("side", "Vai trò", "Role", ("Bên", "Loại hình tham gia", "Tư cách tham gia", "Type"), is_required=True),
    Column("country", "Quốc gia", "Country", ("Nước", "Quốc tịch", "Country code")),
    Column(
        "offers",
        "Chào hàng",
        "Offers",
        ("Sản phẩm", "Sản phẩm chào hàng", "Sản phẩm chào bán", "Sản phẩm, dịch vụ", "Chào bán", "Offer", "Products"),
    ),
    Column("needs", "Nhu cầu", "Needs", ("Nhu cầu mua", "Cần mua", "Nhu cầu mua hàng", "Need", "Purchase needs")),
    Column("sectors", "Lĩnh vực", "Sectors", ("Ngành hàng", "Ngành nghề", "Sector", "Category", "Industry")),
    Column("tax_code", "Mã số thuế", "Tax code", ("MST", "Mã số doanh nghiệp", "Tax ID", "Tax number", "UEN")),
    Column(
        "contact_name",
        "Người đại diện",
        "Contact name",
        ("Người liên hệ", "Họ tên", "Họ và tên", "Đại diện", "Contact", "Contact person", "Representative"),
    ),
    Column("contact_role", "Chức vụ", "Position", ("Chức danh", "Job title")),
    Column("email", "Email", "Email", ("E-mail", "Thư điện tử", "Địa chỉ email", "Email address", "Mail")),
    Column("phone", "Điện thoại", "Phone", ("Số điện thoại", "SĐT", "ĐT", "Di động", "Telephone", "Mobile", "Tel")),
    Column("languages", "Ngôn ngữ", "Languages", ("Language", "Ngôn ngữ giao tiếp")),
    Column("website", "Website", "Website", ("Web site", "Trang web", "Web", "URL")),
    Column("province", "Tỉnh thành", "Province", ("Tỉnh/Thành phố", "Tỉnh", "Thành phố", "City")),
    Column("booth", "Số gian hàng", "Booth", ("Gian hàng", "Gian hàng số", "Booth number", "Stand")),
    Column("description", "Giới thiệu", "Description", ("Mô tả", "Giới thiệu doanh nghiệp", "Profile", "About")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRow:
    """One company of a spreadsheet, clean and checked; what the file does not say is "", () or None."""

    row: int
    name: str
    side: Side
    country: str | None = None
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    tax_code: str | None = None
    contact_name: str = ""
    contact_role: str = ""
    email: str | None = None
    phone: str | None = None
    languages: tuple[str, ...] = ()
    website: str | None = None
    province: str = ""
    booth: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCompanies:
    """What a spreadsheet of companies says: the rows without fault, and every error in the order of the file.

    ``mapping`` gives each field the header it was read from, ``unmapped`` are the headers that were not read.
    ``encoding`` is that of a CSV file and "" for XLSX.
    """

    rows: tuple[CompanyRow, ...] = ()
    errors: tuple[RowError, ...] = ()
    headers: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    mapping: Mapping[str, str]
    header_row: int | None = None
    encoding: str = ""


def read_companies(
    *, data: bytes, mapping: Mapping[str, str] | None = None, limits: ImportLimits | None = None
) -> ReadCompanies:
    """The companies in an XLSX or CSV file. A file that cannot be read at all gives one error and no rows."""
    try:
        table = read_table(data=data, limits=limits)
    except FileRefusedError as refused:
        return ReadCompanies(errors=(refused.error,), mapping={})
    return companies_of(table=table, mapping=mapping, limits=limits)


def companies_of(
    *, table: Table, mapping: Mapping[str, str] | None = None, limits: ImportLimits | None = None
) -> ReadCompanies:
    """The companies in a table. ``mapping`` {field: header} says which columns to read instead of guessing.

    A row with an error is not among the rows. Of two rows for one company the later is the error.
    """
    limits = limits or ImportLimits()
    heading = find_heading(table=table, columns=COMPANY_COLUMNS, mapping=mapping)
    rows: list[CompanyRow] = []
    errors = list(heading.missing(COMPANY_COLUMNS, asked=mapping))
    seen = Namesakes()
    for source in () if errors else table.rows:
        reader = RowReader(row=source, heading=heading)
        if source.number <= heading.row or reader.is_blank:
            continue
        company = _company(reader, limits=limits)
        other = seen.meet(row=company.row, name=company.name, tax_code=company.tax_code, country=company.country)
        if other is not None:
            reader.refuse("name", ImportCode.DUPLICATE_COMPANY, other_row=other)
        errors += reader.errors
        if not reader.errors:
            rows.append(company)
    if not rows and not errors:
        errors.append(RowError(None, None, ImportCode.NO_ROWS))
    return ReadCompanies(
        rows=tuple(rows),
        errors=tuple(errors),
        headers=heading.headers,
        unmapped=heading.unmapped,
        mapping=heading.mapping,
        header_row=heading.row,
        encoding=table.encoding,
    )


def _company(reader: RowReader, *, limits: ImportLimits) -> CompanyRow:
    name = reader.text("name", longest=limits.max_name)
    if not name and not reader.has_error("name"):
        reader.refuse("name", ImportCode.EMPTY_NAME)
    if name == EXAMPLE_NAME:
        reader.refuse("name", ImportCode.EXAMPLE_ROW)
    country = reader.parsed("country", longest=_LINE, parse=country_code, code=ImportCode.BAD_COUNTRY)
    return CompanyRow(
        row=reader.number,
        name=name,
        side=_side(reader),
        country=country,
        offers=reader.items("offers", longest=limits.max_item, most=limits.max_items),
        needs=reader.items("needs", longest=limits.max_item, most=limits.max_items),
        sectors=reader.items("sectors", longest=_LINE, most=limits.max_items),
        tax_code=reader.parsed(
            "tax_code", longest=_LINE, parse=lambda text: tax_code(text, country=country), code=ImportCode.BAD_TAX_CODE
        ),
        contact_name=reader.text("contact_name", longest=_LINE),
        contact_role=reader.text("contact_role", longest=_LINE),
        email=reader.parsed("email", longest=_EMAIL, parse=_email, code=ImportCode.BAD_EMAIL),
        phone=reader.parsed("phone", longest=_LINE, parse=_phone, code=ImportCode.BAD_PHONE),
        languages=_languages(reader),
        website=reader.parsed("website", longest=_URL, parse=_website, code=ImportCode.BAD_WEBSITE),
        province=reader.text("province", longest=_LINE),
        booth=reader.text("booth", longest=_LINE),
        description=reader.text("description", longest=limits.max_description, keep_lines=True),
    )


def _side(reader: RowReader) -> Side:
    text = reader.text("side", longest=_LINE)
    words = (fold(text), *(fold(part) for part in _SIDE_PARTS.split(text)))
    sides = {_SIDE_OF[word] for word in words if word in _SIDE_OF}
    is_known = words[0] in _SIDE_OF or (bool(sides) and all(word in _SIDE_OF for word in words[1:]))
    if not is_known and not reader.has_error("side"):
        reader.refuse("side", ImportCode.UNKNOWN_SIDE, value=text)
    # A row whose side is not known carries an error and is dropped, whatever stands here.
    return sides.pop() if len(sides) == 1 else Side.BOTH


def _languages(reader: RowReader) -> tuple[str, ...]:
    text = reader.text("languages", longest=_LINE, keep_lines=True)
    codes: list[str] = []
    for part in filter(str.strip, _LANGUAGE_PARTS.split(text)):
        code = language_code(part)
        if code is None:
            reader.refuse("languages", ImportCode.BAD_LANGUAGE, value=part.strip())
            return ()
        codes.append(code)
    return tuple(dict.fromkeys(codes))


def _email(text: str) -> str | None:
    try:
        # Names reserved for tests are let through: nothing is ever delivered to them.
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        return None
    return checked.normalized


def _phone(text: str) -> str | None:
    return text if _PHONE.fullmatch(text) else None


def _website(text: str) -> str | None:
    """A web address with its scheme; anything but http and https, which a page could not safely link, is None."""
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    is_safe = parts.scheme in {"http", "https"} and "." in host and "@" not in parts.netloc
    return address if is_safe and not any(letter.isspace() or letter in "<>\"'\\" for letter in address) else None
