"""One row being read: its cells by field, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from matchmaker.domain.names import clean_text
from matchmaker.domain.spreadsheets.errors import ImportCode, RowError

if TYPE_CHECKING:
    from collections.abc import Callable

    from matchmaker.domain.spreadsheets.columns import Heading
    from matchmaker.domain.spreadsheets.table import TableRow

_Value = TypeVar("_Value")
_SHOWN = 80
_NUL = "\0"


class RowReader:
    """Reads the fields of one row. Whatever is wrong is gathered in ``errors`` and the field reads as empty."""

    def __init__(self, *, row: TableRow, heading: Heading) -> None:
        self.number = row.number
        self.errors: list[RowError] = []
        self._row = row
        self._heading = heading
        self._faults = {fault.index: fault.code for fault in row.faults}

    @property
    def is_blank(self) -> bool:
        """Whether no known column of the row holds anything."""
        return not any(
            self._row.cell(index).strip() or index in self._faults for index in self._heading.positions.values()
        )

    def has_error(self, field: str) -> bool:
        """Whether the field's cell has been refused already."""
        header = self._heading.header(field)
        return header is not None and any(error.column == header for error in self.errors)

    def refuse(self, field: str, code: ImportCode, **params: str | int) -> None:
        """Record that a field is wrong; a ``value`` among the facts is shortened to be shown."""
        if isinstance(value := params.get("value"), str):
            params["value"] = value[:_SHOWN]
        self.errors.append(RowError(self.number, self._heading.header(field), code, params))

    def text(self, field: str, *, longest: int, keep_lines: bool = False) -> str:
        """A field's text, clean and at most ``longest`` characters, "" when empty or refused."""
        index = self._heading.positions.get(field)
        if index is None:
            return ""
        if index in self._faults:
            self.refuse(field, self._faults[index])
            return ""
        cell = self._row.cell(index)
        if _NUL in cell:
            self.refuse(field, ImportCode.NUL_CHARACTER)
            return ""
        text = clean_text(cell, keep_lines=keep_lines)
        if len(text) > longest:
            self.refuse(field, ImportCode.TEXT_TOO_LONG, limit=longest, length=len(text))
            return ""
        return text

    def items(self, field: str, *, longest: int, most: int) -> tuple[str, ...]:
        """The texts of a cell that holds several, one per line or divided by "|"; each is kept once."""
        whole = self.text(field, longest=(longest + 1) * most, keep_lines=True)
        parts = (clean_text(part) for line in whole.split("\n") for part in line.split("|"))
        items = tuple(dict.fromkeys(part for part in parts if part))
        if len(items) > most:
            self.refuse(field, ImportCode.TOO_MANY_ITEMS, limit=most, count=len(items))
            return ()
        for item in items:
            if len(item) > longest:
                self.refuse(field, ImportCode.TEXT_TOO_LONG, limit=longest, length=len(item))
                return ()
        return items

    def parsed(
        self, field: str, *, longest: int, parse: Callable[[str], _Value | None], code: ImportCode
    ) -> _Value | None:
        """A field's text as ``parse`` understands it; not understood is refused with ``code``; None when empty."""
        text = self.text(field, longest=longest)
        if not text:
            return None
        value = parse(text)
        if value is None:
            self.refuse(field, code, value=text)
        return value
