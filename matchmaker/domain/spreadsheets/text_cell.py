"""A cell that is text whatever it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell

_TEXT_FORMAT = "@"
# XML knows neither these two nor lone surrogates, and the workbook library lets both through.
_NOT_IN_XML = re.compile("[\ufffe\uffff\ud800-\udfff]")
_MOST_CHARACTERS = 32_767
# The format writes characters by number as _x000D_; a text that looks so has its underscore escaped.
_LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def write_text(cell: Cell | MergedCell, text: str) -> Cell | MergedCell:
    """The cell, typed and formatted as text, so that "=1+1" stays these four letters even after being edited.

    Characters a workbook cannot hold are left out, and so is what goes beyond 32,767 characters.
    """
    kept = _NOT_IN_XML.sub("", ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.value = _LIKE_AN_ESCAPE.sub("_x005F_", kept[:_MOST_CHARACTERS])
    # Setting a value that begins with "=" makes the cell a formula; the type is put back to text.
    cell.data_type = "s"
    cell.number_format = _TEXT_FORMAT
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
