"""Who waits alone at a table, and whom they could meet there instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from matchmaker.domain.attendance import is_there
from matchmaker.domain.fairs import Role

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from matchmaker.domain.attendance import Standing

# In less time two who do not know each other say no more than their names.
LEAST_LEFT = timedelta(minutes=8)
# Whoever has not looked at the phone for so long is not asked for more.
ANSWER_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Someone who could sit down now: left alone at a table by a meeting that was missed, or on the standby list."""

    participation_id: uuid.UUID
    role: Role
    person_id: uuid.UUID
    languages: frozenset[str]
    hall: str = ""
    table_id: uuid.UUID | None = None
    missed_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """What speaks for a pair: how well they were matched, and whether both want to meet and only had no time yet."""

    score: float = 0.0
    waiting_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """Two who are offered to each other."""

    exhibitor: Waiting
    buyer: Waiting
    fit: Fit

    @property
    def table_id(self) -> uuid.UUID | None:
        """The table of the one who sits at one already; of two who do, the exhibitor's."""
        return self.exhibitor.table_id or self.buyer.table_id


def waits_alone(
    standings: Mapping[Role, Standing], *, starts_at: datetime, patience: timedelta, now: datetime
) -> Role | None:
    """Return the side that is there while the other one is not, so long after the start that nobody waits longer."""
    there = [role for role in Role if role in standings and is_there(standings[role])]
    return there[0] if len(there) == 1 and now >= starts_at + patience else None


def offered_until(*, now: datetime, ends_at: datetime) -> datetime | None:
    """Return when an offer made now ends; None when too little of the slot is left."""
    ends = min(now + ANSWER_WITHIN, ends_at - LEAST_LEFT)
    return ends if ends > now else None


def picks(waiting: Iterable[Waiting], fits: Mapping[tuple[uuid.UUID, uuid.UUID], Fit]) -> list[Pick]:
    """Return who is offered to whom: nobody twice, always somebody who waits alone, and only with a common language.

    Two who both want to meet go first, then two in the same hall, then the better match; the keys decide the rest.
    """
    known = list(waiting)
    possible = [
        Pick(exhibitor, buyer, fits[exhibitor.participation_id, buyer.participation_id])
        for exhibitor in known
        for buyer in known
        if exhibitor.role is Role.EXHIBITOR
        and buyer.role is Role.BUYER
        and (exhibitor.missed_id or buyer.missed_id)
        and exhibitor.languages & buyer.languages
        and (exhibitor.participation_id, buyer.participation_id) in fits
    ]
    chosen: list[Pick] = []
    taken: set[uuid.UUID] = set()
    for one in sorted(possible, key=_order):
        people = {one.exhibitor.person_id, one.buyer.person_id}
        if len(people) > 1 and not people & taken:
            chosen.append(one)
            taken |= people
    return chosen


def _order(one: Pick) -> tuple[object, ...]:
    halls = {one.exhibitor.hall, one.buyer.hall} - {""}
    keys = (one.exhibitor.person_id, one.buyer.person_id)
    return one.fit.waiting_id is None, len(halls) > 1, -one.fit.score, *keys
