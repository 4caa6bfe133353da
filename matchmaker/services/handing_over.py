"""Give the coming meetings of someone who leaves or does not come to colleagues who are free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, delete, exists, func, select
from sqlalchemy.orm import aliased

from matchmaker.domain.errors import Conflict
from matchmaker.domain.meetings import AGREED, OPEN, CancelReason
from matchmaker.domain.third_company import THIRD
from matchmaker.models import (
    Company,
    FairPerson,
    Meeting,
    MeetingAttendee,
    Participation,
    Representative,
    RepresentativeAbsence,
    Seat,
    Slot,
)
from matchmaker.services import history, meetings, seats, third_companies
from matchmaker.services.meeting_notices import BOTH, tell
from matchmaker.services.meeting_sides import is_in, on_side
from matchmaker.services.seats import Booking, SeatKind

if TYPE_CHECKING:
    import uuid
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_mine, _other, _partner = aliased(Participation), aliased(Participation), aliased(Company)
_also = aliased(MeetingAttendee)
# A third company sits on a side of its own, whatever it is at the fair, and is named beside the exhibitor.
ON_SIDE = on_side(_mine)
OF_MEETING = is_in(_mine.id)
ACROSS = _other.id == case((_mine.id == Meeting.exhibitor_id, Meeting.buyer_id), else_=Meeting.exhibitor_id)
COMING = (
    select(
        Meeting.id,
        Meeting.fair_id,
        Meeting.slot_id,
        Slot.starts_at,
        MeetingAttendee.side,
        _mine.id.label("participation_id"),
        _partner.name,
        select(func.count())
        .where(_also.meeting_id == Meeting.id, _also.side == MeetingAttendee.side)
        .scalar_subquery()
        .label("sitting"),
    )
    .join(MeetingAttendee, MeetingAttendee.meeting_id == Meeting.id)
    .join(_mine, OF_MEETING)
    .join(_other, ACROSS)
    .join(_partner, _partner.id == _other.company_id)
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .where(
        MeetingAttendee.representative_id == bindparam("representative_id"),
        _mine.company_id == bindparam("company_id"),
        MeetingAttendee.side == ON_SIDE,
        Meeting.state.in_(sorted(OPEN)),
    )
    .order_by(Slot.starts_at, Meeting.id)
)
OF_COMPANY = (
    select(MeetingAttendee.representative_id, _partner.name, Slot.starts_at)
    # From its few people on: from the meetings of a fair on, a database reads all of them.
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
    .join(_mine, OF_MEETING)
    .join(_other, ACROSS)
    .join(_partner, _partner.id == _other.company_id)
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .where(
        Representative.company_id == bindparam("company_id"),
        _mine.company_id == Representative.company_id,
        MeetingAttendee.side == ON_SIDE,
        Meeting.state.in_(sorted(OPEN)),
    )
    .order_by(Slot.starts_at, Meeting.id)
)
IS_SEATED = exists().where(
    Seat.kind == SeatKind.REPRESENTATIVE.value,
    Seat.resource_id == Representative.id,
    Seat.slot_id.in_(bindparam("slots", expanding=True)),
)
IS_AWAY = exists().where(
    RepresentativeAbsence.representative_id == Representative.id,
    RepresentativeAbsence.slot_id.in_(bindparam("slots", expanding=True)),
)
COLLEAGUES = (
    select(Representative.id)
    .join(FairPerson, FairPerson.representative_id == Representative.id)
    .where(
        FairPerson.participation_id == bindparam("participation_id"),
        Representative.id != bindparam("representative_id"),
        Representative.removed_at.is_(None),
    )
    .order_by(Representative.account_id.is_(None), Representative.id)
    .limit(1)
)
FREE_COLLEAGUES = COLLEAGUES.where(~IS_SEATED, ~IS_AWAY)


@dataclass(frozen=True, slots=True)
class Coming:
    """An open meeting of someone, with whom, and when if it has a time."""

    company: str
    starts_at: datetime | None


def coming_of(session: Session, *, company_id: uuid.UUID) -> dict[uuid.UUID, list[Coming]]:
    """Return the open meetings of each of a company's people, which colleagues would get if they left."""
    found: dict[uuid.UUID, list[Coming]] = {}
    for representative_id, name, starts_at in session.execute(OF_COMPANY, {"company_id": company_id}):
        found.setdefault(representative_id, []).append(Coming(name, starts_at))
    return found


def hand_over(
    session: Session,
    *,
    representative_id: uuid.UUID,
    company_id: uuid.UUID,
    fair_id: uuid.UUID | None,
    by: uuid.UUID | None,
    now: datetime,
    or_call_off: bool = False,
) -> None:
    """Give someone's open meetings at a fair, or at all fairs, to colleagues who come and are free then.

    Both sides of an agreed meeting are told who comes now, once. Where a colleague sits in the meeting anyway the
    person just leaves it. A meeting without a time may stay without
    people until it gets one. A meeting with a time that nobody is free for is called off with ``or_call_off``;
    else Conflict('nobody_else', company=…, starts_at=…) is raised, and nothing has changed.
    """
    wanted = COMING if fair_id is None else COMING.where(Meeting.fair_id == fair_id)
    key = {"representative_id": representative_id, "company_id": company_id}
    for meeting in session.execute(wanted, key).all():
        colleague = None
        if meeting.sitting == 1:
            try:
                colleague = _colleague(session, meeting, representative_id)
            except Conflict:
                if not or_call_off:
                    raise
                _call_off(session, meeting, representative_id, by=by, now=now)
                continue
        _replace(session, meeting, representative_id, colleague)
        _tell(session, meeting, by=by, now=now)
    session.flush()


def _colleague(session: Session, meeting: Row[Any], representative_id: uuid.UUID) -> uuid.UUID | None:
    facts = {"participation_id": meeting.participation_id, "representative_id": representative_id}
    if meeting.slot_id is None:
        return session.scalar(COLLEAGUES, facts)
    slots = seats.slots_held(session, meeting_ids=[meeting.id])[meeting.id] | {meeting.slot_id}
    found = session.scalar(FREE_COLLEAGUES, {**facts, "slots": sorted(slots)})
    if found is None:
        starts_at: datetime = meeting.starts_at
        raise Conflict("nobody_else", company=meeting.name, starts_at=starts_at)
    return found


def _call_off(session: Session, meeting: Row[Any], gone: uuid.UUID, *, by: uuid.UUID | None, now: datetime) -> None:
    """The person leaves first, so that those who come for the company are told in their place."""
    _replace(session, meeting, gone, None)
    if meeting.side == THIRD:
        key = {"fair_id": meeting.fair_id, "meeting_id": meeting.id, "participation_id": meeting.participation_id}
        third_companies.drop(session, **key, by=by, now=now)
        return
    meetings.cancel(
        session,
        reason=CancelReason.CANNOT_COME,
        fair_id=meeting.fair_id,
        meeting_id=meeting.id,
        participation_id=meeting.participation_id,
        by=by,
        now=now,
    )


def _tell(session: Session, meeting: Row[Any], *, by: uuid.UUID | None, now: datetime) -> None:
    """Record the change and tell both sides of an agreed meeting; of a mere request only one's own side knows."""
    facts, _ = meetings.load(session, fair_id=meeting.fair_id, meeting_id=meeting.id, participation_id=None)
    history.record(
        session,
        action="meeting_people_changed",
        subject_kind="meeting",
        subject_id=meeting.id,
        by=by,
        now=now,
        fair_id=meeting.fair_id,
        side=meeting.side,
    )
    if facts.state in AGREED:
        tell(session, meeting=facts, kind="meeting_people", sides=BOTH, by=by, now=now)


def _replace(session: Session, meeting: Row[Any], gone: uuid.UUID, colleague: uuid.UUID | None) -> None:
    session.execute(
        delete(MeetingAttendee).where(
            MeetingAttendee.meeting_id == meeting.id, MeetingAttendee.representative_id == gone
        )
    )
    session.execute(
        delete(Seat).where(
            Seat.kind == SeatKind.REPRESENTATIVE.value, Seat.resource_id == gone, Seat.meeting_id == meeting.id
        )
    )
    if colleague is None:
        return
    session.add(MeetingAttendee(meeting_id=meeting.id, representative_id=colleague, side=meeting.side))
    session.flush()
    if meeting.slot_id is not None:
        seats.join_seats(session, bookings=[Booking(meeting.id, meeting.slot_id, (colleague,))])
