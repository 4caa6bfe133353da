"""The best need and offer of a pair, quoted for its reader: what the other side wrote, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Quote:
    """Two texts, the reader's own as a sentence. Each is in the page's language where its company wrote it in both."""

    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the other company needs or offers, in its own words and their language; an empty one where nobody knows."""

    text: str
    lang: str
    is_need: bool


def theirs(best_pair: Mapping[str, Any], *, role: str) -> Said | None:
    """Return what the other side of a pair wrote of the two texts compared; None where nothing was."""
    is_need = best_pair.get("buyer", "buyer") != role
    name = "need" if is_need else "offer"
    text = _said(best_pair, name)
    spoken = next((code for code, said in (best_pair.get(f"{name}_versions") or {}).items() if said == text), "")
    return Said(text, spoken, is_need) if text else None


def quote(best_pair: Mapping[str, Any], *, role: str) -> Quote:
    """Return a pair's quotes for the page of ``role``; empty texts where nothing was compared."""
    wants = best_pair.get("buyer", "buyer") == role
    need, offer = _said(best_pair, "need"), _said(best_pair, "offer")
    if wants:
        return Quote(offer, _("Your need: %(text)s", text=need) if need else "")
    return Quote(need, _("Your offer: %(text)s", text=offer) if offer else "")


def _said(best_pair: Mapping[str, Any], name: str) -> str:
    versions = best_pair.get(f"{name}_versions")
    return str((versions and versions.get(language())) or best_pair.get(name, ""))
