"""Change who of one's own company sits in a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, or_, select

from matchmaker.domain.errors import Conflict, NotAllowed, NotFound, Refused
from matchmaker.domain.meetings import AGREED, OPEN, MeetingState
from matchmaker.domain.third_company import THIRD
from matchmaker.models import FairPerson, Meeting, MeetingAttendee, Representative, RepresentativeAbsence, Seat
from matchmaker.services import history, meeting_people, meetings
from matchmaker.services.meeting_notices import BOTH, tell
from matchmaker.services.seats import Booking, SeatKind, join_seats

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Membership
    from matchmaker.services.meeting_notices import MeetingFacts

# A meeting table has four chairs or so, and one side needs one or two of them.
MOST_PEOPLE = 3


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who comes to the fair for a company; ``is_free`` at the time of the meeting, if it has one."""

    id: uuid.UUID
    name: str
    title_vi: str
    title_en: str
    languages: list[str]
    sits_in_it: bool
    is_free: bool


SITS = (
    select(MeetingAttendee.meeting_id)
    .where(
        MeetingAttendee.meeting_id == bindparam("meeting_id"),
        MeetingAttendee.representative_id == Representative.id,
    )
    .exists()
)
ENGAGED = or_(
    select(Seat.slot_id)
    .where(
        Seat.kind == SeatKind.REPRESENTATIVE,
        Seat.resource_id == Representative.id,
        Seat.slot_id == bindparam("slot_id"),
        Seat.meeting_id != bindparam("meeting_id"),
    )
    .exists(),
    select(RepresentativeAbsence.slot_id)
    .where(
        RepresentativeAbsence.representative_id == Representative.id,
        RepresentativeAbsence.slot_id == bindparam("slot_id"),
    )
    .exists(),
)
COLLEAGUES = (
    select(
        Representative.id,
        Representative.name,
        Representative.title_vi,
        Representative.title_en,
        Representative.languages,
        SITS,
        ~ENGAGED,
    )
    .join(FairPerson, FairPerson.representative_id == Representative.id)
    .where(FairPerson.participation_id == bindparam("participation_id"))
    .order_by(Representative.name, Representative.id)
)
SLOT = select(Meeting.slot_id, Meeting.state).where(
    Meeting.id == bindparam("meeting_id"),
    Meeting.fair_id == bindparam("fair_id"),
    or_(
        Meeting.exhibitor_id == bindparam("participation_id"),
        Meeting.buyer_id == bindparam("participation_id"),
        Meeting.third_id == bindparam("participation_id"),
    ),
)


def colleagues(session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID) -> list[Colleague]:
    """Return who could sit in a meeting for one's own company; raise NotFound when it is not one's own."""
    key = {"fair_id": fair_id, "meeting_id": meeting_id, "participation_id": me.participation_id}
    row = session.execute(SLOT, key).first()
    if row is None:
        raise NotFound("no_such_meeting")
    slot_id = row.slot_id if row.state == MeetingState.SCHEDULED else None
    return [Colleague(*found) for found in session.execute(COLLEAGUES, {**key, "slot_id": slot_id})]


def may_change(me: Membership, known: Collection[Colleague]) -> bool:
    """Whether someone may say who comes: an admin of the company, or who sits in the meeting."""
    return me.is_admin or any(one.sits_in_it and one.id == me.representative_id for one in known)


def set_people(
    session: Session,
    *,
    fair_id: uuid.UUID,
    me: Membership,
    meeting_id: uuid.UUID,
    representative_ids: Collection[uuid.UUID],
    now: datetime,
) -> MeetingFacts:
    """Let these people sit in a meeting for one's own company, and no others; return the meeting.

    In a meeting with a time their seats change with them. Everyone concerned is told once, those who no longer
    come as well; before both sides accepted only the own side is. Raises NotFound, NotAllowed('only_admin'),
    Refused('nobody_comes' or 'too_many_people'), Conflict('meeting_moved_on'), or Conflict('person_busy') when
    one of them can't come then.
    """
    meeting = _load(session, fair_id=fair_id, me=me, meeting_id=meeting_id)
    known = {one.id: one for one in colleagues(session, fair_id=fair_id, me=me, meeting_id=meeting_id)}
    _check(me, known, wanted := set(representative_ids))
    before = {key for key, one in known.items() if one.sits_in_it}
    if wanted == before:
        return meeting
    receivers = meeting_people.receivers(session, meeting_id=meeting_id)
    side = THIRD if me.participation_id == meeting.third_id else me.role
    _write(session, meeting=meeting, side=side, wanted=wanted, before=before)
    history.record(
        session,
        action="meeting_people_changed",
        subject_kind="meeting",
        subject_id=meeting_id,
        by=me.account_id,
        now=now,
        fair_id=fair_id,
        side=side,
        added=sorted(map(str, wanted - before)),
        removed=sorted(map(str, before - wanted)),
    )
    sides = BOTH if meeting.state in AGREED else (me.role,)
    tell(session, meeting=meeting, kind="meeting_people", sides=sides, by=me.account_id, now=now, also=receivers)
    return meeting


def _load(session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID) -> MeetingFacts:
    meeting, _ = meetings.load(session, fair_id=fair_id, meeting_id=meeting_id, participation_id=None)
    if me.participation_id not in {meeting.exhibitor_id, meeting.buyer_id, meeting.third_id}:
        raise NotFound("no_such_meeting")
    if meeting.state not in OPEN:
        raise Conflict("meeting_moved_on", state=meeting.state)
    return meeting


def _check(me: Membership, known: dict[uuid.UUID, Colleague], wanted: set[uuid.UUID]) -> None:
    if not may_change(me, known.values()):
        raise NotAllowed("only_admin")
    if not wanted:
        raise Refused("nobody_comes", field="people")
    if len(wanted) > MOST_PEOPLE:
        raise Refused("too_many_people", field="people")
    if not wanted <= known.keys():
        raise NotFound("no_such_person")
    if any(not known[key].is_free and not known[key].sits_in_it for key in wanted):
        raise Conflict("person_busy")


def _write(
    session: Session, *, meeting: MeetingFacts, side: str, wanted: set[uuid.UUID], before: set[uuid.UUID]
) -> None:
    """Take the seats of those who join before anyone's are given up; the key over seats has the last word."""
    added, removed = wanted - before, before - wanted
    if meeting.state is MeetingState.SCHEDULED and meeting.slot_id is not None:
        try:
            join_seats(session, bookings=[Booking(meeting.id, meeting.slot_id, tuple(added))])
        except Conflict as error:
            raise Conflict("person_busy") from error
        session.execute(delete(Seat).where(Seat.meeting_id == meeting.id, Seat.resource_id.in_(removed)))
    session.execute(
        delete(MeetingAttendee).where(
            MeetingAttendee.meeting_id == meeting.id, MeetingAttendee.representative_id.in_(removed)
        )
    )
    for key in added:
        row = {"meeting_id": meeting.id, "representative_id": key, "side": side}
        session.execute(insert(MeetingAttendee).values(row))
