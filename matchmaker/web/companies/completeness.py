"""How complete a company's profile is, for the organizer: counted by the matcher, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matchmaker.domain.profiles import CERTIFICATES
from matchmaker.web.advice_words import field_words
from matchmaker.web.filters import country, number

if TYPE_CHECKING:
    from matchmaker.services.profile_state import ProfileState


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """The facts of the card; ``lacks`` names the one field that would help most and with how many companies."""

    filled: int
    total: int
    partners: int
    is_waiting: bool
    lacks: str
    reach: str


def completeness_of(state: ProfileState) -> Completeness | None:
    """Return how complete a profile is; None before it was first matched, when nothing has been counted."""
    advice = state.advice
    if not advice:
        return None
    value = advice["value"]
    named = country(value) if advice["field"] == "markets" else CERTIFICATES.get(value, value)
    field = field_words(advice["field"])
    return Completeness(
        filled=advice["filled"],
        total=advice["total"],
        partners=state.partners,
        is_waiting=state.is_waiting,
        lacks=f"{field}: {named}" if named and field else field,
        reach=_(
            "It would count with %(count)s more of %(others)s companies.",
            count=number(advice["count"]),
            others=number(advice["others"]),
        ),
    )
