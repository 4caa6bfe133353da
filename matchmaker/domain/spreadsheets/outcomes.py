"""Reading a spreadsheet of outcomes: which exhibitor sold what to which buyer, for how much and when."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.errors import AmbiguousAmount, UnreadableAmount
from matchmaker.domain.money.parsing import read_amount
from matchmaker.domain.money.spelling import currencies_of
from matchmaker.domain.names import company_name, fold, same_company
from matchmaker.domain.spreadsheets.columns import Column, find_heading
from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode, RowError
from matchmaker.domain.spreadsheets.limits import ImportLimits
from matchmaker.domain.spreadsheets.row import RowReader
from matchmaker.domain.spreadsheets.source import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matchmaker.domain.spreadsheets.table import Table

_LINE = 200
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00)?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})")

OUTCOME_COLUMNS = (
    Column("buyer", "Bên mua", "Buyer", ("Người mua", "Doanh nghiệp mua", "Nhà mua hàng"), is_required=True),
    Column(
        "exhibitor",
        "Đơn vị trưng bày",
        "Exhibitor",
        ("Bên bán", "Người bán", "Gian hàng", "Doanh nghiệp bán", "Seller", "Supplier"),
        is_required=True,
    ),
    Column("need", "Nhu cầu", "Need", ("Nội dung", "Hàng hóa", "Hàng hóa, dịch vụ", "Subject")),
    Column(
        "reference",
        "Số hợp đồng",
        "Reference",
        ("tender_no", "Tender no.", "Số hiệu", "Số gói thầu", "Contract no."),
    ),
    Column("amount", "Giá trị", "Amount", ("Số tiền", "Trị giá", "Giá trị hợp đồng", "Value"), is_required=True),
    Column("currency", "Tiền tệ", "Currency", ("Loại tiền", "Đơn vị tiền", "Đơn vị tiền tệ", "Đồng tiền")),
    Column("signed_on", "Ngày ký", "Signed on", ("Ngày ký kết", "Ngày", "Date", "Signed")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """One contract or order of a spreadsheet; the names are as typed, for the fair to find their companies."""

    row: int
    buyer: str
    exhibitor: str
    value: Money
    need: str = ""
    reference: str = ""
    signed_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOutcomes:
    """What a spreadsheet of outcomes says: the rows without fault, and every error in the order of the file.

    ``mapping``, ``unmapped`` and ``encoding`` are as in ``ReadCompanies``.
    """

    rows: tuple[OutcomeRow, ...] = ()
    errors: tuple[RowError, ...] = ()
    headers: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    mapping: Mapping[str, str]
    header_row: int | None = None
    encoding: str = ""


def read_outcomes(
    *, data: bytes, mapping: Mapping[str, str] | None = None, limits: ImportLimits | None = None
) -> ReadOutcomes:
    """The outcomes in an XLSX or CSV file. A file that cannot be read at all gives one error and no rows."""
    try:
        table = read_table(data=data, limits=limits)
    except FileRefusedError as refused:
        return ReadOutcomes(errors=(refused.error,), mapping={})
    return outcomes_of(table=table, mapping=mapping, limits=limits)


def outcomes_of(
    *, table: Table, mapping: Mapping[str, str] | None = None, limits: ImportLimits | None = None
) -> ReadOutcomes:
    """The outcomes in a table. ``mapping`` {field: header} says which columns to read instead of guessing.

    A row that says the same as an earlier one in every field is an error, since a contract counts once.
    """
    limits = limits or ImportLimits()
    heading = find_heading(table=table, columns=OUTCOME_COLUMNS, mapping=mapping)
    rows: list[OutcomeRow] = []
    errors = list(heading.missing(OUTCOME_COLUMNS, asked=mapping))
    seen: dict[tuple[object, ...], int] = {}
    for source in () if errors else table.rows:
        reader = RowReader(row=source, heading=heading)
        if source.number <= heading.row or reader.is_blank:
            continue
        outcome = _outcome(reader, limits=limits)
        if outcome is not None:
            other = seen.setdefault(_identity(outcome), outcome.row)
            if other != outcome.row:
                reader.refuse("buyer", ImportCode.DUPLICATE_OUTCOME, other_row=other)
            else:
                rows.append(outcome)
        errors += reader.errors
    if not rows and not errors:
        errors.append(RowError(None, None, ImportCode.NO_ROWS))
    return ReadOutcomes(
        rows=tuple(rows),
        errors=tuple(errors),
        headers=heading.headers,
        unmapped=heading.unmapped,
        mapping=heading.mapping,
        header_row=heading.row,
        encoding=table.encoding,
    )


def _outcome(reader: RowReader, *, limits: ImportLimits) -> OutcomeRow | None:
    """The outcome of a row, None when anything in it was refused."""
    buyer = _party(reader, "buyer", limits=limits)
    exhibitor = _party(reader, "exhibitor", limits=limits)
    if buyer and exhibitor and same_company(buyer, exhibitor):
        reader.refuse("exhibitor", ImportCode.SAME_PARTIES)
    need = reader.text("need", longest=limits.max_item)
    reference = reader.text("reference", longest=_LINE)
    signed_on = reader.parsed("signed_on", longest=_LINE, parse=_date, code=ImportCode.BAD_DATE)
    value = _value(reader)
    if value is None or reader.errors:
        return None
    return OutcomeRow(
        row=reader.number,
        buyer=buyer,
        exhibitor=exhibitor,
        value=value,
        need=need,
        reference=reference,
        signed_on=signed_on,
    )


def _party(reader: RowReader, field: str, *, limits: ImportLimits) -> str:
    name = reader.text(field, longest=limits.max_name)
    if not name and not reader.has_error(field):
        reader.refuse(field, ImportCode.EMPTY_NAME)
    return name


def _value(reader: RowReader) -> Money | None:
    currency = reader.parsed("currency", longest=_LINE, parse=_currency, code=ImportCode.BAD_CURRENCY)
    text = reader.text("amount", longest=_LINE)
    if not text and not reader.has_error("amount"):
        reader.refuse("amount", ImportCode.EMPTY_VALUE)
    if not text or reader.has_error("currency"):
        return None
    try:
        # The language only orders the readings of an ambiguous amount, and an ambiguous amount is refused.
        reading = read_amount(text, lang="vi", currency=currency)
    except AmbiguousAmount as error:
        amounts = [reading.amount for reading in error.readings]
        reader.refuse(
            "amount", ImportCode.AMBIGUOUS_AMOUNT, value=text, low=f"{min(amounts):f}", high=f"{max(amounts):f}"
        )
        return None
    except UnreadableAmount as error:
        reader.refuse("amount", ImportCode.BAD_AMOUNT, value=text, problem=error.code)
        return None
    if reading.currency is None:
        reader.refuse("amount", ImportCode.BAD_CURRENCY, value=text)
        return None
    if not reading.amount:
        reader.refuse("amount", ImportCode.EMPTY_VALUE)
        return None
    return Money(amount=reading.amount, currency=reading.currency)


def _currency(text: str) -> str | None:
    """The one currency a name, sign or code stands for, None when it is none or may be several."""
    codes = currencies_of(text)
    return codes[0] if len(codes) == 1 else None


def _date(text: str) -> dt.date | None:
    """A date written as 2023-01-31 or, day first as everywhere in Vietnam, 31/01/2023."""
    try:
        if match := _ISO_DATE.fullmatch(text):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_FIRST.fullmatch(text):
            return dt.date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None
    return None


def _identity(outcome: OutcomeRow) -> tuple[object, ...]:
    return (
        company_name(outcome.buyer),
        company_name(outcome.exhibitor),
        outcome.value,
        fold(outcome.need),
        fold(outcome.reference),
        outcome.signed_on,
    )
