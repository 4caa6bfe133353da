"""The tables of a report as a workbook: a sheet each, numbers as numbers, days as days, every text as text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Cell = str | int | Decimal | date | None

_MOST_NAME = 31
_FORBIDDEN_IN_NAME = str.maketrans(dict.fromkeys(r"[]:*?/\\", " "))
_NARROW, _WIDE = 16, 34
# The one format that a spreadsheet program writes in the way of its reader: 15/10/2025 or 10/15/2025.
_DAY = "mm-dd-yy"
# The first moment a ZIP entry can bear, and where a workbook says when it was made and changed.
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"
_MOMENTS = re.compile(rb"<dcterms:(created|modified)\b[^>]*>[^<]*</dcterms:\1>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as every file holds it: a name, headings, and rows of as many cells."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def report_workbook(tables: Iterable[Table]) -> bytes:
    """The tables as XLSX, a sheet each under its name; "=1+1" stays these four letters, an amount can be summed.

    Equal tables give equal bytes, whenever they are written.
    """
    # Only who downloads a workbook needs its library, and pages import this module.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    workbook = Workbook(write_only=True)
    for table in tables:
        sheet = workbook.create_sheet(table.name.translate(_FORBIDDEN_IN_NAME)[:_MOST_NAME])
        sheet.freeze_panes = "A2"
        for place in range(1, len(table.header) + 1):
            sheet.column_dimensions[get_column_letter(place)].width = _WIDE if place <= len("AB") else _NARROW
        sheet.append([_heading(sheet, cell) for cell in table.header])
        for cells in table.rows:
            sheet.append([_cell(sheet, cell) for cell in cells])
    content = io.BytesIO()
    workbook.save(content)
    return _without_its_hour(content.getvalue())


def _without_its_hour(workbook: bytes) -> bytes:
    """The same workbook without the moment it was written at, so that equal tables give equal bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as written, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in written.namelist():
            entry = zipfile.ZipInfo(name, date_time=_EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            part = written.read(name)
            kept.writestr(entry, _MOMENTS.sub(b"", part) if name == _PROPERTIES else part)
    return content.getvalue()


def _heading(sheet: Any, text: str) -> Any:
    """A heading shows whole above a narrow column."""
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - as above.

    cell = _cell(sheet, text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, value: Cell) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above.

    from matchmaker.domain.spreadsheets.text_cell import write_text  # noqa: PLC0415 - as above.

    if value is None:
        return None
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        return write_text(cell, value)
    cell.value = value
    if isinstance(value, date):
        cell.number_format = _DAY
    else:
        cell.number_format = "#,##0.00" if isinstance(value, Decimal) and abs(value) >= 1 else "General"
    return cell
