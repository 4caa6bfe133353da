"""What a profile brings so far, beside its forms: how many fit, how much is filled in, what would help most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from matchmaker.web.advice_words import STEP_OF_FIELD, advice_words
from matchmaker.web.filled import filled
from matchmaker.web.filters import number

if TYPE_CHECKING:
    from markupsafe import Markup

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.profile_state import ProfileState

CARD = "profile/brings.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brings:
    """The facts of the card; ``partners_url`` shows whom the profile brings."""

    is_waiting: bool
    is_matched: bool
    partners: int
    filled: int
    total: int
    advice: str
    advice_url: str
    partners_url: str

    def card(self) -> Markup:
        """Draw the card."""
        texts = {
            "partners": number(self.partners),
            "partners_url": self.partners_url,
            "advice": self.advice,
            "advice_url": self.advice_url,
        }
        return filled(CARD, "brings_card", texts, self.is_waiting, self.is_matched, self.filled, self.total)


def brings_of(fair: FairFacts, me: Membership, state: ProfileState) -> Brings:
    """Return what a profile brings. Before its first match nothing is counted, and nothing is said."""
    advice = state.advice
    step = STEP_OF_FIELD.get(advice.get("field", ""), "items")
    return Brings(
        is_waiting=state.is_waiting and state.has_items,
        is_matched=bool(advice),
        partners=state.partners,
        filled=advice.get("filled", 0),
        total=advice.get("total", 0),
        advice=advice_words(advice, role=me.role),
        advice_url=url_for(f"profile.{step}", slug=fair.slug),
        partners_url=url_for("profile.partners", slug=fair.slug),
    )
