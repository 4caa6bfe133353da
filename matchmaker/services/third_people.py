"""Who could sit for a third company in the meeting it is asked to join."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import aliased

from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.third_company import THIRD
from matchmaker.models import FairPerson, Meeting, MeetingAttendee, Representative, Seat, Slot
from matchmaker.services.line_up import ENGAGED
from matchmaker.services.seats import SeatKind

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from matchmaker.services.meeting_notices import MeetingFacts


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone who comes to the fair for the company; ``is_free`` at the time of the meeting, if it has one."""

    id: uuid.UUID
    name: str
    languages: frozenset[str]
    can_sign_in: bool
    is_free: bool


_then, _same_day = aliased(Slot), aliased(Slot)
LOAD = (
    select(func.count())
    .select_from(Seat)
    .join(_same_day, _same_day.id == Seat.slot_id)
    .join(_then, (_then.day == _same_day.day) & (_then.fair_id == _same_day.fair_id))
    .where(
        _then.id == bindparam("slot_id"),
        Seat.kind == SeatKind.REPRESENTATIVE,
        Seat.resource_id == Representative.id,
        Seat.meeting_id != bindparam("meeting_id"),
    )
    .correlate(Representative)
    .scalar_subquery()
)
IS_FREE = ~or_(ENGAGED, func.coalesce(FairPerson.daily_cap <= LOAD, False))
CANDIDATES = (
    select(
        Representative.id,
        Representative.name,
        Representative.languages,
        Representative.account_id.is_not(None),
        IS_FREE,
    )
    .join(FairPerson, FairPerson.representative_id == Representative.id)
    .where(FairPerson.participation_id == bindparam("participation_id"), Representative.removed_at.is_(None))
    .order_by(Representative.name, Representative.id)
)
SITTING = (
    select(MeetingAttendee.representative_id, IS_FREE)
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
    .outerjoin(
        FairPerson,
        (FairPerson.representative_id == Representative.id) & (FairPerson.participation_id == Meeting.third_id),
    )
    .where(MeetingAttendee.meeting_id == bindparam("meeting_id"), MeetingAttendee.side == THIRD)
    .order_by(MeetingAttendee.representative_id)
)
NAMED = select(MeetingAttendee.representative_id).where(
    MeetingAttendee.meeting_id == bindparam("meeting_id"), MeetingAttendee.side == THIRD
)
SPOKEN = (
    select(MeetingAttendee.side, Representative.languages)
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .where(MeetingAttendee.meeting_id == bindparam("meeting_id"))
)


def candidates(session: Session, *, meeting: MeetingFacts, participation_id: uuid.UUID) -> list[Candidate]:
    """Return who could sit in a meeting for a company, whoever fits best first.

    Time goes before language, as everywhere: an interpreter can lend a language, nobody a time.
    """
    slot_id = meeting.slot_id if meeting.state is MeetingState.SCHEDULED else None
    key = {"meeting_id": meeting.id, "participation_id": participation_id, "slot_id": slot_id}
    spoken: dict[str, set[str]] = {}
    for side, languages in session.execute(SPOKEN, {"meeting_id": meeting.id}):
        spoken.setdefault(side, set()).update(languages)

    def ease(one: Candidate) -> tuple[bool, int, bool]:
        shared = sum(bool(one.languages & languages) for languages in spoken.values())
        return not one.is_free, -shared, not one.can_sign_in

    found = [Candidate(row[0], row[1], frozenset(row[2]), *row[3:]) for row in session.execute(CANDIDATES, key)]
    return sorted(found, key=ease)


def named(session: Session, *, meeting_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """Return who is to sit for the third company of a meeting, whether they are free or not."""
    return tuple(session.scalars(NAMED, {"meeting_id": meeting_id}))


def free_then(session: Session, *, meeting_id: uuid.UUID, slot_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """Return who sits for the third company of a meeting, if all of them are free in a slot; else nobody."""
    people = session.execute(SITTING, {"meeting_id": meeting_id, "slot_id": slot_id}).all()
    return tuple(key for key, _ in people) if all(is_free for _, is_free in people) else ()
