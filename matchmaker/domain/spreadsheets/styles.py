"""How an XLSX file shows its numbers, as far as it changes what they are: dates, and codes with leading zeros."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from matchmaker.domain.spreadsheets.archive import PartHandler

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl

# Excel knows 65,490 styles and formats of at most 255 characters.
_MOST_ENTRIES = 65_490
_LONGEST_FORMAT = 255
_ZEROS = re.compile(r"0{2,20}")
_WHOLE_BELOW = 10**15
_GROUP = 3


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """What a number in this style is: a date, or a code written with at least ``digits`` digits."""

    is_date: bool = False
    digits: int = 0


class StylesHandler(PartHandler):
    """Collects which number format each cell style has."""

    def __init__(self) -> None:
        super().__init__()
        self._formats: dict[int, str] = dict(BUILTIN_FORMATS)
        self._cell_styles: list[int] = []
        self._is_cell_styles = False

    def opened(self, name: str, attributes: AttributesImpl) -> None:
        """Note a number format, or the format of a cell style."""
        if name == "cellXfs":
            self._is_cell_styles = True
        elif name == "numFmt" and len(self._formats) < _MOST_ENTRIES:
            code = attributes.get("formatCode", "")
            self._formats[int(attributes.get("numFmtId", "0"))] = code[:_LONGEST_FORMAT]
        elif name == "xf" and self._is_cell_styles and len(self._cell_styles) < _MOST_ENTRIES:
            self._cell_styles.append(int(attributes.get("numFmtId", "0")))

    def closed(self, name: str) -> None:
        """Leave the list of cell styles."""
        if name == "cellXfs":
            self._is_cell_styles = False

    def number_styles(self) -> tuple[NumberStyle, ...]:
        """The number style of each cell style, by the style's place in the file."""
        known = {number: _number_style(code) for number, code in self._formats.items()}
        return tuple(known.get(number, NumberStyle()) for number in self._cell_styles)


def number_text(value: str, *, style: NumberStyle, is_1904: bool) -> str:
    """A stored number as text without exponent or grouping, a date as ISO 8601.

    Raises ValueError or OverflowError for what is no finite number, or a date beyond the calendar.
    """
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    if style.is_date:
        return _date_text(number, is_1904=is_1904)
    # A spreadsheet stores 0.1 as 0.10000000000000001; the shortest text of the same number is what was typed.
    is_whole = number.is_integer() and abs(number) < _WHOLE_BELOW
    if is_whole:
        text = str(int(number))
        return text.zfill(style.digits) if number >= 0 else text
    text = format(Decimal(repr(number)), "f")
    # Three decimals could be read as a group of thousands by whoever parses the text; four cannot.
    return f"{text}0" if len(text.rpartition(".")[2]) == _GROUP else text


def _date_text(number: float, *, is_1904: bool) -> str:
    moment = from_excel(number, CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900)
    if isinstance(moment, dt.datetime):
        is_midnight = moment.time() == dt.time()
        return moment.date().isoformat() if is_midnight else moment.isoformat(sep=" ", timespec="minutes")
    return str(moment)


def _number_style(code: str) -> NumberStyle:
    return NumberStyle(is_date=is_date_format(code), digits=len(code) if _ZEROS.fullmatch(code) else 0)
