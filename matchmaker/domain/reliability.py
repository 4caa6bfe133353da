"""How far others can rely on a company: the requests it answered and the meetings it kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.attendance import Presence
from matchmaker.domain.meetings import MeetingState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from matchmaker.domain.fairs import Role

# What happened longer ago than two years says little of those who come today.
LASTS = timedelta(days=730)
# One slip happens to everyone, and of fewer events than these nothing can be said.
FORGIVEN = 1
FEWEST = 4
# Out of two points an event; below six tenths of them a company is limited.
LIMIT_TENTHS = 6


class Happened(StrEnum):
    """What a company did about a request or a meeting."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    KEPT = "kept"
    LATE = "late"
    MISSED = "missed"


POINTS = {Happened.ANSWERED: 2, Happened.KEPT: 2, Happened.LATE: 1, Happened.UNANSWERED: 0, Happened.MISSED: 0}
SLIPS = frozenset({Happened.UNANSWERED, Happened.MISSED, Happened.LATE})


class Spared(StrEnum):
    """Why an event does not count."""

    APPEALED = "appealed"
    EXPIRED = "expired"
    FORGIVEN = "forgiven"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; under appeal as long as nobody settled whether it was a miss."""

    happened: Happened
    at: datetime
    is_appealed: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A company's events, the latest first, each with why it does not count, if so."""

    events: tuple[tuple[Event, Spared | None], ...]

    @property
    def counted(self) -> list[Event]:
        """What counts."""
        return [event for event, spared in self.events if spared is None]

    def number(self, happened: Happened) -> int:
        """How often something that counts happened."""
        return sum(event.happened is happened for event in self.counted)

    @property
    def says_something(self) -> bool:
        """Whether there is enough to go by."""
        return len(self.counted) >= FEWEST

    @property
    def is_low(self) -> bool:
        """Whether the company would be limited at a fair that does so."""
        return self.says_something and self._points * 10 < len(self.counted) * 2 * LIMIT_TENTHS

    @property
    def to_be_free(self) -> int:
        """How many answered requests or kept meetings end it; none for who is not limited."""
        if not self.is_low:
            return 0
        missing = len(self.counted) * 2 * LIMIT_TENTHS - self._points * 10
        return -(-missing // (20 - 2 * LIMIT_TENTHS))

    @property
    def _points(self) -> int:
        return sum(POINTS[event.happened] for event in self.counted)


def record_of(events: Iterable[Event], *, now: datetime) -> Record:
    """Return the record by the rule: nothing under appeal, nothing older than LASTS, and not the first slip."""
    judged: list[tuple[Event, Spared | None]] = []
    forgiven = 0
    for event in sorted(events, key=lambda one: (one.at, one.happened)):
        spared = None
        if event.at < now - LASTS:
            spared = Spared.EXPIRED
        elif event.is_appealed:
            spared = Spared.APPEALED
        elif event.happened in SLIPS and forgiven < FORGIVEN:
            spared, forgiven = Spared.FORGIVEN, forgiven + 1
        judged.append((event, spared))
    return Record(tuple(reversed(judged)))


def of_meeting(*, state: MeetingState, side: Role, missing: str | None, presence: Presence) -> Happened | None:
    """What a meeting on record says of one side: who came to a meeting that the other side missed has kept it."""
    if state is MeetingState.HELD:
        return Happened.LATE if presence is Presence.LATE else Happened.KEPT
    if state is MeetingState.NO_SHOW:
        return Happened.KEPT if missing == side.other else Happened.MISSED
    return None


def limited(quota: int) -> int:
    """What remains of a quota of requests for a company that is limited: half of it, and at least one."""
    return max(1, quota // 2)
