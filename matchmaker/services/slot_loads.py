"""How many meetings stand in each of a fair's slots, and in which order: so a page of a long list is found by its keys.

Both are kept until something of it changes (``services/kept_counts.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select

from matchmaker.domain.meetings import RECORDED, MeetingState
from matchmaker.models import Meeting, MeetingTable, Slot
from matchmaker.services import fair_changes
from matchmaker.services.kept_counts import KeptCount

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import Marks

ON_GRID = (MeetingState.SCHEDULED, *sorted(RECORDED))
IS_PLACED = and_(Meeting.fair_id == Slot.fair_id, Meeting.slot_id == Slot.id, Meeting.state.in_(ON_GRID))
SLOTS = (
    select(Slot.day, Slot.id, Slot.starts_at, func.count(Meeting.slot_id))
    .outerjoin(Meeting, IS_PLACED)
    .where(Slot.fair_id == bindparam("fair_id"))
    .group_by(Slot.day, Slot.id, Slot.starts_at, Slot.number)
    .order_by(Slot.day, Slot.number)
)
BY_TIME = (Slot.number, MeetingTable.code, Meeting.id)
KEYS = (
    select(Meeting.id)
    .select_from(Slot)
    .join(Meeting, IS_PLACED)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .where(Slot.fair_id == bindparam("fair_id"), Slot.id.in_(bindparam("slots", type_=Slot.id.type, expanding=True)))
    .order_by(*BY_TIME)
)


class SlotLoad(NamedTuple):
    """One slot with its number of placed meetings."""

    id: uuid.UUID
    starts_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class DayLoad:
    """One day of the fair with its slots in order, and how many meetings are placed on it."""

    day: date
    slots: tuple[SlotLoad, ...]
    count: int


def _days(rows: Sequence[Any]) -> tuple[DayLoad, ...]:
    found = [
        (day, tuple(SlotLoad(*row[1:]) for row in of_day)) for day, of_day in groupby(rows, key=lambda row: row[0])
    ]
    return tuple(DayLoad(day, slots, sum(one.number for one in slots)) for day, slots in found)


KEPT_DAYS = KeptCount(SLOTS, _days)
KEPT_KEYS = KeptCount(KEYS, lambda rows: tuple(key for (key,) in rows))


@dataclass(frozen=True, slots=True)
class Loads:
    """The days of a fair as they are by its marks."""

    fair_id: uuid.UUID
    days: tuple[DayLoad, ...]
    marks: Marks

    def keys(self, session: Session, slots: Iterable[SlotLoad], *, start: int, most: int) -> tuple[uuid.UUID, ...]:
        """Return some of the meetings in some slots by time and table, in one statement at most."""
        wanted, skipped = part(slots, start, most)
        found = KEPT_KEYS.of(session, fair_id=self.fair_id, marks=self.marks, slots=tuple(wanted)) if wanted else ()
        return found[skipped : skipped + most]


def read(session: Session, *, fair_id: uuid.UUID) -> Loads:
    """Return the fair's days with the number of meetings placed in each of their slots, in two statements at most."""
    marks = fair_changes.marks_of(session, fair_id=fair_id)
    return Loads(fair_id, KEPT_DAYS.of(session, fair_id=fair_id, marks=marks), marks)


def part(slots: Iterable[SlotLoad], start: int, most: int) -> tuple[list[uuid.UUID], int]:
    """Return in which slots some of their meetings are, and how many are in these before the first."""
    found: list[uuid.UUID] = []
    passed, before = 0, 0
    for slot_id, _starts_at, number in slots:
        if passed + number <= start:
            before = passed + number
        elif number and passed < start + most:
            found.append(slot_id)
        passed += number
    return found, start - before
