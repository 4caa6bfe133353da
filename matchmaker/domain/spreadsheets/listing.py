"""A list of companies as a file with the columns that an import reads, so that what goes out can come in again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from matchmaker.domain.exports import csv_text
from matchmaker.domain.names import clean_text
from matchmaker.domain.spreadsheets.companies import COMPANY_COLUMNS, CompanyRow, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SIDES = {
    "vi": {Side.EXHIBITOR: "gian hàng", Side.BUYER: "người mua", Side.BOTH: "cả hai"},
    "en": {Side.EXHIBITOR: "exhibitor", Side.BUYER: "buyer", Side.BOTH: "both"},
}
_WIDTH = 28


def company_csv(rows: Iterable[CompanyRow], *, lang: str) -> bytes:
    """The companies as CSV in UTF-8 with the mark by which Excel knows it."""
    return csv_text(_header(lang), (_cells(row, lang) for row in rows), with_mark=True).encode()


def company_workbook(rows: Iterable[CompanyRow], *, lang: str) -> bytes:
    """The companies as XLSX; every cell is text, so nothing in it is a formula and no leading zero is lost."""
    # Only who downloads a workbook needs its library, and pages import this module.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    from matchmaker.domain.spreadsheets.text_cell import write_text  # noqa: PLC0415

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.freeze_panes = "A2"
    for number in range(1, len(COMPANY_COLUMNS) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    for cells in (_header(lang), *(_cells(row, lang) for row in rows)):
        sheet.append([write_text(WriteOnlyCell(sheet), cell) for cell in cells])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def one_line(text: str) -> str:
    """An item as it stands in a cell that holds several: without the line breaks and bars that divide them."""
    return clean_text(text.replace("|", "/"))


def _header(lang: str) -> Sequence[str]:
    return [column.vietnamese if lang == "vi" else column.english for column in COMPANY_COLUMNS]


def _cells(row: CompanyRow, lang: str) -> list[str]:
    values = {
        "side": _SIDES[lang][row.side],
        "offers": "\n".join(map(one_line, row.offers)),
        "needs": "\n".join(map(one_line, row.needs)),
        "sectors": "\n".join(map(one_line, row.sectors)),
        "languages": ", ".join(row.languages),
    }
    return [values.get(column.field, getattr(row, column.field) or "") for column in COMPANY_COLUMNS]
