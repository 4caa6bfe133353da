"""Which passwords are refused: only those that are short, or that a guesser tries first."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from matchmaker.domain.names import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

SHORTEST, LONGEST = 12, 256
SHORTEST_OWN_WORD = 2
ENOUGH_BESIDE_OWN_WORDS = 6
FEW_LETTERS = 4
ROWS = ("abcdefghijklmnopqrstuvwxyz", "1234567890" * 4, "qwertyuiopasdfghjklzxcvbnm")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def in_one_form(password: str) -> str:
    """Return a password in NFC, so that it fits whichever keyboard composed its letters; nothing else is changed."""
    return unicodedata.normalize("NFC", password)


def fault_of(password: str, *, own: Iterable[str], common: Collection[str]) -> str | None:
    """Return why a password is refused, as a code, or None for one that may be used.

    ``own`` are words that belong to the person, such as their name, address and company; ``common`` are
    passwords many people use, in lower case.
    """
    password = in_one_form(password)
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    if _is_common(password.lower(), common):
        return "password_common"
    if _is_made_of(password, own):
        return "password_own"
    return None


def _is_common(password: str, common: Collection[str]) -> bool:
    """Whether it is a common one, common ones joined, the same again and again, or a walk along the keys."""
    if password in common or any(password in row or password[::-1] in row for row in ROWS):
        return True
    halves = ((password[:cut], password[cut:]) for cut in range(1, len(password)))
    return _is_repeated(password, common) or any(a in common and b in common for a, b in halves)


def _is_repeated(password: str, common: Collection[str]) -> bool:
    """Whether it is a common password or a handful of letters said again, the last time perhaps cut short."""
    for length in range(1, len(password)):
        unit = password[:length]
        again = (unit * (len(password) // length + 1))[: len(password)]
        if again == password and (length <= FEW_LETTERS or unit in common):
            return True
    return False


def _is_made_of(password: str, own: Iterable[str]) -> bool:
    """Whether too little is left of it without the person's own words."""
    left = _plain(password)
    words = {word for text in own for word in (_plain(text), *map(_plain, _BETWEEN_WORDS.split(text)))}
    found = sorted((word for word in words if len(word) >= SHORTEST_OWN_WORD and word in left), key=len, reverse=True)
    for word in found:
        left = left.replace(word, "")
    return bool(found) and len(left) < ENOUGH_BESIDE_OWN_WORDS


def _plain(text: str) -> str:
    return _BETWEEN_WORDS.sub("", fold(text))
