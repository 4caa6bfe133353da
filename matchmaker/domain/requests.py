"""When someone may ask for a meeting, until when the other may answer, and who speaks for each side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from matchmaker.domain.errors import Conflict, NotAllowed, TooMany

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

# A company with full days meets about sixteen others at a fair, and roughly half of all requests are accepted.
# Thirty a day fill any agenda, while someone who asks everyone is stopped before everyone has had mail.
REQUESTS_A_DAY = 30
CAP_WINDOW = timedelta(days=1)
# So long a request can be undone as if it had never been made: nobody is told of it before.
UNDO = timedelta(seconds=10)
UNDONE = "undone"
EVERY_SLOT = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that decides whether one participant may ask another."""

    same_company: bool
    opposite_roles: bool
    both_approved: bool
    is_over: bool
    has_veto: bool
    was_declined: bool
    has_request: bool
    has_meeting: bool
    asked_lately: int
    is_closed: bool = False
    is_forbidden: bool = False
    quota_day: int | None = None
    quota_total: int | None = None
    counted_day: int = 0
    counted_total: int = 0
    undone_lately: int = 0
    is_limited: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone who could sit in a meeting for one side; ``free`` has a bit for each coming slot they have free."""

    id: uuid.UUID
    languages: frozenset[str]
    can_sign_in: bool
    free: int = EVERY_SLOT


def check_request(standing: Standing) -> None:
    """Raise the first rule that stands against a request.

    NotAllowed for what will not change (a veto, or a rule that keeps two apart, is worded like any unavailable
    company, so that nobody learns of it), Conflict for what another action has made so, TooMany after
    REQUESTS_A_DAY requests within a day or when a quota of the fair is used up. Requests that were declined or
    have expired, or were undone at once, are not among the counted ones.
    """
    if standing.same_company:
        raise NotAllowed("own_company")
    if not standing.opposite_roles:
        raise NotAllowed("same_role")
    if standing.is_over:
        raise NotAllowed("fair_is_over")
    if standing.is_closed:
        raise NotAllowed("not_in_phase")
    if not standing.both_approved or standing.has_veto or standing.is_forbidden:
        raise NotAllowed("not_available")
    if standing.was_declined:
        raise NotAllowed("declined_before")
    if standing.has_meeting:
        raise Conflict("meeting_exists")
    if standing.has_request:
        raise Conflict("request_open")
    _check_limits(standing)


def is_undone(*, requested_at: datetime, now: datetime) -> bool:
    """Whether a request that is withdrawn now counts as never made."""
    return now - requested_at < UNDO


def _check_limits(standing: Standing) -> None:
    # What was undone costs nothing, until someone only ever asks and undoes.
    if standing.asked_lately + max(0, standing.undone_lately - REQUESTS_A_DAY) >= REQUESTS_A_DAY:
        raise TooMany("too_many_requests", retry_after=int(CAP_WINDOW.total_seconds()), cap=REQUESTS_A_DAY)
    for code, quota, counted in (
        ("quota_total", standing.quota_total, standing.counted_total),
        ("quota_day", standing.quota_day, standing.counted_day),
    ):
        if quota is not None and counted >= quota:
            raise TooMany(
                "quota_limited" if standing.is_limited else code, retry_after=int(CAP_WINDOW.total_seconds()), cap=quota
            )


def answer_by(*, now: datetime, minutes: int, fair_minutes: int, opens_at: datetime) -> datetime:
    """Return until when a request may be answered: so long from now, at the latest when the fair opens.

    From the opening on the fair's own, shorter time counts.
    """
    if now >= opens_at:
        return now + timedelta(minutes=fair_minutes)
    return min(now + timedelta(minutes=minutes), opens_at)


def choose_speakers(ours: Sequence[Speaker], theirs: Sequence[Speaker]) -> tuple[Speaker | None, Speaker | None]:
    """Return who should sit for each side: two who have a time in common, and then a language, where there are such.

    Time goes first: an interpreter can lend a language, nobody a time. Among equals someone who can sign in goes
    first, then those with more times in common; the order of the ids decides the rest, so that the same people always
    give the same answer. A side without people gives None.
    """
    pairs = [(mine, other) for mine in ours for other in theirs]
    if not pairs:
        return min(ours, key=_order, default=None), min(theirs, key=_order, default=None)
    return min(pairs, key=_ease)


def _ease(pair: tuple[Speaker, Speaker]) -> tuple[object, ...]:
    mine, other = pair
    shared = mine.free & other.free
    can_answer = mine.can_sign_in + other.can_sign_in
    return not shared, not mine.languages & other.languages, -can_answer, -shared.bit_count(), mine.id, other.id


def _order(speaker: Speaker) -> tuple[bool, uuid.UUID]:
    return not speaker.can_sign_in, speaker.id
