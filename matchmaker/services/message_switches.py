"""Let companies write to each other, or not: at a whole fair, or in one meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select, update

from matchmaker.domain.errors import NotFound
from matchmaker.models import Fair, Meeting
from matchmaker.services import history

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

OF_FAIR = select(Fair.has_messages).where(Fair.id == bindparam("fair_id"))
OF_MEETING = select(Meeting.has_messages).where(
    Meeting.id == bindparam("meeting_id"), Meeting.fair_id == bindparam("fair_id")
)
ARE_ON = (
    select(and_(Meeting.has_messages, Fair.has_messages))
    .join(Fair, Fair.id == Meeting.fair_id)
    .where(Meeting.id == bindparam("meeting_id"))
)


def are_on(session: Session, *, meeting_id: uuid.UUID) -> bool:
    """Whether the organizer lets the two sides of a meeting write to each other."""
    return bool(session.scalar(ARE_ON, {"meeting_id": meeting_id}))


def of_fair(session: Session, *, fair_id: uuid.UUID) -> bool:
    """Whether messages are on at a fair."""
    return bool(session.scalar(OF_FAIR, {"fair_id": fair_id}))


def of_meeting(session: Session, *, fair_id: uuid.UUID, meeting_id: uuid.UUID) -> bool:
    """Whether messages are on in one meeting, whatever the fair's own switch says; raise NotFound without it."""
    found = session.scalar(OF_MEETING, {"fair_id": fair_id, "meeting_id": meeting_id})
    if found is None:
        raise NotFound("no_such_meeting")
    return found


def turn_fair(session: Session, *, fair_id: uuid.UUID, is_on: bool, by: uuid.UUID, now: datetime) -> None:
    """Let everyone at a fair write, or nobody. What was written stays to be read."""
    if of_fair(session, fair_id=fair_id) is is_on:
        return
    session.execute(update(Fair).where(Fair.id == fair_id).values(has_messages=is_on))
    _record(session, "fair", fair_id, is_on=is_on, fair_id=fair_id, by=by, now=now)


def turn_meeting(
    session: Session, *, fair_id: uuid.UUID, meeting_id: uuid.UUID, is_on: bool, by: uuid.UUID, now: datetime
) -> None:
    """Let the two sides of one meeting write, or not. Raises NotFound for a meeting of another fair."""
    if of_meeting(session, fair_id=fair_id, meeting_id=meeting_id) is is_on:
        return
    session.execute(update(Meeting).where(Meeting.id == meeting_id).values(has_messages=is_on))
    _record(session, "meeting", meeting_id, is_on=is_on, fair_id=fair_id, by=by, now=now)


def _record(
    session: Session,
    kind: str,
    key: uuid.UUID,
    *,
    is_on: bool,
    fair_id: uuid.UUID,
    by: uuid.UUID,
    now: datetime,
) -> None:
    action = "messages_turned_on" if is_on else "messages_turned_off"
    history.record(session, action=action, subject_kind=kind, subject_id=key, by=by, now=now, fair_id=fair_id)
    session.flush()
