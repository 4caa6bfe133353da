"""Sessions and breaks of a fair turned into slots, as instants in UTC.

A slot is the unit of all scheduling: it has a place in the fair's order, a day, and a block. Slots of one
block follow each other without a break, so a meeting longer than one slot must stay within one block.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class SlotError(ValueError):
    """A session or break that cannot be turned into slots; `code` names the rule it broke."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An opening period of one day, in the fair's own wall-clock time."""

    code: str
    on: date
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A break in which no meeting may run; without a date it holds on every day."""

    starts: time
    ends: time
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One meeting time: instants in UTC, the number of its day, its session, and its unbroken block."""

    starts_at: datetime
    ends_at: datetime
    day: int = 0
    session: str = ""
    block: int = 0


def instant(*, on: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a wall-clock time.

    A time that a clock change skips raises SlotError("nonexistent_time"); of a time that comes twice the
    first is meant.
    """
    local = datetime.combine(on, at, tzinfo=zone)
    utc = local.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise SlotError("nonexistent_time", on=on, at=at)
    return utc


def slots_of(
    *, sessions: Iterable[Session], pauses: Sequence[Pause] = (), minutes: int, gap_minutes: int = 0, zone: ZoneInfo
) -> tuple[Slot, ...]:
    """Return the slots of all sessions in order of time.

    A slot lasts `minutes` and is followed by `gap_minutes` for changing tables. One that would touch a pause
    is begun again when the pause ends. Raises SlotError for overlapping sessions, sessions or pauses that end
    before they start, and lengths that are not positive.
    """
    if minutes <= 0 or gap_minutes < 0:
        raise SlotError("bad_length", minutes=minutes, gap_minutes=gap_minutes)
    ordered = sorted(sessions, key=lambda session: (session.on, session.opens))
    days = {day: number for number, day in enumerate(sorted({session.on for session in ordered}))}
    made: list[Slot] = []
    closed_at: datetime | None = None
    block = 0
    for session in ordered:
        opens_at = instant(on=session.on, at=session.opens, zone=zone)
        closes_at = instant(on=session.on, at=session.closes, zone=zone)
        if closes_at <= opens_at:
            raise SlotError("ends_before_start", session=session.code)
        if closed_at is not None and opens_at < closed_at:
            raise SlotError("sessions_overlap", session=session.code)
        closed_at = closes_at
        stretches = _stretches(session=session, opens_at=opens_at, closes_at=closes_at, pauses=pauses, zone=zone)
        for begins_at, ends_at in stretches:
            made += [
                Slot(
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(minutes=minutes),
                    day=days[session.on],
                    session=session.code,
                    block=block,
                )
                for starts_at in _starts(begins_at, ends_at, minutes, gap_minutes)
            ]
            block += 1
    return tuple(made)


def _stretches(
    *, session: Session, opens_at: datetime, closes_at: datetime, pauses: Sequence[Pause], zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """Return the parts of a session that no pause covers, in order."""
    closed: list[tuple[datetime, datetime]] = []
    for pause in pauses:
        if pause.ends <= pause.starts:
            raise SlotError("ends_before_start", pause=pause.starts)
        if pause.on is None or pause.on == session.on:
            starts_at = instant(on=session.on, at=pause.starts, zone=zone)
            ends_at = instant(on=session.on, at=pause.ends, zone=zone)
            closed.append((starts_at, ends_at))
    parts: list[tuple[datetime, datetime]] = []
    cursor = opens_at
    for starts_at, ends_at in sorted(closed):
        if ends_at <= cursor or starts_at >= closes_at:
            continue
        if starts_at > cursor:
            parts.append((cursor, starts_at))
        cursor = ends_at
    if cursor < closes_at:
        parts.append((cursor, closes_at))
    return parts


def _starts(begins_at: datetime, ends_at: datetime, minutes: int, gap_minutes: int) -> list[datetime]:
    """Return when slots start within one unbroken stretch; instants are UTC, so a clock change cannot move them."""
    length, step = timedelta(minutes=minutes), timedelta(minutes=minutes + gap_minutes)
    starts: list[datetime] = []
    cursor = begins_at
    while cursor + length <= ends_at:
        starts.append(cursor)
        cursor += step
    return starts
