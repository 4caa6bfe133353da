"""Whom to remind of what, and when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from matchmaker.domain.fairs import Phase

if TYPE_CHECKING:
    from datetime import datetime

REQUESTS_WAITING, NO_REQUESTS = "requests_waiting", "no_requests_yet"
# The phases in which an answer or a request still leads to a meeting.
MATTERS_IN = frozenset({Phase.PREFERENCES, Phase.SCHEDULING, Phase.PROVISIONAL, Phase.FINAL, Phase.FAIR_DAYS})
ASKING_MATTERS_IN = frozenset({Phase.PREFERENCES, Phase.FAIR_DAYS})
# A request has had its own mail; a reminder of it comes a day later, of having none after two days.
PATIENCE = {REQUESTS_WAITING: timedelta(days=1), NO_REQUESTS: timedelta(days=2)}
# The pause before the second and third reminder; after the third there is none. Who let three pass has decided.
PAUSES = (timedelta(days=2), timedelta(days=4))
MOST_REMINDERS = 1 + len(PAUSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one person at one fair when reminders are considered.

    ``waiting_since`` is when the oldest request came that waits for this person's company, None without any.
    ``has_asked`` and ``was_asked`` say whether there has been any request at all. ``reminded`` holds when this person
    was reminded of which kind, oldest first.
    """

    phase: Phase
    joined_at: datetime
    waiting_since: datetime | None
    has_asked: bool
    was_asked: bool
    reminded: dict[str, tuple[datetime, ...]]


def nudge_for(standing: Standing, *, now: datetime) -> str | None:
    """Return the kind of reminder that is due, or None.

    Waiting requests come first. Three reminders of a kind are the most, with growing pauses, and nothing is sent in
    phases where it would lead nowhere.
    """
    if standing.waiting_since is not None:
        is_due = standing.phase in MATTERS_IN and _is_due(REQUESTS_WAITING, standing, standing.waiting_since, now)
        return REQUESTS_WAITING if is_due else None
    if standing.has_asked or standing.was_asked or standing.phase not in ASKING_MATTERS_IN:
        return None
    return NO_REQUESTS if _is_due(NO_REQUESTS, standing, standing.joined_at, now) else None


def _is_due(kind: str, standing: Standing, since: datetime, now: datetime) -> bool:
    so_far = standing.reminded.get(kind, ())
    if now - since < PATIENCE[kind] or len(so_far) >= MOST_REMINDERS:
        return False
    return not so_far or now - so_far[-1] >= PAUSES[len(so_far) - 1]
