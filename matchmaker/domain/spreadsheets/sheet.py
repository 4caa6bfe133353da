"""The cells of one XLSX sheet, kept as text row by row while the sheet streams past."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from matchmaker.domain.spreadsheets.archive import PartHandler
from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode
from matchmaker.domain.spreadsheets.shared_texts import CellText
from matchmaker.domain.spreadsheets.styles import NumberStyle, number_text
from matchmaker.domain.spreadsheets.table import Fault, TableRow, column_letter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.sax.xmlreader import AttributesImpl

    from matchmaker.domain.spreadsheets.limits import ImportLimits

LAST_ROW = 1_048_576
_MOST_MERGES = 100_000
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_PLAIN = NumberStyle()
# Top, left, bottom, right: rows from 1, columns from 0.
_Area = tuple[int, int, int, int]


class SheetHandler(PartHandler):
    """Collects the rows that are not blank, within the limits; what a file claims its size to be is not read.

    A formula's last result is kept only for the file that is handed back to be corrected; its cell is at fault.
    """

    def __init__(
        self, *, texts: Sequence[str], styles: Sequence[NumberStyle], is_1904: bool, limits: ImportLimits
    ) -> None:
        super().__init__()
        self._texts = texts
        self._styles = styles
        self._is_1904 = is_1904
        self._limits = limits
        self._rows: list[TableRow] = []
        self._merges: list[_Area] = []
        self._characters = 0
        self._number = 0
        self._cells: dict[int, str] = {}
        self._faults: dict[int, Fault] = {}
        self._column = -1
        self._kind = self._style = ""
        self._text = CellText()
        self._is_text = self._is_phonetic = self._is_formula = False

    def opened(self, name: str, attributes: AttributesImpl) -> None:
        """Begin a row, a cell, a formula or a value."""
        if name == "c":
            self._begin_cell(attributes)
        elif name in {"v", "t"}:
            self._is_text = not self._is_phonetic
        elif name == "f":
            self._is_formula = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "mergeCell" and len(self._merges) < _MOST_MERGES:
            self._merges.append(_area(attributes.get("ref", "")))

    def closed(self, name: str) -> None:
        """End a value, a cell or a row."""
        if name in {"v", "t"}:
            self._is_text = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._is_phonetic = False

    def text(self, content: str) -> None:
        """Take in a piece of a cell's value; the text of a formula is not kept."""
        if self._is_text:
            self._text.add(content)

    def finished_rows(self) -> tuple[TableRow, ...]:
        """The rows, with the cells that a merged cell covers marked as faults.

        A cell merged over several rows has its value in the first alone, so the others would read as empty.
        """
        covered = _covered(self._merges, self._rows)
        if not covered:
            return tuple(self._rows)
        return tuple(
            TableRow(
                number=row.number,
                cells=row.cells,
                faults=row.faults
                + tuple(Fault(index, ImportCode.MERGED_CELL) for index in sorted(covered.get(place, ()))),
            )
            for place, row in enumerate(self._rows)
        )

    def _begin_row(self, attributes: AttributesImpl) -> None:
        number = int(attributes.get("r", str(self._number + 1)))
        if not self._number < number <= LAST_ROW:
            raise FileRefusedError(ImportCode.NOT_A_SPREADSHEET)
        self._number = number
        self._column = -1
        self._cells, self._faults = {}, {}

    def _begin_cell(self, attributes: AttributesImpl) -> None:
        reference = attributes.get("r")
        self._column = _position(reference)[1] if reference else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._is_formula = False

    def _end_cell(self) -> None:
        raw = self._text.take()
        if not raw and not self._is_formula:
            return
        if self._column >= self._limits.max_columns:
            raise FileRefusedError(
                ImportCode.TOO_MANY_COLUMNS,
                row=self._number,
                column=column_letter(self._column),
                limit=self._limits.max_columns,
            )
        text, fault = self._value(raw)
        if self._is_formula:
            fault = ImportCode.FORMULA_CELL
        self._characters += len(text)
        if self._characters > self._limits.max_characters:
            raise FileRefusedError(ImportCode.TOO_LARGE, row=self._number, limit=self._limits.max_characters)
        self._cells[self._column] = text
        if fault is not None:
            self._faults[self._column] = Fault(self._column, fault)

    def _value(self, raw: str) -> tuple[str, ImportCode | None]:
        if self._kind == "s" and raw:
            return self._texts[int(raw)], None
        if self._kind == "e":
            return raw, ImportCode.ERROR_CELL
        if self._kind != "n" or not raw:
            return raw, None
        style = self._styles[int(self._style)] if self._style and self._styles else _PLAIN
        try:
            return number_text(raw, style=style, is_1904=self._is_1904), None
        except (ValueError, OverflowError):
            return raw, ImportCode.ERROR_CELL

    def _end_row(self) -> None:
        if not self._faults and not any(text.strip() for text in self._cells.values()):
            return
        # The headers are one row more.
        if len(self._rows) > self._limits.max_rows:
            raise FileRefusedError(ImportCode.TOO_MANY_ROWS, row=self._number, limit=self._limits.max_rows)
        cells = tuple(self._cells.get(index, "") for index in range(max(self._cells) + 1))
        self._rows.append(TableRow(number=self._number, cells=cells, faults=tuple(self._faults.values())))


def _position(reference: str) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise FileRefusedError(ImportCode.NOT_A_SPREADSHEET)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1


def _area(reference: str) -> _Area:
    first, _, last = reference.partition(":")
    top, left = _position(first)
    bottom, right = _position(last or first)
    return top, left, bottom, right


def _covered(merges: list[_Area], rows: list[TableRow]) -> dict[int, set[int]]:
    """By a row's place in the list, the columns of it that a merged cell covers."""
    numbers = [row.number for row in rows]
    width = max((len(row.cells) for row in rows), default=0)
    covered: dict[int, set[int]] = {}
    budget = len(rows) * width
    for top, left, bottom, right in merges:
        places = range(bisect_left(numbers, top), bisect_right(numbers, bottom))
        columns = range(left, min(right + 1, width))
        # Merged cells may not overlap; a file where they do could ask for this work a hundred thousand times.
        budget -= len(places) * len(columns)
        if budget < 0:
            raise FileRefusedError(ImportCode.NOT_A_SPREADSHEET)
        for place in places:
            covered.setdefault(place, set()).update(columns)
            if numbers[place] == top:
                covered[place].discard(left)
    return covered
