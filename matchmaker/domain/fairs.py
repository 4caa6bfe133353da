"""How a fair is set up: its phases and the two switches that make four modes."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """Where a fair stands, in order."""

    PROFILES = "profiles"
    PREFERENCES = "preferences"
    SCHEDULING = "scheduling"
    PROVISIONAL = "provisional"
    FINAL = "final"
    FAIR_DAYS = "fair_days"
    FOLLOW_UP = "follow_up"


class Acceptance(StrEnum):
    """Who accepts a request: the person asked, or the fair at once."""

    PERSON = "person"
    AUTOMATIC = "automatic"


class TimeChoice(StrEnum):
    """Who picks the time: the two who meet, or the organizer's scheduler."""

    PAIR = "pair"
    ORGANIZER = "organizer"


class Role(StrEnum):
    """What a company is at a fair."""

    EXHIBITOR = "exhibitor"
    BUYER = "buyer"

    @property
    def other(self) -> Role:
        """The role on the other side of a meeting."""
        return Role.BUYER if self is Role.EXHIBITOR else Role.EXHIBITOR


class ParticipationStatus(StrEnum):
    """Whether the organizer lets a company take part."""

    PENDING = "pending"
    APPROVED = "approved"
    HELD = "held"
    REFUSED = "refused"

    @property
    def acts(self) -> bool:
        """Whether the company is shown to others and may deal with them."""
        return self is ParticipationStatus.APPROVED

    @property
    def prepares(self) -> bool:
        """Whether the company may work on its profile and look at its own suggestions."""
        return self is not ParticipationStatus.REFUSED


class StaffRole(StrEnum):
    """What a person does for a fair."""

    ORGANIZER = "organizer"
    TABLE_HOST = "table_host"
    INTERPRETER = "interpreter"
    READER = "reader"
