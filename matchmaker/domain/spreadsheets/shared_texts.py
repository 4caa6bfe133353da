"""The texts an XLSX file keeps once for all its cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matchmaker.domain.spreadsheets.archive import PartHandler
from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl

    from matchmaker.domain.spreadsheets.limits import ImportLimits

# The format's own limit for a cell. One more is kept, so that the limit of a field still sees a text as too long.
MOST_CELL_CHARACTERS = 32_767
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class CellText:
    """Gathers the pieces of one cell's text, and no more of it than a cell may hold."""

    __slots__ = ("_length", "_pieces")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, content: str) -> None:
        """Take in another piece."""
        room = MOST_CELL_CHARACTERS + 1 - self._length
        if room > 0:
            self._pieces.append(content[:room])
            self._length += len(content)

    def take(self) -> str:
        """The whole text, with the format's escapes such as _x000D_ undone; what follows starts empty."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class SharedTextsHandler(PartHandler):
    """Collects the shared texts in order, as long as all of them together stay within ``max_characters``."""

    def __init__(self, *, limits: ImportLimits) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._limits = limits
        self._characters = 0
        self._text = CellText()
        self._is_text = False
        self._is_phonetic = False

    def opened(self, name: str, attributes: AttributesImpl) -> None:  # noqa: ARG002 - the handler's signature.
        """Begin to listen inside a text; the reading aids beside East Asian texts are not part of them."""
        self._is_text = name == "t"
        if name == "rPh":
            self._is_phonetic = True

    def closed(self, name: str) -> None:
        """Keep a finished text."""
        self._is_text = False
        if name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            text = self._text.take()
            # An empty text takes room in the list too.
            self._characters += len(text) + 1
            if self._characters > self._limits.max_characters:
                raise FileRefusedError(ImportCode.TOO_LARGE, limit=self._limits.max_characters)
            self.texts.append(text)

    def text(self, content: str) -> None:
        """Take in a piece of text."""
        if self._is_text and not self._is_phonetic:
            self._text.add(content)
