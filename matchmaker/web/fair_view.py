"""A fair as templates show it: in the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.fairs import Phase
from matchmaker.web.filters import MONTHS
from matchmaker.web.language import language

if TYPE_CHECKING:
    from datetime import date

    from matchmaker.services.fairs import FairFacts


@dataclass(frozen=True, slots=True)
class FairView:
    """The facts of a fair with its texts in the language of the request."""

    facts: FairFacts

    @property
    def slug(self) -> str:
        """The fair's part of the address."""
        return self.facts.slug

    @property
    def time_zone(self) -> str:
        """The name of the fair's time zone."""
        return self.facts.time_zone

    @property
    def name(self) -> str:
        """The fair's name."""
        return self.facts.name_vi if language() == "vi" else self.facts.name_en

    @property
    def about(self) -> str:
        """What the fair is about, in a few sentences."""
        return self.facts.about_vi if language() == "vi" else self.facts.about_en

    @property
    def city(self) -> str:
        """Where the fair takes place."""
        return self.facts.city_vi if language() == "vi" else self.facts.city_en

    @property
    def dates_text(self) -> str:
        """The fair's days, as short as they can be said."""
        return days_text(self.facts.opens_on, self.facts.closes_on)

    @property
    def is_over(self) -> bool:
        """Whether the fair has taken place; what came of it is still told."""
        return self.facts.phase is Phase.FOLLOW_UP


def days_text(first: date, last: date) -> str:
    """Return 18–20/11/2026 or 18–20 Nov 2026; both months when they differ."""
    if language() == "vi":
        start = f"{first.day}" if first.month == last.month else f"{first.day}/{first.month}"
        end = f"{last.day}/{last.month}/{last.year}"
    else:
        start = f"{first.day}" if first.month == last.month else f"{first.day} {MONTHS[first.month - 1]}"
        end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    return end if first == last else f"{start}–{end}"
