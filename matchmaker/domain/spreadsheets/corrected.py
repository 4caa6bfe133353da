"""The file handed back to be corrected: the rows that failed, each with its reasons."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from matchmaker.domain.spreadsheets.text_cell import write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matchmaker.domain.spreadsheets.errors import RowError
    from matchmaker.domain.spreadsheets.table import Table


def corrected_file(
    *,
    table: Table,
    header_row: int,
    errors: Iterable[RowError],
    reason: Callable[[RowError], str],
    reason_header: str,
) -> bytes:
    """An XLSX file with the table's headers, its rows that have errors, and a last column saying why.

    ``reason`` words one error. Every cell is text, so nothing in it is a formula and no leading zero is lost. The
    reason's column means nothing when the corrected file is read again.
    """
    reasons: dict[int, list[str]] = {}
    for error in errors:
        if error.row is not None and error.row != header_row:
            reasons.setdefault(error.row, []).append(reason(error))
    width = max((len(row.cells) for row in table.rows), default=0)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in table.rows:
        said = [reason_header] if row.number == header_row else reasons.get(row.number)
        if said is not None:
            cells = (*(row.cell(index) for index in range(width)), "\n".join(said))
            sheet.append([write_text(WriteOnlyCell(sheet), cell) for cell in cells])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()
