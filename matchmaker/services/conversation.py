"""What the two sides of a meeting write to each other: short, plain, and open to a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import String, bindparam, func, select

from matchmaker.domain.conversation import ComplaintOutcome, check_message
from matchmaker.domain.errors import Conflict, NotAllowed
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import AGREED, OPEN
from matchmaker.models import Complaint, MeetingMessage, Notice
from matchmaker.services import meeting_people, meetings, message_switches
from matchmaker.services.meeting_notices import tell

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Membership
    from matchmaker.services.meeting_notices import MeetingFacts

KIND = "meeting_message"
A_DAY = timedelta(days=1)
A_MOMENT = timedelta(seconds=30)
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Said:
    """One message, by the side that wrote it."""

    id: uuid.UUID
    side: Role
    text: str
    at: datetime


MESSAGES = (
    select(MeetingMessage.id, MeetingMessage.side, MeetingMessage.text, MeetingMessage.at)
    .where(MeetingMessage.meeting_id == bindparam("meeting_id"))
    .order_by(MeetingMessage.at.desc(), MeetingMessage.id)
    .limit(SHOWN)
)
SENT_LATELY = select(func.count()).where(
    MeetingMessage.account_id == bindparam("account_id"), MeetingMessage.at > bindparam("since")
)
SAID_JUST_NOW = select(MeetingMessage.id).where(
    MeetingMessage.meeting_id == bindparam("meeting_id"),
    MeetingMessage.account_id == bindparam("account_id"),
    MeetingMessage.text == bindparam("text"),
    MeetingMessage.at > bindparam("since"),
)
MUTED = select(Complaint.id).where(
    Complaint.about_id == bindparam("participation_id"), Complaint.outcome == ComplaintOutcome.MUTED
)
UNREAD = select(Notice.id).where(
    Notice.kind == KIND,
    Notice.account_id.in_(bindparam("receivers", expanding=True)),
    Notice.once.like(bindparam("once", type_=String)),
    Notice.read_at.is_(None),
)


def messages_of(session: Session, *, meeting_id: uuid.UUID) -> list[Said]:
    """Return what was written, the oldest first; who may read it is the caller's to ask."""
    rows = session.execute(MESSAGES, {"meeting_id": meeting_id}).all()
    return [Said(key, Role(side), text, at) for key, side, text, at in reversed(rows)]


def is_muted(session: Session, *, participation_id: uuid.UUID) -> bool:
    """Whether the organizer has stopped a company's messages at this fair."""
    return session.execute(MUTED.limit(1), {"participation_id": participation_id}).first() is not None


def say(
    session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID, text: str, now: datetime
) -> MeetingFacts:
    """Write to the other side of a meeting or a request that is still open; return the meeting.

    They are told once, however many messages follow before they look. The same line within A_MOMENT is one message.
    Raises NotFound, Conflict('meeting_moved_on'), NotAllowed('muted' or
    'messages_off'), or what domain.conversation.check_message does.
    """
    meeting, _ = meetings.load(session, fair_id=fair_id, meeting_id=meeting_id, participation_id=me.participation_id)
    if meeting.state not in OPEN | AGREED:
        raise Conflict("meeting_moved_on", state=meeting.state)
    if is_muted(session, participation_id=me.participation_id):
        raise NotAllowed("muted")
    if not message_switches.are_on(session, meeting_id=meeting_id):
        raise NotAllowed("messages_off")
    mine = {"account_id": me.account_id, "meeting_id": meeting_id, "text": text}
    if session.execute(SAID_JUST_NOW, {**mine, "since": now - A_MOMENT}).first() is not None:
        return meeting
    sent = session.scalar(SENT_LATELY, {"account_id": me.account_id, "since": now - A_DAY}) or 0
    check_message(text, is_agreed=meeting.state in AGREED, sent_lately=sent)
    session.add(MeetingMessage(side=me.role, at=now, **mine))
    session.flush()
    receivers = meeting_people.receivers(session, meeting_id=meeting_id).get(me.role.other, [])
    waiting = {"once": f"{KIND} {meeting_id.hex} %", "receivers": receivers}
    if session.execute(UNREAD.limit(1), waiting).first() is None:
        tell(session, meeting=meeting, kind=KIND, sides=(me.role.other,), by=me.account_id, now=now)
    return meeting
