"""Opening an imported file by what it is, not by what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.domain.spreadsheets.delimited import read_delimited
from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode
from matchmaker.domain.spreadsheets.limits import ImportLimits
from matchmaker.domain.spreadsheets.workbook import read_workbook

if TYPE_CHECKING:
    from matchmaker.domain.spreadsheets.table import Table

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# Old Excel and locked Excel files, PDF, PNG, JPEG, RTF, and web pages named .xls.
_OTHER = (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"<")


def read_table(*, data: bytes, limits: ImportLimits | None = None) -> Table:
    """The table in an XLSX or CSV file. Raises FileRefusedError, whose ``error`` says what is wrong and where."""
    limits = limits or ImportLimits()
    if len(data) > limits.max_bytes:
        raise FileRefusedError(ImportCode.TOO_LARGE, limit=limits.max_bytes)
    if data.startswith(_OTHER):
        raise FileRefusedError(ImportCode.NOT_A_SPREADSHEET)
    read = read_workbook if data.startswith(_ZIP) else read_delimited
    table = read(data=data, limits=limits)
    if not table.rows:
        raise FileRefusedError(ImportCode.NO_ROWS)
    return table
