"""Record what came of a meeting on a side's behalf, as a host hears it at the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from matchmaker.domain.attendance import Source, is_there
from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import CheckIn
from matchmaker.services import attendance, fairs, history, outcomes, table_meetings

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.attendance import Noted
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.outcomes import Said
    from matchmaker.services.table_meetings import TableMeeting


def speaker(session: Session, *, fair: FairFacts, meeting_id: uuid.UUID, side: Role, by: uuid.UUID) -> Membership:
    """Return the side of a meeting that a host speaks for, with the host as the person; raise NotFound."""
    meeting = table_meetings.one(session, fair_id=fair.id, meeting_id=meeting_id)
    return fairs.membership_of(session, fair_id=fair.id, participation_id=meeting.sides[side], account_id=by)


def record(
    session: Session,
    *,
    fair: FairFacts,
    meeting_id: uuid.UUID,
    side: Role,
    said: Said,
    by: uuid.UUID,
    at: datetime,
    once: str,
    now: datetime,
    is_kept: bool = False,
) -> bool:
    """Add what a side says of a meeting to the ledger, stated by the host; return whether it is new.

    Whoever hears an outcome at the table sees both sides there, so this says so too. What comes a second time is told
    by ``once`` and ``is_kept`` as in outcomes.record_outcome. Raises as attendance.check_in and that do,
    Refused('meeting_ahead') before the meeting begins.
    """
    meeting = table_meetings.one(session, fair_id=fair.id, meeting_id=meeting_id)
    if meeting.starts_at > now:
        raise Refused("meeting_ahead", field="outcome")
    noted = _see_both(session, fair=fair, meeting=meeting, by=by, at=max(at, meeting.starts_at), once=once, now=now)
    me = speaker(session, fair=fair, meeting_id=meeting_id, side=side, by=by)
    if noted[-1].state is not MeetingState.HELD:
        outcomes.record_held(session, meeting_id=meeting_id, by=by, now=now)
    history.act_for(session, company_id=me.company_id)
    return outcomes.record_outcome(
        session, fair=fair, me=me, meeting_id=meeting_id, said=said, now=now, once=once, is_kept=is_kept
    )


def is_recorded(session: Session, *, meeting_id: uuid.UUID, once: str) -> bool:
    """Whether the entry with this mark is in the ledger."""
    marks = select(CheckIn.id).where(CheckIn.meeting_id == meeting_id, CheckIn.once == f"{once}-{Role.EXHIBITOR}")
    return session.scalar(marks.limit(1)) is not None


def _see_both(
    session: Session,
    *,
    fair: FairFacts,
    meeting: TableMeeting,
    by: uuid.UUID,
    at: datetime,
    once: str,
    now: datetime,
) -> list[Noted]:
    """Say that both sides are there, a side that is checked in since it came."""
    known = attendance.standings(session, fair=fair, meeting_ids=[meeting.id])[meeting.id]
    seen = {role: known[role].since if is_there(known[role]) else None for role in Role}
    return [
        attendance.check_in(
            session,
            fair=fair,
            meeting_id=meeting.id,
            side=role,
            is_present=True,
            source=Source.HOST,
            by=by,
            at=seen[role] or at,
            once=f"{once}-{role}",
            now=now,
        )
        for role in Role
    ]
