"""Which column of a table holds what: by the headers people use in Vietnamese and English, or as told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.names import clean_text, fold
from matchmaker.domain.spreadsheets.errors import ImportCode, RowError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matchmaker.domain.spreadsheets.table import Table, TableRow

# Lists often begin with a title and an address, so the headers are looked for in the first rows.
_HEADER_WITHIN = 20
_PARTS = re.compile(r"[/\n|()\[\]]")
_NOISE = re.compile(r"[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Column:
    """One thing an imported row may say: its field name, its headers in both languages, other known headers."""

    field: str
    vietnamese: str
    english: str
    others: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def header(self) -> str:
        """The header in a file we write, in both languages; it is recognised when read again."""
        return " / ".join(dict.fromkeys((self.vietnamese, self.english)))


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the headers stand and what they mean.

    ``row`` is their row's number; ``positions`` gives each field its column counted from 0; ``unmapped`` are the
    headers that mean nothing here, in order.
    """

    row: int
    headers: tuple[str, ...]
    positions: Mapping[str, int]
    unmapped: tuple[str, ...]

    @property
    def mapping(self) -> dict[str, str]:
        """The header that was taken for each field."""
        return {field: self.headers[index] for field, index in self.positions.items()}

    def header(self, field: str) -> str | None:
        """The header of a field, None when the file has no such column."""
        index = self.positions.get(field)
        return None if index is None else self.headers[index]

    def missing(self, columns: Sequence[Column], *, asked: Mapping[str, str] | None = None) -> tuple[RowError, ...]:
        """An error for each required field without a column, and each field asked for under a header not there."""
        wanted = {column.field for column in columns if column.is_required} | set(asked or {})
        return tuple(
            RowError(self.row, None, ImportCode.MISSING_COLUMN, {"field": column.field})
            for column in columns
            if column.field in wanted and column.field not in self.positions
        )


def find_heading(*, table: Table, columns: Sequence[Column], mapping: Mapping[str, str] | None = None) -> Heading:
    """The heading of a table: the one of its first rows in which most fields are recognised.

    Without ``mapping`` fields are recognised by their known headers, whatever their case, marks and punctuation;
    of two columns for one field the first is taken. With it, a field is the column whose header it names, and
    nothing else is guessed. When no row is recognised it is the first row, so that someone can say what it means.
    Raises KeyError for a field in ``mapping`` that is none of ``columns``.
    """
    known = _known(columns) if mapping is None else _asked(columns, mapping)
    readings = [_heading(row, known) for row in table.rows[:_HEADER_WITHIN]]
    return max(readings, key=lambda heading: len(heading.positions))


def _known(columns: Sequence[Column]) -> dict[str, str]:
    return {
        _plain(header): column.field
        for column in columns
        for header in (column.field, column.vietnamese, column.english, *column.others)
    }


def _asked(columns: Sequence[Column], mapping: Mapping[str, str]) -> dict[str, str]:
    fields = {column.field for column in columns}
    if unknown := set(mapping) - fields:
        raise KeyError(*sorted(unknown))
    return {_plain(header): field for field, header in mapping.items()}


def _heading(row: TableRow, known: Mapping[str, str]) -> Heading:
    # A header that is a formula or an error says nothing, and its stored result is not trusted.
    faulty = {fault.index for fault in row.faults}
    headers = tuple("" if index in faulty else clean_text(cell) for index, cell in enumerate(row.cells))
    positions: dict[str, int] = {}
    for index, header in enumerate(headers):
        field = _recognised(header, known)
        if field is not None:
            positions.setdefault(field, index)
    taken = set(positions.values())
    unmapped = tuple(header for index, header in enumerate(headers) if header and index not in taken)
    return Heading(row=row.number, headers=headers, positions=positions, unmapped=unmapped)


def _recognised(header: str, known: Mapping[str, str]) -> str | None:
    """The field of a header, whole or by one of its parts: "Tên doanh nghiệp / Company name (*)" is a name."""
    for reading in (header, *_PARTS.split(header)):
        field = known.get(_plain(reading))
        if field is not None and reading.strip():
            return field
    return None


def _plain(header: str) -> str:
    return " ".join(_NOISE.sub(" ", fold(header)).split())
