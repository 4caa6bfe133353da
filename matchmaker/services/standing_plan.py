"""Change the plan that stands by hand, at once: lock a meeting where it is, or take it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.meetings import Action, MeetingState, Party, next_state
from matchmaker.models import Meeting
from matchmaker.services import history
from matchmaker.services.freed_times import freed
from matchmaker.services.seats import free_seats

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

BY_HAND = "taken_out_by_hand"


def set_lock(
    session: Session, *, fair_id: uuid.UUID, meeting_id: uuid.UUID, is_locked: bool, by: uuid.UUID, now: datetime
) -> None:
    """Keep a scheduled meeting where it is in later runs, or let it move again."""
    meeting = _of_fair(session, fair_id=fair_id, meeting_id=meeting_id)
    if meeting.state != MeetingState.SCHEDULED:
        raise Conflict("meeting_moved_on", state=meeting.state)
    meeting.is_locked, meeting.changed_at = is_locked, now
    session.flush()
    history.record_meeting(
        session, "meeting_locked" if is_locked else "meeting_unlocked", meeting=meeting, by=by, now=now
    )


def take_out(session: Session, *, fair_id: uuid.UUID, meeting_id: uuid.UUID, by: uuid.UUID, now: datetime) -> None:
    """Take a meeting off its table and slot; it stays accepted and the next run places it anew."""
    meeting = _of_fair(session, fair_id=fair_id, meeting_id=meeting_id)
    target = next_state(MeetingState(meeting.state), Action.UNSCHEDULE, Party.ORGANIZER)
    free_seats(session, meeting_ids=[meeting.id])
    if meeting.slot_id is not None:
        freed(session, fair_id=fair_id, slot_id=meeting.slot_id, now=now)
    meeting.state, meeting.slot_id, meeting.table_id, meeting.interpreter_id = target, None, None, None
    meeting.is_locked, meeting.changed_at = False, now
    session.flush()
    history.record_meeting(session, "meeting_unscheduled", meeting=meeting, by=by, now=now, reason=BY_HAND)


def _of_fair(session: Session, *, fair_id: uuid.UUID, meeting_id: uuid.UUID) -> Meeting:
    meeting = session.scalar(
        select(Meeting).where(Meeting.id == meeting_id, Meeting.fair_id == fair_id).with_for_update()
    )
    if meeting is None:
        raise NotFound("no_such_meeting")
    return meeting
