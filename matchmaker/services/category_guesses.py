"""Suggest categories for what someone types, from a fair's tree and the trade vocabulary that comes with us."""

from __future__ import annotations

from functools import cache, lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from matchmaker.domain.matching.guesses import CategoryGuesser
from matchmaker.domain.matching.labels import read_categories, read_sector_terms
from matchmaker.domain.matching.profiles import Category
from matchmaker.services import fair_categories
from matchmaker.services.categories import CATEGORIES_CSV

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection
    from pathlib import Path

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_categories import OwnCategory
    from matchmaker.services.fair_changes import Marks

VOCABULARY_CSV = CATEGORIES_CSV.with_name("vocabulary.csv")
FAIRS_KEPT, GUESSES_KEPT, DIGEST = 8, 4096, 16

_guessed: dict[tuple[Any, ...], list[str]] = {}


def guesses_at(
    session: Session, *, fair_id: uuid.UUID, texts: Collection[str], among: frozenset[str], marks: Marks | None = None
) -> list[str]:
    """Return the codes of the three categories of a fair that fit best, best first; a person then chooses, or does not.

    ``among`` are the codes of the fair's tree. Its own categories are guessed like the shared ones.
    """
    if not any(text.strip() for text in texts):
        return []
    own = fair_categories.own_categories(session, fair_id=fair_id, marks=marks)
    # The pages of an item ask the same each time. What is said is not kept, only what was guessed from it.
    key = (own, among, blake2b("\n".join(texts).encode(), digest_size=DIGEST).digest())
    found = _guessed.get(key)
    if found is None:
        found = [guess.code for guess in _with_own(own).guess(*texts, among=among)]
        if len(_guessed) >= GUESSES_KEPT:
            _guessed.clear()
        _guessed[key] = found
    return list(found)


def guessed_categories(*texts: str) -> list[str]:
    """Return the codes of the three categories of the shared tree that fit best, best first."""
    return [guess.code for guess in _with_own(()).guess(*(text for text in texts if text))]


@lru_cache(maxsize=FAIRS_KEPT)
def _with_own(own: tuple[OwnCategory, ...]) -> CategoryGuesser:
    """Prepared once in a process for each tree, in a fifth of a second, when the first person types an item."""
    added = [Category(code=one.code, parent=one.parent, name_vi=one.name_vi, name_en=one.name_en) for one in own]
    return CategoryGuesser([*_shared(), *added], read_sector_terms(_lines(VOCABULARY_CSV)))


@cache
def _shared() -> tuple[Category, ...]:
    return tuple(read_categories(_lines(CATEGORIES_CSV)))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()
