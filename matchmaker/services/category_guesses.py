"""Suggest categories for what someone types, from the bilingual tree and the trade vocabulary that come with us."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from matchmaker.domain.matching.guesses import CategoryGuesser
from matchmaker.domain.matching.labels import read_categories, read_sector_terms
from matchmaker.services.categories import CATEGORIES_CSV

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY_CSV = CATEGORIES_CSV.with_name("vocabulary.csv")


def guessed_categories(*texts: str) -> list[str]:
    """Return the codes of the three categories that fit best, best first; a person then chooses, or does not."""
    return [guess.code for guess in _guesser().guess(*(text for text in texts if text))]


@cache
def _guesser() -> CategoryGuesser:
    """Read and prepared once in a process, in a fifth of a second, when the first person types an item."""
    return CategoryGuesser(read_categories(_lines(CATEGORIES_CSV)), read_sector_terms(_lines(VOCABULARY_CSV)))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()
