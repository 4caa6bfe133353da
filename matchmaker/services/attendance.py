"""Check sides in at their tables, and put on record what follows: held, missed, or open again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from matchmaker.domain.attendance import Decision, Presence, Source, Verdict, decide, is_heard, seen_at
from matchmaker.domain.errors import Conflict, Refused
from matchmaker.domain.fairs import Act, Phase, Role, check_phase
from matchmaker.domain.meetings import RECORDED, Action, MeetingState, Party
from matchmaker.models import CheckIn, Fair, Meeting, OutcomeReport, Slot
from matchmaker.services import fairs, meetings, outcomes, presences, seats
from matchmaker.services.outcomes import BOTH
from matchmaker.services.presences import standings

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from matchmaker.domain.attendance import Standing
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_notices import MeetingFacts

__all__ = ["Noted", "appeal", "check_in", "is_any_over", "say", "settle", "settle_ended", "standings"]

ONCE_LENGTH = 60
CHECKED = RECORDED | {MeetingState.SCHEDULED}
ENDED_AT_ONCE = 200
# Who was checked in is settled at the end of the meeting; one that was settled or corrected later is not looked at
# again for ever.
LOOKED_BACK = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Noted:
    """What a check-in led to: whether it said anything new, how both sides stand, and the meeting's state."""

    is_new: bool
    standings: dict[Role, Standing]
    state: MeetingState


def check_in(
    session: Session,
    *,
    fair: FairFacts,
    meeting_id: uuid.UUID,
    side: Role,
    is_present: bool,
    source: Source,
    by: uuid.UUID | None,
    at: datetime,
    once: str,
    now: datetime,
) -> Noted:
    """Keep that a side is, or is not, at its table, and settle the meeting by the rule.

    The same ``once`` a second time changes nothing. ``at`` is when it was seen, at most twelve hours ago. Raises
    NotFound('no_such_meeting'), NotAllowed('not_in_phase'), Conflict('meeting_moved_on', state=…) for a meeting that
    is not, or no longer, on the plan, Refused('bad_once'), and Refused('not_its_time') where a side checks itself in
    long before its meeting or after it.
    """
    meeting = _checkable(session, fair=fair, meeting_id=meeting_id)
    seen = seen_at(at, now=now)
    if not 0 < len(once) <= ONCE_LENGTH:
        raise Refused("bad_once")
    if not is_heard(source, at=seen, starts_at=meeting.starts_at, ends_at=meeting.ends_at):
        raise Refused("not_its_time")
    is_new = presences.keep(
        session,
        fair_id=fair.id,
        meeting_id=meeting_id,
        side=side,
        is_present=is_present,
        source=source,
        by=by,
        at=seen,
        once=once,
        now=now,
    )
    return settle(session, fair=fair, meeting=meeting, by=by, now=now, is_new=is_new)


def say(
    session: Session,
    *,
    fair: FairFacts,
    me: Membership,
    meeting_id: uuid.UUID,
    is_of_other: bool,
    source: Source,
    at: datetime,
    once: str,
    now: datetime,
) -> Noted:
    """Say for one side that it is at the table, or of the other side that it is not; raise as check_in does.

    NotFound also for a meeting that is not one's own.
    """
    meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=me.participation_id)
    return check_in(
        session,
        fair=fair,
        meeting_id=meeting_id,
        side=me.role.other if is_of_other else me.role,
        is_present=not is_of_other,
        source=Source.OTHER_SIDE if is_of_other else source,
        by=me.account_id,
        at=at,
        once=once,
        now=now,
    )


def settle(
    session: Session,
    *,
    fair: FairFacts,
    meeting: MeetingFacts,
    by: uuid.UUID | None,
    now: datetime,
    is_new: bool = True,
) -> Noted:
    """Bring a meeting to where the rule puts it by who is there; one of which an outcome is recorded was held."""
    found = standings(session, fair=fair, meeting_ids=[meeting.id])[meeting.id]
    if not is_new:
        return Noted(False, found, meeting.state)
    grace = timedelta(minutes=fair.late_minutes)
    decision = decide(found, starts_at=meeting.starts_at, ends_at=meeting.ends_at, grace=grace, now=now)
    if decision.verdict is Verdict.HELD:
        outcomes.record_held(session, meeting_id=meeting.id, by=by, now=now)
    elif not _has_outcome(session, meeting_id=meeting.id):
        _unhold(session, meeting=meeting, sides=found, decision=decision, by=by, now=now)
    state = session.scalar(select(Meeting.state).where(Meeting.id == meeting.id))
    return Noted(True, found, MeetingState(state or meeting.state))


def appeal(session: Session, *, fair: FairFacts, me: Membership, meeting_id: uuid.UUID, now: datetime) -> Noted:
    """Say for one side that both were there, against a record that it was missed.

    The rule decides: the side's own word outweighs the other side's, a host's outweighs both. Raises NotFound, and
    Conflict('meeting_moved_on', state=…) for a meeting that is neither missed nor held.
    """
    meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=me.participation_id)
    if meeting.state not in RECORDED:
        raise Conflict("meeting_moved_on", state=meeting.state, action=Action.HOLD)
    said = {me.role: Source.AGENDA, me.role.other: Source.OTHER_SIDE}
    new = [
        presences.keep(
            session,
            fair_id=fair.id,
            meeting_id=meeting_id,
            side=side,
            is_present=True,
            source=source,
            by=me.account_id,
            at=meeting.starts_at or now,
            once=f"appeal-{me.role}-{side}",
            now=now,
        )
        for side, source in said.items()
    ]
    return settle(session, fair=fair, meeting=meeting, by=me.account_id, now=now, is_new=any(new))


def settle_ended(session: Session, *, now: datetime) -> int:
    """Put meetings on record as missed that are over and at which one side waited alone; return how many."""
    rows = session.execute(_over(now).limit(ENDED_AT_ONCE)).all()
    known = {slug: fairs.by_slug(session, slug=slug) for slug in {row.slug for row in rows}}
    settled = 0
    for meeting_id, slug in rows:
        meeting, _ = meetings.load(session, fair_id=known[slug].id, meeting_id=meeting_id, participation_id=None)
        noted = settle(session, fair=known[slug], meeting=meeting, by=None, now=now)
        settled += noted.state is not meeting.state
    return settled


def is_any_over(session: Session, *, now: datetime) -> bool:
    """Whether settle_ended has anything to look at."""
    return session.execute(_over(now).limit(1)).first() is not None


def _over(now: datetime) -> Select[uuid.UUID, str]:
    """Meetings on the plan that are over and of which somebody said who was there, with their fair's address."""
    return (
        select(Meeting.id, Fair.slug)
        .join(Fair, Fair.id == Meeting.fair_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .where(
            Meeting.state == MeetingState.SCHEDULED,
            Fair.phase == Phase.FAIR_DAYS,
            Slot.ends_at <= now,
            Slot.ends_at > now - LOOKED_BACK,
            Meeting.id.in_(select(CheckIn.meeting_id)),
        )
        .order_by(Slot.ends_at, Meeting.id)
    )


def _checkable(session: Session, *, fair: FairFacts, meeting_id: uuid.UUID) -> MeetingFacts:
    """Lock a meeting that is on the plan of a fair under way."""
    check_phase(fair.phase, Act.CHECK_IN)
    meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=None)
    if meeting.state not in CHECKED:
        raise Conflict("meeting_moved_on", state=meeting.state, action=Action.HOLD)
    return meeting


def _has_outcome(session: Session, *, meeting_id: uuid.UUID) -> bool:
    return session.scalar(select(OutcomeReport.id).where(OutcomeReport.meeting_id == meeting_id).limit(1)) is not None


def _unhold(
    session: Session,
    *,
    meeting: MeetingFacts,
    sides: Mapping[Role, Standing],
    decision: Decision,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    """Put a meeting on record as missed, or take back what the record said of it.

    A meeting without a place in the plan was put on record by hand and stays as it is, and so does a held one as
    long as nobody says that a side was not there. One whose seats were given to others can't go back on the plan.
    """
    is_contradicted = any(found.presence is Presence.ABSENT for found in sides.values())
    is_settled = meeting.state is MeetingState.HELD and not is_contradicted
    if meeting.slot_id is None or is_settled:
        return
    missing = _no_show_side(decision)
    if meeting.state in RECORDED and not missing and not seats.has_seats(session, meeting_id=meeting.id):
        return
    if meeting.state in RECORDED and (meeting.state is MeetingState.HELD or not missing):
        meetings.move(session, meeting=meeting, action=Action.REOPEN, party=Party.ORGANIZER, by=by, now=now)
        meeting = replace(meeting, state=MeetingState.SCHEDULED)
    if missing and meeting.state is MeetingState.SCHEDULED:
        meetings.move(session, meeting=meeting, action=Action.MISS, party=Party.ORGANIZER, by=by, now=now)
    session.execute(update(Meeting).where(Meeting.id == meeting.id).values(no_show_side=missing))


def _no_show_side(decision: Decision) -> str | None:
    if decision.verdict is not Verdict.MISSED:
        return None
    return BOTH if len(decision.missing) > 1 else str(next(iter(decision.missing)))
