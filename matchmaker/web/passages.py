"""Texts that stand in one language or both, as a page in one language shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with its language, when that is not the page's."""

    text: str
    lang: str


def passage(vi: str | None, en: str | None) -> Passage | None:
    """Return the text in the page's language, or the other one marked with its own; None where there is neither."""
    return _passage(vi, en, language())


def passages(texts: Iterable[tuple[str | None, str | None]]) -> list[Passage]:
    """Return the same of several texts that there are, for which the language is asked once."""
    spoken = language()
    return [found for vi, en in texts if (found := _passage(vi, en, spoken)) is not None]


def _passage(vi: str | None, en: str | None, spoken: str) -> Passage | None:
    own, other = (vi, en) if spoken == "vi" else (en, vi)
    if own:
        return Passage(own, "")
    return Passage(other, "en" if spoken == "vi" else "vi") if other else None
