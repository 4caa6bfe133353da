"""What a side adds to a meeting by itself: a line to its request, and how much it wants the meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from matchmaker.domain.conversation import names_contact
from matchmaker.domain.errors import Conflict, NotAllowed, Refused
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import OPEN, MeetingState, Party
from matchmaker.models import Meeting, Notice
from matchmaker.services import history, meetings

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.meetings import Grade
    from matchmaker.services.fairs import Membership
    from matchmaker.services.meeting_notices import MeetingFacts

NOTE_LENGTH = 250


def set_note(
    session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID, note: str, now: datetime
) -> MeetingFacts:
    """Put a line to one's own request, or another one, as long as nobody answered it; return the request.

    Whoever has had no mail about the request yet reads the line in it; nobody gets a second one. Raises NotFound,
    NotAllowed('not_yours_to_do'), Conflict('meeting_moved_on'), or Refused('note_too_long', 'note_names_contact').
    """
    if len(note) > NOTE_LENGTH:
        raise Refused("note_too_long", field="note")
    if names_contact(note):
        raise Refused("note_names_contact", field="note")
    meeting, party = meetings.load(
        session, fair_id=fair_id, meeting_id=meeting_id, participation_id=me.participation_id
    )
    if party is not Party.ASKER:
        raise NotAllowed("not_yours_to_do")
    if meeting.state is not MeetingState.REQUESTED:
        raise Conflict("meeting_moved_on", state=meeting.state)
    if note == meeting.note:
        return meeting
    session.execute(update(Meeting).where(Meeting.id == meeting_id).values(note=note, changed_at=now))
    told = Notice.once.startswith(f"meeting_requested {meeting_id.hex} ", autoescape=True)
    for notice in session.scalars(select(Notice).where(told, Notice.mail_id.is_(None))):
        notice.facts = {**notice.facts, "note": note}
    _record(session, "meeting_note_set", meeting=meeting, me=me, now=now)
    return meeting


def set_grade(
    session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID, grade: Grade, now: datetime
) -> MeetingFacts:
    """Say how much one's own side wants a meeting; return it. The other side never learns of it.

    The schedule places a meeting that both must have first, and one that either must have before others.
    Raises NotFound or Conflict('meeting_moved_on').
    """
    meeting, _ = meetings.load(session, fair_id=fair_id, meeting_id=meeting_id, participation_id=me.participation_id)
    if meeting.state not in OPEN:
        raise Conflict("meeting_moved_on", state=meeting.state)
    column = Meeting.exhibitor_grade if me.role is Role.EXHIBITOR else Meeting.buyer_grade
    changed = session.scalar(
        update(Meeting).where(Meeting.id == meeting_id, column != grade).values({column: grade}).returning(Meeting.id)
    )
    if changed is not None:
        _record(session, f"meeting_graded_{grade}", meeting=meeting, me=me, now=now)
    return meeting


def _record(session: Session, action: str, *, meeting: MeetingFacts, me: Membership, now: datetime) -> None:
    history.record(
        session,
        action=action,
        subject_kind="meeting",
        subject_id=meeting.id,
        by=me.account_id,
        now=now,
        fair_id=meeting.fair_id,
        side=me.role,
    )
