"""Texts that stand in one language or both, as a page in one language shows them."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.web.language import language


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with its language, when that is not the page's."""

    text: str
    lang: str


def passage(vi: str | None, en: str | None) -> Passage | None:
    """Return the text in the page's language, or the other one marked with its own; None where there is neither."""
    own, other = (vi, en) if language() == "vi" else (en, vi)
    if own:
        return Passage(own, "")
    return Passage(other, "en" if language() == "vi" else "vi") if other else None
