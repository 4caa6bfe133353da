"""What an interpreter's pages show."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from flask_babel import to_user_timezone

from matchmaker.web.filters import day as day_in_words

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

    from werkzeug.datastructures import MultiDict

    from matchmaker.services.fairs import SlotFacts
    from matchmaker.services.sheets import InterpreterSheet, SheetMeeting


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting of one's own day; ``is_away`` says that somebody is looked for to take it over."""

    meeting: SheetMeeting
    is_past: bool
    is_now: bool
    is_away: bool


@dataclass(frozen=True, slots=True)
class AwaySlot:
    """A coming time, and whether the interpreter is away then."""

    key: uuid.UUID
    starts_at: datetime
    is_away: bool


@dataclass(frozen=True, slots=True)
class AwayDay:
    """A day with the times still to come."""

    key: str
    name: str
    slots: list[AwaySlot]


def days_of(
    sheet: InterpreterSheet | None, *, away: Collection[uuid.UUID], slots: Iterable[SlotFacts], now: datetime
) -> list[tuple[date, list[MeetingLine]]]:
    """Return an interpreter's meetings by the day they begin on where the fair is."""
    gone = {slot.starts_at for slot in slots if slot.id in away}
    lines = [
        MeetingLine(
            one,
            is_past=one.ends_at <= now,
            is_now=one.starts_at <= now < one.ends_at,
            is_away=one.starts_at in gone and one.starts_at > now,
        )
        for one in (sheet.meetings if sheet else ())
    ]
    return [(day, list(found)) for day, found in groupby(lines, key=_day_of)]


def slots_by_day(slots: Iterable[SlotFacts], *, away: Collection[uuid.UUID], now: datetime) -> list[AwayDay]:
    """Return the coming times by day."""
    ahead = [slot for slot in slots if slot.starts_at > now]
    return [
        AwayDay(
            str(day),
            day_in_words(day),
            [AwaySlot(slot.id, slot.starts_at, slot.id in away) for slot in found],
        )
        for day, found in groupby(ahead, key=lambda slot: slot.day)
    ]


def wanted_slots(slots: Sequence[SlotFacts], form: MultiDict[str, str]) -> list[uuid.UUID]:
    """Return the times that were ticked, and all of the days that were."""
    ticked, whole = set(form.getlist("away")), set(form.getlist("whole"))
    return [slot.id for slot in slots if str(slot.id) in ticked or str(slot.day) in whole]


def _day_of(line: MeetingLine) -> date:
    return to_user_timezone(line.meeting.starts_at).date()
