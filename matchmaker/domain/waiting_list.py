"""To whom a freed time is offered, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.fairs import Act, Phase, TimeChoice, allows

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime

# Before the fair nobody sits at the phone; in the hall a time is gone before a long offer runs out.
BEFORE_THE_FAIR = timedelta(hours=4)
AT_THE_FAIR = timedelta(minutes=10)
# Who takes a time still has to walk there.
LEAST_NOTICE = timedelta(minutes=15)


class OfferState(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Willing:
    """Two who agreed to meet and have no time yet, with everyone who would sit there."""

    meeting_id: uuid.UUID
    agreed_at: datetime
    people: frozenset[uuid.UUID]


def in_order(waiting: Iterable[Willing]) -> list[Willing]:
    """Return who comes first: those who agreed to meet first, equals by their keys."""
    return sorted(waiting, key=lambda one: (one.agreed_at, one.meeting_id))


def next_in_line(waiting: Sequence[Willing], *, engaged: frozenset[uuid.UUID], room: int) -> list[Willing]:
    """Return whom to offer one freed time: in their order, nobody twice at once, and no more than there are tables.

    ``engaged`` are those who hold an offer of the same time already.
    """
    chosen: list[Willing] = []
    busy = set(engaged)
    for one in in_order(waiting):
        if len(chosen) >= room:
            break
        if not busy & one.people:
            chosen.append(one)
            busy |= one.people
    return chosen


def offered_until(*, now: datetime, starts_at: datetime, phase: Phase) -> datetime | None:
    """Return when an offer made now ends; None when there is no time left to answer it and walk to the table."""
    lasts = AT_THE_FAIR if phase is Phase.FAIR_DAYS else BEFORE_THE_FAIR
    ends = min(now + lasts, starts_at - LEAST_NOTICE)
    return ends if ends > now else None


def fills_freed_times(*, time_choice: TimeChoice, phase: Phase) -> bool:
    """Whether freed times are offered: where the two choose, and once the organizer's schedule is final.

    Before that the next run of the scheduler uses them better than anyone who happens to be first.
    """
    if time_choice is TimeChoice.PAIR:
        return allows(phase, Act.PICK_TIME)
    return phase in {Phase.FINAL, Phase.FAIR_DAYS}
