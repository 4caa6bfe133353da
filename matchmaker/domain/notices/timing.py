"""When mail leaves: collected rather than in floods, not at night, and again after a failure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from matchmaker.domain.notices.kinds import Pace

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from matchmaker.domain.notices.kinds import Kind

QUIET_FROM, QUIET_UNTIL = time(21), time(7)
# How long notices are collected into one mail, and how long after a digest the next one waits at least.
COLLECTING = timedelta(minutes=5)
BETWEEN_DIGESTS = timedelta(hours=1)
ADVERTISING_WINDOW, ADVERTISING_IN_WINDOW = timedelta(days=1), 3
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


def mail_at(kind: Kind, *, pace: Pace, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when a notice of this kind is due to be mailed; None when its reader wants no mail of it."""
    if kind.is_essential:
        pace = kind.pace
    if pace is Pace.OFF:
        return None
    due = now + COLLECTING if pace is Pace.DIGEST else now
    return due if kind.is_urgent else after_quiet_hours(due, zone)


def after_quiet_hours(at: datetime, zone: ZoneInfo) -> datetime:
    """Return this moment, or the end of the night it falls into; the night is the fair's own."""
    local = at.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    morning = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(morning, QUIET_UNTIL, tzinfo=zone).astimezone(UTC)


def next_digest_at(*, last: datetime | None, now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the next digest may leave, given when the last one was put together."""
    return now if last is None else after_quiet_hours(max(now, last + BETWEEN_DIGESTS), zone)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: a minute, doubled each time, an hour at most."""
    return min(FIRST_PAUSE * (1 << min(max(attempts, 1) - 1, 10)), LONGEST_PAUSE)
