"""Which terms of a bilingual vocabulary a text calls for, as an interpreter prepares for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORDS = re.compile(r"\w+", re.UNICODE)
LONGEST = 5


def terms_for(texts: Iterable[str], pairs: Sequence[tuple[str, str]], *, most: int) -> list[tuple[str, str]]:
    """Return up to ``most`` pairs (Vietnamese, English) of which one term stands word for word in a text.

    Terms of more words come first, because they are the ones nobody guesses; among equals the order of the vocabulary.
    """
    said = {phrase for text in texts for phrase in _phrases(text)}
    found = [
        pair for pair in dict.fromkeys(pairs) if any(tuple(_WORDS.findall(term.casefold())) in said for term in pair)
    ]
    return sorted(found, key=lambda pair: -max(len(term.split()) for term in pair))[:most]


def _phrases(text: str) -> set[tuple[str, ...]]:
    """Every run of one to LONGEST words."""
    words = _WORDS.findall(text.casefold())
    return {
        tuple(words[start : start + length])
        for length in range(1, LONGEST + 1)
        for start in range(len(words) - length + 1)
    }
