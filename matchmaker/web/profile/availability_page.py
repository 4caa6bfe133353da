"""The slots of a fair as boxes to tick, day by day, with buttons for whole and half days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import url_for

from matchmaker.extensions import db
from matchmaker.services import availability, fairs
from matchmaker.web.filters import day as day_words
from matchmaker.web.filters import time
from matchmaker.web.fragments import drawn_by, part
from matchmaker.web.profile.steps import step_line

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from markupsafe import Markup

    from matchmaker.services.fairs import FairFacts, Grid, Membership, SlotFacts

NOON = 12
HALVES = ("am", "pm")
DAY = "profile/day.html"
DAYS_KEPT = 256


@dataclass(frozen=True, slots=True)
class SlotBox:
    """One slot with whether the person is free in it and whom they would meet then."""

    slot_id: uuid.UUID
    time: str
    is_free: bool = True
    meeting: str = ""


@dataclass(frozen=True, slots=True)
class HalfDay:
    """The slots before noon, or those after it."""

    half: str
    key: str
    boxes: tuple[SlotBox, ...]

    @property
    def is_free(self) -> bool:
        """Whether the person is free in all of it."""
        return all(box.is_free for box in self.boxes)


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """What is left of one day of the fair, in halves; ``began`` where earlier slots of it are over."""

    day: date
    halves: tuple[HalfDay, ...]
    slot_ids: frozenset[uuid.UUID]
    began: bool

    @property
    def is_free(self) -> bool:
        """Whether the person is free all day."""
        return all(half.is_free for half in self.halves)


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityPage:
    """One person's times, with the others of the company to switch to."""

    steps: Markup
    people: list[tuple[str, str, bool]]
    person_name: str
    save_url: str
    has_slots: bool
    days: list[Markup]
    clashes: list[tuple[str, str, str]]


def availability_page(fair: FairFacts, me: Membership, *, person: uuid.UUID | None, now: datetime) -> AvailabilityPage:
    """Return the page of one colleague, by default the reader or who comes for the reader's company."""
    grid = fairs.KEPT_GRID.of(db.session, fair_id=fair.id)
    team = availability.team_of(db.session, me=me)
    people = team.people
    shown = next((one for one in people if one.id == person), people[0] if people else None)
    away: set[uuid.UUID] = set()
    placed = []
    if shown is not None and shown.has_absences:
        away = availability.away_slots(db.session, fair_id=fair.id, representative_id=shown.id)
    if shown is not None and away:
        placed = availability.placed_while_away(db.session, fair_id=fair.id, me=me, representative_id=shown.id)
    meetings = {one.slot_id: one.other_name for one in placed}
    url = url_for("profile.availability", slug=fair.slug)
    return AvailabilityPage(
        steps=step_line(fair.slug, "availability", team.is_checked, team.has_items),
        people=[(one.name, f"{url}?person={one.id}", one is shown) for one in people],
        person_name=shown.name if shown else "",
        save_url=url_for("profile.save_availability", slug=fair.slug, representative_id=shown.id) if shown else "",
        has_slots=bool(grid.slots),
        days=_days(grid, fair.time_zone, away, meetings, now=now),
        clashes=[
            (
                one.other_name,
                f"{day_words(one.starts_at)}, {time(one.starts_at)}",
                url_for("meetings.meeting", slug=fair.slug, meeting_id=one.meeting_id),
            )
            for one in placed
            if one.starts_at > now
        ],
    )


def chosen_away(fair: FairFacts, *, free: Sequence[str], press: str) -> set[uuid.UUID]:
    """Return the slots someone is away in, from the boxes ticked and the button for a day or a half that was pressed.

    A button's value says what it does: ``free 2026-11-18`` or ``away 2026-11-18 am``.
    """
    slots = fairs.slots(db.session, fair_id=fair.id)
    away = {slot.id for slot in slots if str(slot.id) not in set(free)}
    what, _, where = press.partition(" ")
    if what in {"free", "away"}:
        meant = {slot.id for slot in slots if _is_in(fair, slot, where)}
        away = away - meant if what == "free" else away | meant
    return away


def _is_in(fair: FairFacts, slot: SlotFacts, where: str) -> bool:
    day, _, half = where.partition(" ")
    return slot.day.isoformat() == day and half in {"", _half(fair, slot)}


def _half(fair: FairFacts, slot: SlotFacts) -> str:
    return _half_at(slot.starts_at.astimezone(fair.zone))


def _half_at(local: datetime) -> str:
    return HALVES[local.hour >= NOON]


def _days(
    grid: Grid, zone: str, away: set[uuid.UUID], meetings: dict[uuid.UUID, str], *, now: datetime
) -> list[Markup]:
    """Draw what is left of each day; one in which the person is free throughout looks the same for all."""
    drawn = []
    for day, slots in grid.days.items():
        over = sum(slot.starts_at <= now for slot in slots) if slots[0].starts_at <= now else 0
        if over == len(slots):
            continue
        left = _free_day(grid, zone, day, over)
        is_free = away.isdisjoint(left.slot_ids)
        drawn.append(part(DAY, "day", left) if is_free else drawn_by(DAY, "day", _as_it_is(left, away, meetings)))
    return drawn


@lru_cache(maxsize=DAYS_KEPT)
def _free_day(grid: Grid, zone: str, day: date, over: int) -> Day:
    """What is left of a day after so many slots of it, for who is free throughout."""
    left = grid.days[day][over:]
    return Day(day, tuple(_free_halves(day, left, ZoneInfo(zone))), frozenset(slot.id for slot in left), began=over > 0)


def _free_halves(day: date, slots: Sequence[SlotFacts], zone: ZoneInfo) -> Iterator[HalfDay]:
    starts = [(slot, slot.starts_at.astimezone(zone)) for slot in slots]
    for half, of_half in groupby(starts, key=lambda one: _half_at(one[1])):
        boxes = [SlotBox(slot.id, f"{local:%H:%M}") for slot, local in of_half]
        yield HalfDay(half, f"{day.isoformat()} {half}", tuple(boxes))


def _as_it_is(day: Day, away: set[uuid.UUID], meetings: dict[uuid.UUID, str]) -> Day:
    """The same day with when the person is away."""
    return replace(
        day,
        halves=tuple(
            replace(
                half,
                boxes=tuple(
                    SlotBox(box.slot_id, box.time, box.slot_id not in away, meetings.get(box.slot_id, ""))
                    for box in half.boxes
                ),
            )
            for half in day.halves
        ),
    )
