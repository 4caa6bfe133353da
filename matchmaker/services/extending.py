"""Let a meeting go on into the time after it, where everyone and everything it needs is still free then."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from matchmaker.domain.errors import Conflict, Refused
from matchmaker.domain.meetings import Action, MeetingState
from matchmaker.models import Seat, Slot
from matchmaker.services import history, meetings
from matchmaker.services.seats import Booking, SeatKind, take_seats

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.meeting_notices import MeetingFacts

# A longer pause is a break of the fair, and a meeting does not go on behind it.
LONGEST_PAUSE = timedelta(minutes=15)
EXTENDED = frozenset({MeetingState.SCHEDULED, MeetingState.HELD})


def extend(
    session: Session, *, fair: FairFacts, meeting_id: uuid.UUID, by: uuid.UUID | None, now: datetime
) -> datetime:
    """Take the next slot's seats for a meeting as well; return when it ends now.

    Doing it a second time changes nothing. Raises NotFound, Conflict('meeting_moved_on', state=…),
    Refused('no_next_slot') and Conflict('slot_taken', kinds=…).
    """
    meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=None)
    if meeting.state not in EXTENDED:
        raise Conflict("meeting_moved_on", state=meeting.state, action=Action.SCHEDULE)
    following = _following(session, meeting)
    mine = _seats(session, meeting_id=meeting.id, slot_id=meeting.slot_id)
    if following is None or not mine:
        raise Refused("no_next_slot")
    if _seats(session, meeting_id=meeting.id, slot_id=following.id):
        return following.ends_at
    people = tuple(key for kind, key in mine if kind == SeatKind.REPRESENTATIVE)
    things = {kind: key for kind, key in mine if kind != SeatKind.REPRESENTATIVE}
    booking = Booking(meeting.id, following.id, people, things.get(SeatKind.TABLE), things.get(SeatKind.INTERPRETER))
    take_seats(session, bookings=[booking])
    history.record(
        session,
        action="meeting_extended",
        subject_kind="meeting",
        subject_id=meeting.id,
        by=by,
        now=now,
        fair_id=fair.id,
        until=following.ends_at.isoformat(),
    )
    return following.ends_at


def _following(session: Session, meeting: MeetingFacts) -> Slot | None:
    if meeting.ends_at is None:
        return None
    return session.scalar(
        select(Slot)
        .where(
            Slot.fair_id == meeting.fair_id,
            Slot.starts_at >= meeting.ends_at,
            Slot.starts_at <= meeting.ends_at + LONGEST_PAUSE,
        )
        .order_by(Slot.starts_at)
        .limit(1)
    )


def _seats(session: Session, *, meeting_id: uuid.UUID, slot_id: uuid.UUID | None) -> list[tuple[str, uuid.UUID]]:
    rows = session.execute(
        select(Seat.kind, Seat.resource_id).where(Seat.meeting_id == meeting_id, Seat.slot_id == slot_id)
    )
    return [(kind, key) for kind, key in rows]
