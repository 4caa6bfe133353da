"""How a fair is set up: its phases and the two switches that make four modes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from matchmaker.domain.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from datetime import date

MOST_DAYS: Final = 31
# Any other year is a slip, and at the ends of the calendar the day before, or the same day elsewhere, is none at all.
YEARS: Final = range(1900, 2200)


def check_days(*, opens_on: date, closes_on: date) -> None:
    """Raise Refused with the field to blame: unlikely_day, days_not_in_order, or too_many_days."""
    for field, day in (("opens_on", opens_on), ("closes_on", closes_on)):
        if day.year not in YEARS:
            raise Refused("unlikely_day", field=field, first=YEARS[0], last=YEARS[-1])
    if closes_on < opens_on:
        raise Refused("days_not_in_order", field="closes_on")
    if (closes_on - opens_on).days >= MOST_DAYS:
        raise Refused("too_many_days", field="closes_on", limit=MOST_DAYS)


class Phase(StrEnum):
    """Where a fair stands, in order."""

    PROFILES = "profiles"
    PREFERENCES = "preferences"
    SCHEDULING = "scheduling"
    PROVISIONAL = "provisional"
    FINAL = "final"
    FAIR_DAYS = "fair_days"
    FOLLOW_UP = "follow_up"


class Act(StrEnum):
    """What participants do at a fair, each of which belongs to some of its phases."""

    REGISTER = "register"
    REQUEST = "request"
    PICK_TIME = "pick_time"
    OBJECT = "object"
    CHECK_IN = "check_in"
    RECORD_OUTCOME = "record_outcome"


# While the scheduler works and its plan is looked over nobody asks for more, or no plan would ever stand. Values are
# recorded as soon as a plan is final: at a fair that nobody moves on by hand, what was agreed must not be lost.
ALLOWED: dict[Phase, frozenset[Act]] = {
    Phase.PROFILES: frozenset({Act.REGISTER}),
    Phase.PREFERENCES: frozenset({Act.REGISTER, Act.REQUEST, Act.PICK_TIME}),
    Phase.SCHEDULING: frozenset({Act.REGISTER}),
    Phase.PROVISIONAL: frozenset({Act.REGISTER, Act.OBJECT}),
    Phase.FINAL: frozenset({Act.REGISTER, Act.REQUEST, Act.PICK_TIME, Act.RECORD_OUTCOME}),
    Phase.FAIR_DAYS: frozenset({Act.REGISTER, Act.REQUEST, Act.PICK_TIME, Act.CHECK_IN, Act.RECORD_OUTCOME}),
    Phase.FOLLOW_UP: frozenset({Act.RECORD_OUTCOME}),
}


def allows(phase: Phase, act: Act) -> bool:
    """Whether participants may do this in this phase."""
    return act in ALLOWED[phase]


def check_phase(phase: Phase, act: Act) -> None:
    """Raise NotAllowed('not_in_phase') where the phase does not allow what a participant wants to do."""
    if not allows(phase, act):
        raise NotAllowed("not_in_phase", phase=phase, act=act)


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


class ActsAs(StrEnum):
    """In what capacity a person acts for a company."""

    MEMBER = "member"
    HELPER = "helper"
    ORGANIZER = "organizer"


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
