"""Who waits alone at a table, and whom they could meet there instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
class Helper:
    """An interpreter who could help two to understand each other; ``seated_at`` is the meeting they sit in now."""

    id: uuid.UUID
    languages: frozenset[str]
    seated_at: uuid.UUID | None = None

    def can_help(self, one: Waiting, other: Waiting) -> bool:
        """Whether both are understood, and nobody but the one who was left alone loses the interpreter."""
        is_free = self.seated_at in {None, one.missed_id, other.missed_id}
        return is_free and bool(self.languages & one.languages) and bool(self.languages & other.languages)


@dataclass(frozen=True, slots=True)
class Fit:
    """What speaks for a pair: how well they were matched, and whether both want to meet and only had no time yet."""

    score: float = 0.0
    waiting_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """Two who are offered to each other, with an interpreter where they share no language."""

    exhibitor: Waiting
    buyer: Waiting
    fit: Fit
    interpreter_id: uuid.UUID | None = None

    @property
    def is_understood(self) -> bool:
        """Whether the two share a language."""
        return bool(self.exhibitor.languages & self.buyer.languages)

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


def picks(
    waiting: Iterable[Waiting],
    fits: Mapping[tuple[uuid.UUID, uuid.UUID], Fit],
    helpers: Iterable[Helper] = (),
) -> list[Pick]:
    """Return who is offered to whom: nobody twice, and always somebody who waits alone.

    They share a language, or a free interpreter speaks one of each. Two who both want to meet go first, then those who
    need no interpreter, then two in the same hall, then the better match; the keys decide the rest.
    """
    known = list(waiting)
    possible = [
        Pick(exhibitor, buyer, fits[exhibitor.participation_id, buyer.participation_id])
        for exhibitor in known
        for buyer in known
        if exhibitor.role is Role.EXHIBITOR
        and buyer.role is Role.BUYER
        and (exhibitor.missed_id or buyer.missed_id)
        and (exhibitor.participation_id, buyer.participation_id) in fits
    ]
    chosen: list[Pick] = []
    taken: set[uuid.UUID] = set()
    left = sorted(helpers, key=lambda one: (one.seated_at is None, one.id))
    for one in sorted(possible, key=_order):
        people = {one.exhibitor.person_id, one.buyer.person_id}
        if len(people) == 1 or people & taken:
            continue
        helper = None if one.is_understood else _helper(one, left)
        if helper is None and not one.is_understood:
            continue
        if helper is not None:
            left.remove(helper)
        chosen.append(replace(one, interpreter_id=helper.id if helper else None))
        taken |= people
    return chosen


def _helper(one: Pick, helpers: Iterable[Helper]) -> Helper | None:
    """The first who can help; who sits at the table already goes before others."""
    return next((helper for helper in helpers if helper.can_help(one.exhibitor, one.buyer)), None)


def _order(one: Pick) -> tuple[object, ...]:
    halls = {one.exhibitor.hall, one.buyer.hall} - {""}
    keys = (one.exhibitor.person_id, one.buyer.person_id)
    return one.fit.waiting_id is None, not one.is_understood, len(halls) > 1, -one.fit.score, *keys
