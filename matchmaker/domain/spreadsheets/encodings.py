"""Which encoding a text file is in, decided by rules that can be named, never by likelihood."""

from __future__ import annotations

import codecs
import re
import unicodedata
from enum import StrEnum

from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode


class Encoding(StrEnum):
    """The encodings that are read; each value is the codec's name."""

    UTF_8 = "utf-8"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"
    WINDOWS_1258 = "windows-1258"


_MARKED = (
    (codecs.BOM_UTF8, Encoding.UTF_8),
    (codecs.BOM_UTF16_LE, Encoding.UTF_16_LE),
    (codecs.BOM_UTF16_BE, Encoding.UTF_16_BE),
)
# Windows-1258 writes a toned vowel as the vowel and then the tone; nothing else may carry one.
_VOWELS = frozenset("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY")
# Between two letters these are no letters in Windows-1258, but they are ă â ê ô ơ ư đ in the older TCVN3.
_OLD_VIETNAMESE = re.compile(rb"[A-Za-z][\xa7-\xae][A-Za-z]")


def find_encoding(data: bytes) -> tuple[Encoding, int]:
    """The encoding of a file and how many bytes its byte order mark takes.

    A mark decides. Without one, bytes that are UTF-8 throughout are UTF-8. Bytes of which some lines are UTF-8 and
    some are not are mixed. The rest is Windows-1258 if every tone stands on a vowel. Raises FileRefusedError with
    the line and the byte for anything else, and for a file that breaks the rules of its own mark.
    """
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            _check(data, encoding)
            return encoding, len(mark)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_mixed(data, first=error.start)
        _check(data, Encoding.WINDOWS_1258)
        _refuse_other_eight_bit(data)
        return Encoding.WINDOWS_1258, 0
    return Encoding.UTF_8, 0


def _check(data: bytes, encoding: Encoding) -> None:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _refusal(data, error.start, encoding=encoding) from error


def _refuse_mixed(data: bytes, *, first: int) -> None:
    """Refuse a file of which a line with more than ASCII is UTF-8 although the line of byte ``first`` is not."""
    for line in data.split(b"\n"):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        raise _refusal(data, first, code=ImportCode.MIXED_ENCODINGS)


def _refuse_other_eight_bit(data: bytes) -> None:
    old = _OLD_VIETNAMESE.search(data)
    if old is not None:
        raise _refusal(data, old.start() + 1)
    before = ""
    for place, letter in enumerate(data.decode(Encoding.WINDOWS_1258)):
        if unicodedata.combining(letter) and before not in _VOWELS:
            raise _refusal(data, place)
        before = letter


def _refusal(
    data: bytes, byte: int, *, encoding: Encoding = Encoding.UTF_8, code: ImportCode = ImportCode.UNKNOWN_ENCODING
) -> FileRefusedError:
    row = data[:byte].decode(encoding, errors="ignore").count("\n") + 1
    return FileRefusedError(code, row=row, byte=byte)
