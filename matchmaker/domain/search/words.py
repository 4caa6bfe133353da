"""Texts as words to search by, alike for what is looked through and for what is looked for.

A word is kept twice: folded, so that "go tram" finds "gỗ tràm", and spelled, with its marks and the tone in one place,
so that who types marks sees the companies that write the same ones first. The database only compares whole words; how
a text is cut into them is decided here, and so it is the same on every database.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.names import clean_text, fold, same_tone_placement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Stands between two texts of one field, so that no phrase runs from one into the next. It is a letter that no
# keyboard of a visitor types; it is dropped from what they look for.
BREAK = "ǀ"
MOST_WORDS = 2_000
LONGEST_WORD = 40
MOST_ASKED = 8
SHORTEST_START = 2


@dataclass(frozen=True, slots=True)
class Document:
    """What a company can be found by, as words in the order of their text; BREAK stands between texts."""

    name: tuple[str, ...]
    items: tuple[str, ...]
    categories: tuple[str, ...]
    about: tuple[str, ...]
    spelled: tuple[str, ...]
    vocabulary: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What a visitor asks for. The last word may be the start of a longer one; ``spelled`` is empty without marks.

    ``others`` are the same thing in the other language, each a phrase.
    """

    words: tuple[str, ...]
    spelled: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()

    @property
    def is_start(self) -> bool:
        """Whether the last word is long enough to stand for all that begin with it."""
        return len(self.words[-1]) >= SHORTEST_START


# Longer than any word that is kept, so nobody says it: what a text without words asks for.
NOTHING = Query(("0" * (LONGEST_WORD + 1),))


def words_of(text: str) -> list[str]:
    """Return the folded words of a text: letters, figures and the vowel signs of other scripts; the rest divides."""
    return _cut(fold(text))


def spelled_words(text: str) -> list[str]:
    """Return the words of a text with their marks, each with its tone where every other spelling has it."""
    return [unicodedata.normalize("NFC", same_tone_placement(word)) for word in shown_words(text)]


def shown_words(text: str) -> list[str]:
    """Return the words of a text as a page may show them: in small letters, with their marks."""
    return _cut(clean_text(text).casefold())


def asked_words(asked: str) -> list[str]:
    """Return the words of what was asked, as ``words_met`` counts them."""
    return words_of(asked)[:MOST_ASKED]


def words_met(wanted: Sequence[str], *, texts: Iterable[str | None]) -> int:
    """How many of some words stand in the texts; the last one may be the start of a longer word."""
    if not wanted:
        return 0
    said = {word for text in texts if text for word in words_of(text)}
    met = sum(word in said for word in wanted[:-1])
    return met + any(word.startswith(wanted[-1]) for word in said)


def document_of(
    *, names: Iterable[str], items: Iterable[str], categories: Iterable[str], abouts: Iterable[str]
) -> Document:
    """Return what a company can be found by. Words beyond the first MOST_WORDS of a field are left out."""
    names, items = list(names), list(items)
    told = (*names, *items)
    return Document(
        name=_joined(names),
        items=_joined(items),
        categories=_joined(categories),
        about=_joined(abouts),
        spelled=_limited(word for text in told for word in (*spelled_words(text), BREAK)),
        vocabulary=tuple(sorted({word for text in told for word in shown_words(text)[:MOST_WORDS]})),
    )


def query_of(text: str, *, others: Iterable[str] = ()) -> Query | None:
    """Return what a visitor's text asks for, or None where it holds no word."""
    words = tuple(words_of(text)[:MOST_ASKED])
    if not words:
        return None
    spelled = tuple(spelled_words(text)[:MOST_ASKED])
    phrases = tuple(phrase for other in others if (phrase := tuple(words_of(other)[:MOST_ASKED])))
    return Query(words, spelled if spelled != words else (), phrases)


def _cut(text: str) -> list[str]:
    kept = (letter if unicodedata.category(letter)[0] in "LNM" and letter != BREAK else " " for letter in text)
    return [word[:LONGEST_WORD] for word in "".join(kept).split()]


def _joined(texts: Iterable[str]) -> tuple[str, ...]:
    return _limited(word for text in texts for word in (*words_of(text), BREAK))


def _limited(words: Iterable[str]) -> tuple[str, ...]:
    limited = [word for _, word in zip(range(MOST_WORDS), words, strict=False)]
    return tuple(limited[:-1] if limited and limited[-1] == BREAK else limited)
