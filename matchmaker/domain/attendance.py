"""Who is at the table: what was said of each side of a meeting, and the rule that decides where the words differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.fairs import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class Source(StrEnum):
    """Who says that a side is there, or is not."""

    ORGANIZER = "organizer"
    HOST = "host"
    DESK_LIST = "desk_list"
    TABLE_CARD = "table_card"
    AGENDA = "agenda"
    OTHER_SIDE = "other_side"
    BADGE = "badge"


# The organizer settles what others say differently, a host belongs to neither side, the code on the table can be read
# nowhere else, a tap in the agenda can be made anywhere, and the other side speaks of somebody else. A number on a
# badge can be read and typed by everyone.
TRUST: dict[Source, int] = {
    Source.ORGANIZER: 5,
    Source.HOST: 4,
    Source.DESK_LIST: 4,
    Source.TABLE_CARD: 3,
    Source.AGENDA: 2,
    Source.OTHER_SIDE: 1,
    Source.BADGE: 0,
}
# The sides themselves, who could say so from anywhere and at any time: they are heard around their meeting only.
OWN_WORD = frozenset({Source.TABLE_CARD, Source.AGENDA, Source.BADGE})
OPENS_BEFORE = timedelta(minutes=20)
# What was seen earlier than this before the start was seen of a time that the meeting no longer has.
COUNTS_FROM = timedelta(hours=1)
# What was seen without a network is told later. Further back than this nobody remembers a minute.
KEPT_FOR = timedelta(hours=12)


class Presence(StrEnum):
    """How one side stands to its meeting."""

    UNKNOWN = "unknown"
    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Statement:
    """That a side is, or is not, at the table: by whom it was said and when it was seen."""

    is_present: bool
    source: Source
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds of one side, which source decided it, and whether another one says otherwise."""

    presence: Presence
    source: Source | None = None
    since: datetime | None = None
    is_disputed: bool = False


def standing(statements: Iterable[Statement], *, starts_at: datetime | None, grace: timedelta) -> Standing:
    """Return how a side stands to a meeting.

    The last word of the most trusted source holds; of two that are trusted alike, the later one. Whoever comes more
    than the grace after the start is late; a meeting without a time knows no lateness. What was seen more than
    COUNTS_FROM before the start says nothing: the meeting was moved since.
    """
    last: dict[Source, Statement] = {}
    for one in sorted(statements, key=lambda one: (one.at, one.is_present)):
        if starts_at is None or one.at >= starts_at - COUNTS_FROM:
            last[one.source] = one
    if not last:
        return Standing(Presence.UNKNOWN)
    decisive = max(last.values(), key=lambda one: (TRUST[one.source], one.at, one.is_present, one.source))
    is_disputed = any(one.is_present is not decisive.is_present for one in last.values())
    if not decisive.is_present:
        return Standing(Presence.ABSENT, decisive.source, decisive.at, is_disputed)
    is_late = starts_at is not None and decisive.at > starts_at + grace
    return Standing(Presence.LATE if is_late else Presence.PRESENT, decisive.source, decisive.at, is_disputed)


def is_there(found: Standing) -> bool:
    """Whether a side is at the table, on time or late."""
    return found.presence in {Presence.PRESENT, Presence.LATE}


def seen_at(at: datetime, *, now: datetime) -> datetime:
    """Return when something was seen: what a device says, kept between KEPT_FOR ago and now."""
    return min(max(at, now - KEPT_FOR), now)


def is_heard(source: Source, *, at: datetime, starts_at: datetime | None, ends_at: datetime | None) -> bool:
    """Whether a source may say at this time who is there: a side of itself only around its meeting."""
    if starts_at is None or ends_at is None:
        return True
    if source in OWN_WORD:
        return starts_at - OPENS_BEFORE <= at <= ends_at
    return at >= starts_at - COUNTS_FROM


class Verdict(StrEnum):
    """What is on record of a meeting by who was there."""

    OPEN = "open"
    HELD = "held"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rule decides of a meeting, and for a missed one which sides were not there."""

    verdict: Verdict
    missing: frozenset[Role] = frozenset()


def decide(
    sides: Mapping[Role, Standing],
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    grace: timedelta,
    now: datetime,
) -> Decision:
    """Decide whether a meeting was held or missed.

    It is held as soon as both sides are there. It is missed by a side of which somebody says that it is not there,
    once the meeting has begun and the grace is over, or at once when a host says so; and after its end by a side of
    which nothing was said while the other one was there. Of what nobody says anything, nothing is decided.
    """
    if all(is_there(sides[role]) for role in Role):
        return Decision(Verdict.HELD)
    has_begun = starts_at is None or now >= starts_at
    is_grace_over = starts_at is None or now >= starts_at + grace
    is_over = ends_at is not None and now >= ends_at
    missing = set()
    for role in Role:
        found, waits = sides[role], is_there(sides[role.other])
        is_seen = found.source in {Source.ORGANIZER, Source.HOST, Source.DESK_LIST}
        is_said = found.presence is Presence.ABSENT and (is_grace_over or (is_seen and has_begun))
        if is_said or (found.presence is Presence.UNKNOWN and is_over and waits):
            missing.add(role)
    return Decision(Verdict.MISSED, frozenset(missing)) if missing else Decision(Verdict.OPEN)
