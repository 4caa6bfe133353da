"""The slots of a fair as boxes to tick, day by day, with buttons for whole and half days."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from flask import url_for

from matchmaker.extensions import db
from matchmaker.services import availability, fairs
from matchmaker.services.profile_state import profile_state
from matchmaker.web.filters import day as day_words
from matchmaker.web.filters import time
from matchmaker.web.profile.steps import steps_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date, datetime

    from matchmaker.services.fairs import FairFacts, Membership, SlotFacts

NOON = 12
HALVES = ("am", "pm")


@dataclass(frozen=True, slots=True)
class SlotBox:
    """One slot with whether the person is free in it and whom they would meet then."""

    id: str
    time: str
    is_free: bool
    meeting: str


@dataclass(frozen=True, slots=True)
class HalfDay:
    """The slots before noon, or those after it."""

    half: str
    key: str
    boxes: list[SlotBox]

    @property
    def is_free(self) -> bool:
        """Whether the person is free in all of it."""
        return all(box.is_free for box in self.boxes)


@dataclass(frozen=True, slots=True)
class Day:
    """What is left of one day of the fair, in halves; ``began`` where earlier slots of it are over."""

    key: str
    label: str
    began: bool
    halves: list[HalfDay]

    @property
    def is_free(self) -> bool:
        """Whether the person is free all day."""
        return all(half.is_free for half in self.halves)


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityPage:
    """One person's times, with the others of the company to switch to."""

    steps: list[tuple[str, str, str]]
    people: list[tuple[str, str, bool]]
    person_name: str
    save_url: str
    has_slots: bool
    days: list[Day]
    clashes: list[tuple[str, str, str]]


def availability_page(fair: FairFacts, me: Membership, *, person: uuid.UUID | None, now: datetime) -> AvailabilityPage:
    """Return the page of one colleague, by default the reader or who comes for the reader's company."""
    slots = fairs.slots(db.session, fair_id=fair.id)
    people = availability.colleagues(db.session, me=me)
    shown = next((one for one in people if one.id == person), people[0] if people else None)
    away: set[uuid.UUID] = set()
    placed = []
    if shown is not None:
        away = availability.away_slots(db.session, fair_id=fair.id, representative_id=shown.id)
        placed = availability.placed_while_away(db.session, fair_id=fair.id, me=me, representative_id=shown.id)
    meetings = {one.slot_id: one.other_name for one in placed}
    url = url_for("profile.availability", slug=fair.slug)
    return AvailabilityPage(
        steps=steps_of(fair, profile_state(db.session, participation_id=me.participation_id), current="availability"),
        people=[(one.name, f"{url}?person={one.id}", one is shown) for one in people],
        person_name=shown.name if shown else "",
        save_url=url_for("profile.save_availability", slug=fair.slug, representative_id=shown.id) if shown else "",
        has_slots=bool(slots),
        days=_days(fair, slots, away, meetings, now=now),
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
    return HALVES[slot.starts_at.astimezone(fair.zone).hour >= NOON]


def _days(
    fair: FairFacts,
    slots: Sequence[SlotFacts],
    away: set[uuid.UUID],
    meetings: dict[uuid.UUID, str],
    *,
    now: datetime,
) -> list[Day]:
    began = {slot.day for slot in slots if slot.starts_at <= now}
    coming = [slot for slot in slots if slot.starts_at > now]
    return [
        Day(day.isoformat(), day_words(day), day in began, _halves(fair, day, list(of_day), away, meetings))
        for day, of_day in groupby(coming, key=lambda slot: slot.day)
    ]


def _halves(
    fair: FairFacts, day: date, slots: list[SlotFacts], away: set[uuid.UUID], meetings: dict[uuid.UUID, str]
) -> list[HalfDay]:
    found = []
    for half, of_half in groupby(slots, key=lambda slot: _half(fair, slot)):
        boxes = [
            SlotBox(str(slot.id), time(slot.starts_at), slot.id not in away, meetings.get(slot.id, ""))
            for slot in of_half
        ]
        found.append(HalfDay(half, f"{day.isoformat()} {half}", boxes))
    return found
