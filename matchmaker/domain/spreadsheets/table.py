"""A table as read from a file, before anyone knows what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matchmaker.domain.spreadsheets.errors import ImportCode

_ALPHABET = 26


class FileKind(StrEnum):
    """What the file turned out to be by its content; its name is never asked."""

    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that may not be used: ``index`` is its column counted from 0."""

    index: int
    code: ImportCode


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row that is not blank: its number as a spreadsheet program shows it, and its cells as text."""

    number: int
    cells: tuple[str, ...]
    faults: tuple[Fault, ...] = ()

    def cell(self, index: int) -> str:
        """The text in the column counted from 0, "" beyond the row's end."""
        return self.cells[index] if index < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of the one sheet that is read, and how it was read.

    ``sheet`` is the sheet's name in an XLSX file; ``encoding`` and ``delimiter`` are those found in a CSV file.
    """

    kind: FileKind
    rows: tuple[TableRow, ...]
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""


def column_letter(index: int) -> str:
    """The letters of a column counted from 0: A, B, ... Z, AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, _ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters
