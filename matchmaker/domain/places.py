"""Where and when a meeting can take place: which slots suit everyone in it, at which table, and which are best."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

# Ten minutes take someone out of one hall, through the next one's door and to the right table.
WALK = timedelta(minutes=10)
BEST = 3


class Obstacle(StrEnum):
    """Why a slot is not among the places of a meeting; the first that applies."""

    BEGUN = "begun"
    AWAY = "away"
    BUSY = "busy"
    DAY_FULL = "day_full"
    NO_TABLE = "no_table"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class Opening:
    """One slot of the fair's grid."""

    id: uuid.UUID
    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Spot:
    """A table in a hall, or a booth; one whose place on the ground is not known has no table."""

    table_id: uuid.UUID | None
    code: str
    hall: str
    is_booth: bool = False


@dataclass(frozen=True, slots=True)
class Diary:
    """What one person's days hold already: slots they can't come in, and the hall they sit in by slot."""

    away: frozenset[uuid.UUID]
    stops: Mapping[uuid.UUID, str]
    daily_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A slot in which the meeting can take place, the spots that are free then, the most convenient first.

    ``waits`` counts the free slots between it and the nearest other meeting of the day, over all people in it;
    ``is_next_to`` says that someone comes straight from, or goes straight on to, another meeting.
    """

    opening: Opening
    spots: tuple[Spot | None, ...]
    waits: int
    changes: int
    is_next_to: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """The grid of a fair and what is free in it.

    ``has_tables`` says that people meet at tables there, even when none of them is for this meeting. A meeting online
    needs no spot.
    """

    openings: Sequence[Opening]
    spots: Sequence[Spot]
    taken: Mapping[uuid.UUID, frozenset[uuid.UUID]]
    booth: Spot | None = None
    has_tables: bool = True
    is_online: bool = False

    def free_in(self, slot_id: uuid.UUID) -> list[Spot]:
        """Return the tables that are free in a slot, and last the booth that has none."""
        taken = self.taken.get(slot_id, frozenset())
        free = [spot for spot in self.spots if spot.table_id not in taken]
        return [*free, self.booth] if self.booth else free


def places(ground: Ground, diaries: Sequence[Diary], *, now: datetime) -> list[Place]:
    """Return every place a meeting of these people can have from now on, in order of time."""
    return [found for found in _examine(ground, diaries, now=now).values() if isinstance(found, Place)]


def place_in(ground: Ground, diaries: Sequence[Diary], slot_id: uuid.UUID, *, now: datetime) -> Place | None:
    """Return the place a meeting of these people can have in one slot, or None where that slot is none."""
    opening = next((one for one in ground.openings if one.id == slot_id), None)
    found = None if opening is None else next(iter(_examine(ground, diaries, now=now, only=[opening]).values()))
    return found if isinstance(found, Place) else None


def obstacles(ground: Ground, diaries: Sequence[Diary], *, now: datetime) -> dict[uuid.UUID, Obstacle]:
    """Return why each slot that is not a place is none."""
    return {key: found for key, found in _examine(ground, diaries, now=now).items() if isinstance(found, Obstacle)}


def best(found: Sequence[Place]) -> list[Place]:
    """Return the three best places: fewest changes of hall, then least waiting between meetings, then the earliest."""
    return sorted(found, key=lambda place: (place.changes, place.waits, place.opening.starts_at))[:BEST]


@dataclass(frozen=True, slots=True)
class _Days:
    """One person's diary with the slots they sit in, in order of time, and how many those are a day."""

    diary: Diary
    engaged: tuple[Opening, ...]
    load: Counter[date]

    def around(self, opening: Opening) -> list[tuple[str, timedelta]]:
        """The halls they sit in just before and just after, each with the time between."""
        same_day = [one for one in self.engaged if one.day == opening.day]
        before = [one for one in same_day if one.ends_at <= opening.starts_at][-1:]
        after = [one for one in same_day if one.starts_at >= opening.ends_at][:1]
        return [
            *((self.diary.stops[one.id], opening.starts_at - one.ends_at) for one in before),
            *((self.diary.stops[one.id], one.starts_at - opening.ends_at) for one in after),
        ]

    def nearest(self, opening: Opening, order: Mapping[uuid.UUID, int]) -> int | None:
        """How many slots lie between this one and the nearest meeting of the day; None on a day without one."""
        gaps = [abs(order[one.id] - order[opening.id]) - 1 for one in self.engaged if one.day == opening.day]
        return min(gaps, default=None)


def _examine(
    ground: Ground, diaries: Sequence[Diary], *, now: datetime, only: Sequence[Opening] | None = None
) -> dict[uuid.UUID, Place | Obstacle]:
    order = {opening.id: number for number, opening in enumerate(ground.openings)}
    people = [_days(ground.openings, diary) for diary in diaries]
    return {
        opening.id: _obstacle(opening, people, now=now) or _place(opening, ground, people, order)
        for opening in (ground.openings if only is None else only)
    }


def _days(openings: Sequence[Opening], diary: Diary) -> _Days:
    engaged = tuple(opening for opening in openings if opening.id in diary.stops)
    return _Days(diary, engaged, Counter(opening.day for opening in engaged))


def _obstacle(opening: Opening, people: Sequence[_Days], *, now: datetime) -> Obstacle | None:
    if opening.starts_at <= now:
        return Obstacle.BEGUN
    if any(opening.id in one.diary.away for one in people):
        return Obstacle.AWAY
    if any(opening.id in one.diary.stops for one in people):
        return Obstacle.BUSY
    caps = ((one.diary.daily_cap, one.load[opening.day]) for one in people)
    return Obstacle.DAY_FULL if any(cap is not None and load >= cap for cap, load in caps) else None


def _place(
    opening: Opening, ground: Ground, people: Sequence[_Days], order: Mapping[uuid.UUID, int]
) -> Place | Obstacle:
    nearest = [gap for gap in (one.nearest(opening, order) for one in people) if gap is not None]
    waits, is_next_to = sum(nearest), 0 in nearest
    if ground.is_online or not (ground.has_tables or ground.booth):
        return Place(opening, (None,), waits, 0, is_next_to)
    free = ground.free_in(opening.id)
    if not free:
        return Obstacle.NO_TABLE
    stops = [stop for one in people for stop in one.around(opening)]
    # There are many tables and few halls.
    changes = {
        hall: sum(bool(other) and other != hall for other, _ in stops)
        for hall in {spot.hall for spot in free}
        if _can_walk(hall, stops)
    }
    near = [spot for spot in free if spot.hall in changes]
    if not near:
        return Obstacle.TOO_FAR
    near.sort(key=lambda spot: (spot is ground.booth, not spot.is_booth, changes[spot.hall]))
    return Place(opening, tuple(near), waits, changes[near[0].hall], is_next_to)


def _can_walk(hall: str, stops: Sequence[tuple[str, timedelta]]) -> bool:
    """Whether the way from the last meeting and to the next one is short enough; online nobody walks."""
    return all(not other or other == hall or time >= WALK for other, time in stops)
