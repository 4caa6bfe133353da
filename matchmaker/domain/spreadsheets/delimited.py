"""Reading a CSV file, whatever its encoding and delimiter, as a table of texts."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from matchmaker.domain.exports import plain_text
from matchmaker.domain.spreadsheets.encodings import Encoding, find_encoding
from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode
from matchmaker.domain.spreadsheets.table import FileKind, Table, TableRow, column_letter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matchmaker.domain.spreadsheets.limits import ImportLimits

DELIMITERS = (",", ";", "\t")
_SAMPLE_RECORDS = 20
_NUL = "\0"


class _Lines:
    """The lines of a file, counting the characters since the record they belong to began."""

    def __init__(self, lines: Iterator[str], *, limits: ImportLimits) -> None:
        self.characters = 0
        self.row = 1
        self._lines = lines
        self._limits = limits

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.characters += len(line)
        if self.characters > self._limits.max_row_characters:
            raise self.too_long()
        return line

    def next_record(self) -> None:
        """Begin to count anew for the next row."""
        self.characters = 0
        self.row += 1

    def too_long(self) -> FileRefusedError:
        """The refusal of the record being read."""
        limit = self._limits.max_row_characters
        return FileRefusedError(ImportCode.TEXT_TOO_LONG, row=self.row, limit=limit, length=self.characters)


def read_delimited(*, data: bytes, limits: ImportLimits) -> Table:
    """The rows of a CSV file that are not blank. Blank lines count for the numbers of the rows, as in Excel.

    A text that begins with "=" is text and kept. Raises FileRefusedError.
    """
    encoding, mark = find_encoding(data)
    delimiter = _find_delimiter(_decoded(data, encoding, mark), limits=limits)
    rows: list[TableRow] = []
    characters = 0
    for number, cells in _records(_decoded(data, encoding, mark), delimiter=delimiter, limits=limits):
        characters += sum(map(len, cells))
        if characters > limits.max_characters:
            raise FileRefusedError(ImportCode.TOO_LARGE, row=number, limit=limits.max_characters)
        if len(rows) > limits.max_rows:
            raise FileRefusedError(ImportCode.TOO_MANY_ROWS, row=number, limit=limits.max_rows)
        rows.append(TableRow(number=number, cells=cells))
    return Table(kind=FileKind.CSV, rows=tuple(rows), encoding=encoding.value, delimiter=delimiter)


def _decoded(data: bytes, encoding: Encoding, mark: int) -> Iterator[str]:
    source = io.BytesIO(data)
    source.seek(mark)
    return io.TextIOWrapper(source, encoding=encoding, newline="")


def _records(lines: Iterator[str], *, delimiter: str, limits: ImportLimits) -> Iterator[tuple[int, tuple[str, ...]]]:
    counted = _Lines(lines, limits=limits)
    reader = csv.reader(counted, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # The reader refuses a cell beyond its own limit, and a quote that is not closed or not alone.
            if counted.characters > csv.field_size_limit():
                raise counted.too_long() from error
            raise FileRefusedError(ImportCode.BROKEN_QUOTES, row=counted.row) from error
        if any(cell.strip() for cell in cells):
            yield counted.row, _checked(cells, row=counted.row, limits=limits)
        counted.next_record()


def _checked(cells: list[str], *, row: int, limits: ImportLimits) -> tuple[str, ...]:
    for index, cell in enumerate(cells):
        if _NUL in cell:
            raise FileRefusedError(ImportCode.NUL_CHARACTER, row=row, column=column_letter(index))
        if cell and index >= limits.max_columns:
            raise FileRefusedError(
                ImportCode.TOO_MANY_COLUMNS, row=row, column=column_letter(index), limit=limits.max_columns
            )
    # A list that this site gave out has an apostrophe before what a spreadsheet would take for a formula.
    return tuple(plain_text(cell) for cell in cells[: limits.max_columns])


def _find_delimiter(lines: Iterator[str], *, limits: ImportLimits) -> str:
    """The delimiter that cuts the most of the first records into equally many cells; of equals, into the most cells.

    Commas inside prose cut rows unequally, so they lose against the semicolons of a Vietnamese or German Excel.
    """
    sample = [line[: limits.max_row_characters] for line in islice(lines, _SAMPLE_RECORDS)]

    def agreement(delimiter: str) -> tuple[int, int]:
        counts: Counter[int] = Counter()
        try:
            counts.update(len(cells) for cells in csv.reader(sample, delimiter=delimiter) if len(cells) > 1)
        except csv.Error:
            return 0, 0
        return max(((times, cells) for cells, times in counts.items()), default=(0, 0))

    return max(DELIMITERS, key=agreement)
