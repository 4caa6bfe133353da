"""Rows as CSV text that a spreadsheet shows as text and never runs."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Cell = str | int | Decimal | date | datetime | None

BYTE_ORDER_MARK = "\ufeff"

# A cell that begins with one of these is a formula to a spreadsheet; Excel also takes the full-width forms.
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_KEPT_CONTROLS = frozenset("\t\r\n")
_REPLACEMENT = "\ufffd"


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, with_mark: bool = False) -> str:
    """The rows as CSV after RFC 4180: commas, CR LF after each record, every text in quotes.

    ``with_mark`` puts the byte order mark in front by which Excel knows UTF-8. A row of another length than the
    header raises ``ValueError``. Numbers are written plain with a point, instants and dates after ISO 8601.
    """
    records = [_record(header)]
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"a row has {len(row)} cells under {len(header)} headings")
        records.append(_record(row))
    return (BYTE_ORDER_MARK if with_mark else "") + "".join(records)


def safe_text(text: str) -> str:
    """The text as a spreadsheet may have it: an apostrophe before a formula, no control or broken characters.

    Spaces and invisible marks in front of a formula sign do not hide it. A lone surrogate, which no file can hold,
    becomes the replacement character.
    """
    kept = "".join(_REPLACEMENT if "\ud800" <= letter <= "\udfff" else letter for letter in text if _is_kept(letter))
    return f"'{kept}" if _starts_formula(kept) else kept


def plain_text(text: str) -> str:
    """What ``safe_text`` was given: without the apostrophe that it put before a formula."""
    return text[1:] if text.startswith("'") and _starts_formula(text[1:]) else text


def _record(cells: Sequence[Cell]) -> str:
    return ",".join(_field(cell) for cell in cells) + "\r\n"


def _field(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return '"' + safe_text(cell).replace('"', '""') + '"'
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell)


def _is_kept(letter: str) -> bool:
    return letter in _KEPT_CONTROLS or unicodedata.category(letter) != "Cc"


def _starts_formula(text: str) -> bool:
    for letter in text:
        if letter in _FORMULA_STARTS:
            return True
        if not letter.isspace() and unicodedata.category(letter) != "Cf":
            return False
    return False
