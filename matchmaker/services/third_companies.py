"""Let a third company join the meeting of two others: asked by one of them or the organizer, and only if it agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from matchmaker.domain.consents import Purpose
from matchmaker.domain.errors import Conflict, NotAllowed, NotFound, Refused
from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.third_company import (
    ORGANIZER,
    STANDING,
    THIRD,
    TO_JOIN,
    ThirdStanding,
    ThirdState,
    check_open,
    check_third,
)
from matchmaker.models import Company, Meeting, MeetingAttendee, Participation, Seat, ThirdCompany, Veto
from matchmaker.services import history, meetings, pair_rules, places, third_people
from matchmaker.services.meeting_notices import BOTH, tell, tell_third
from matchmaker.services.seats import Booking, SeatKind, take_seats
from matchmaker.services.visibility import company_agrees

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Unpack

    from sqlalchemy.orm import Session

    from matchmaker.services.meeting_notices import MeetingFacts
    from matchmaker.services.meetings import Acting


@dataclass(frozen=True, slots=True)
class Third:
    """The company that was asked last to join a meeting, and what it answered."""

    participation_id: uuid.UUID
    name: str
    country: str
    state: ThirdState
    is_present: bool | None = None


_side, _vetoed = aliased(Participation), aliased(Participation)
SHOWN = and_(Participation.status == ParticipationStatus.APPROVED, company_agrees(Purpose.PROFILE))
# A block of either one against the other.
IS_VETOED = (
    select(Veto.participation_id)
    .join(_vetoed, _vetoed.company_id == Veto.other_company_id)
    .where(
        or_(
            and_(Veto.participation_id == Participation.id, _vetoed.id.in_(bindparam("pair", expanding=True))),
            and_(Veto.participation_id.in_(bindparam("pair", expanding=True)), _vetoed.id == Participation.id),
        )
    )
    .correlate(Participation)
    .exists()
)
ASKABLE = select(
    Participation.id,
    Participation.company_id,
    Company.name,
    Company.country,
    SHOWN.label("is_shown"),
    IS_VETOED.label("is_vetoed"),
).join(Company, Company.id == Participation.company_id)
ONE = ASKABLE.where(
    Participation.id == bindparam("participation_id"), Participation.fair_id == bindparam("fair_id")
).with_for_update(of=Participation, key_share=True)
SIDES = select(_side.company_id).where(_side.id.in_(bindparam("pair", expanding=True)))
OF_MEETING = (
    select(ThirdCompany.participation_id, Company.name, Company.country, ThirdCompany.state, ThirdCompany.is_present)
    .join(Participation, Participation.id == ThirdCompany.participation_id)
    .join(Company, Company.id == Participation.company_id)
    .where(ThirdCompany.meeting_id == bindparam("meeting_id"))
    .order_by(ThirdCompany.asked_at.desc(), ThirdCompany.participation_id)
)
# Two acceptances and bookings of one company wait for each other here, so that its limit is true when it is read.
COMPANY = (
    select(Company.id)
    .where(Company.id.in_(select(Participation.company_id).where(Participation.id == bindparam("participation_id"))))
    .with_for_update(key_share=True)
)
OPEN_OF = (
    select(ThirdCompany.meeting_id)
    .join(Meeting, Meeting.id == ThirdCompany.meeting_id)
    .where(
        ThirdCompany.participation_id == bindparam("participation_id"),
        ThirdCompany.state.in_(sorted(STANDING)),
        Meeting.state.in_(sorted(TO_JOIN)),
    )
    .order_by(ThirdCompany.meeting_id)
)


def third_of(session: Session, *, meeting_id: uuid.UUID) -> Third | None:
    """Return the company that was asked last to join a meeting; one that sits in it goes before any other."""
    found = [
        Third(*row[:3], ThirdState(row[3]), row[4]) for row in session.execute(OF_MEETING, {"meeting_id": meeting_id})
    ]
    standing = (one for one in found if one.state in STANDING)
    return next(standing, found[0] if found else None)


def ask(session: Session, *, third_id: uuid.UUID, **acting: Unpack[Acting]) -> MeetingFacts:
    """Ask a company of the fair to join a meeting, for one of the two or the organizer; return the meeting.

    The company and the two are told once each, but for who did it. Doing it twice changes nothing. Raises NotFound,
    Conflict('meeting_moved_on' or 'meeting_begun'), and what domain.third_company.check_third raises.
    """
    by, now = acting["by"], acting["now"]
    meeting, named_by = _load(session, acting)
    row = _row(session, meeting, third_id)
    if row is not None and row.state == ThirdState.ASKED:
        return meeting
    third = _check(session, meeting=meeting, third_id=third_id, before=row)
    values = {"state": ThirdState.ASKED, "named_by": named_by, "asked_at": now, "answered_at": None}
    try:
        with session.begin_nested():
            if row is None:
                session.execute(insert(ThirdCompany).values(meeting_id=meeting.id, participation_id=third_id, **values))
            else:
                session.execute(update(ThirdCompany).where(_is(meeting, third_id)).values(values))
    except IntegrityError as error:
        raise Conflict("third_asked_already") from error
    _record(session, meeting, "asked", third_id=third_id, by=by, now=now)
    tell_third(session, meeting=meeting, participation_id=third_id, by=by, now=now, part="asked")
    _tell_pair(session, meeting, "named", third=third.name, by=by, now=now)
    return meeting


def accept(session: Session, *, representative_id: uuid.UUID | None = None, **acting: Unpack[Acting]) -> MeetingFacts:
    """Join a meeting with one person, the one who fits best where nobody is named; return the meeting.

    In a meeting with a time a seat is taken for them, and the key over seats has the last word. Raises NotFound,
    Conflict('meeting_moved_on' or 'meeting_begun'), Conflict('third_over', state=…) when it was not asked or no
    longer is, NotAllowed('third_not_available') when a rule stands against it now, Conflict('third_full') at its
    limit of meetings, Conflict('person_busy') when that person, or everyone, is taken then, and Refused('nobody_comes')
    for a company that nobody comes for.
    """
    by, now, third_id = acting["by"], acting["now"], acting["participation_id"]
    meeting, row = _load_third(session, acting)
    if row.state == ThirdState.JOINED:
        return meeting
    if row.state != ThirdState.ASKED or third_id is None:
        raise Conflict("third_over", state=row.state)
    session.execute(COMPANY, {"participation_id": third_id})
    check_open(meeting.state, starts_at=meeting.starts_at, now=now)
    _check_apart(session, meeting=meeting, third_id=third_id)
    person = _person(session, meeting=meeting, third_id=third_id, representative_id=representative_id)
    session.execute(update(Meeting).where(Meeting.id == meeting.id).values(third_id=third_id, changed_at=now))
    if places.is_full(session, fair_id=meeting.fair_id, meeting_id=meeting.id, side=THIRD):
        raise Conflict("third_full")
    session.execute(update(ThirdCompany).where(_is(meeting, third_id)).values(state=ThirdState.JOINED, answered_at=now))
    session.execute(insert(MeetingAttendee).values(meeting_id=meeting.id, representative_id=person, side=THIRD))
    if meeting.state is MeetingState.SCHEDULED and meeting.slot_id is not None:
        try:
            take_seats(session, bookings=[Booking(meeting.id, meeting.slot_id, (person,))])
        except Conflict as error:
            raise Conflict("person_busy") from error
    joined = meetings.facts_of(session, fair_id=meeting.fair_id, meeting_id=meeting.id)
    _record(session, meeting, "joined", third_id=third_id, by=by, now=now)
    _tell_pair(session, joined, "joined", third=joined.third_name or "", by=by, now=now)
    return joined


def decline(session: Session, **acting: Unpack[Acting]) -> MeetingFacts:
    """Say no for good to an invitation, and tell the two; return the meeting.

    Raises NotFound, and Conflict('third_over', state=…) for one that no longer stands.
    """
    return _go(session, acting, ThirdState.DECLINED)


def leave(session: Session, **acting: Unpack[Acting]) -> MeetingFacts:
    """Leave a meeting that one's company had joined, and tell the two; return the meeting. Raises as decline does."""
    return _go(session, acting, ThirdState.LEFT)


def take_back(session: Session, **acting: Unpack[Acting]) -> MeetingFacts:
    """Take back an invitation, also an accepted one, for one of the two or the organizer; return the meeting.

    The company is told, and so are the two. Raises NotFound, Conflict('meeting_moved_on' or 'meeting_begun').
    """
    by, now = acting["by"], acting["now"]
    meeting, _ = _load(session, acting)
    third = third_of(session, meeting_id=meeting.id)
    if third is None or third.state not in STANDING:
        return meeting
    key = third.participation_id
    tell_third(session, meeting=meeting, participation_id=key, by=by, now=now, part="withdrawn")
    take_out(session, meeting, third_id=key, state=ThirdState.WITHDRAWN, now=now)
    _record(session, meeting, "withdrawn", third_id=key, by=by, now=now)
    _tell_pair(session, meeting, "withdrawn", third=third.name, by=by, now=now)
    return meeting


def leave_all(
    session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, by: uuid.UUID | None, now: datetime
) -> int:
    """Take a company out of all that it has joined or is asked to join, and tell the two of each meeting.

    Returns how many meetings that were.
    """
    keys = session.scalars(OPEN_OF, {"participation_id": participation_id}).all()
    for meeting_id in keys:
        drop(session, fair_id=fair_id, meeting_id=meeting_id, participation_id=participation_id, by=by, now=now)
    return len(keys)


def drop(session: Session, **acting: Unpack[Acting]) -> None:
    """Take a company out of a meeting that it can't come to any more, begun or not, and tell the two.

    It said no to nothing, so it can be asked again.
    """
    by, now = acting["by"], acting["now"]
    meeting, row = _load_third(session, acting)
    third = third_of(session, meeting_id=meeting.id)
    take_out(session, meeting, third_id=row.participation_id, state=ThirdState.WITHDRAWN, now=now)
    _record(session, meeting, "left", third_id=row.participation_id, by=by, now=now)
    _tell_pair(session, meeting, "left", third=third.name if third else "", by=by, now=now)


def take_out(session: Session, meeting: MeetingFacts, *, third_id: uuid.UUID, state: ThirdState, now: datetime) -> None:
    """Let nobody sit there for the company any more and tell nobody; the two keep their time and table."""
    people = select(MeetingAttendee.representative_id).where(
        MeetingAttendee.meeting_id == meeting.id, MeetingAttendee.side == THIRD
    )
    session.execute(
        delete(Seat).where(
            Seat.kind == SeatKind.REPRESENTATIVE.value, Seat.meeting_id == meeting.id, Seat.resource_id.in_(people)
        ),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        delete(MeetingAttendee).where(MeetingAttendee.meeting_id == meeting.id, MeetingAttendee.side == THIRD),
        execution_options={"synchronize_session": False},
    )
    session.execute(update(ThirdCompany).where(_is(meeting, third_id)).values(state=state, answered_at=now))
    session.execute(update(Meeting).where(Meeting.id == meeting.id).values(third_id=None, changed_at=now))


def are_in_one(session: Session, ours: Sequence[uuid.UUID], theirs: Sequence[uuid.UUID]) -> bool:
    """Whether one of some participations was asked into a meeting of one of the others, or both into the same one."""
    of_us = select(ThirdCompany.meeting_id).where(ThirdCompany.participation_id.in_(ours))
    of_them = select(ThirdCompany.meeting_id).where(ThirdCompany.participation_id.in_(theirs))
    wanted = select(Meeting.id).where(
        or_(
            and_(Meeting.id.in_(of_us), or_(Meeting.exhibitor_id.in_(theirs), Meeting.buyer_id.in_(theirs))),
            and_(Meeting.id.in_(of_them), or_(Meeting.exhibitor_id.in_(ours), Meeting.buyer_id.in_(ours))),
            and_(Meeting.id.in_(of_us), Meeting.id.in_(of_them)),
        )
    )
    return session.scalar(wanted.limit(1)) is not None


def _load(session: Session, acting: Acting) -> tuple[MeetingFacts, str]:
    """The meeting, locked and still open, with the side that acts."""
    me = acting["participation_id"]
    meeting, _ = meetings.load(session, fair_id=acting["fair_id"], meeting_id=acting["meeting_id"], participation_id=me)
    check_open(meeting.state, starts_at=meeting.starts_at, now=acting["now"])
    return meeting, ORGANIZER if me is None else str(meeting.side_of(me))


def _load_third(session: Session, acting: Acting) -> tuple[MeetingFacts, ThirdCompany]:
    """The meeting, locked, with the row of the company that acts; NotFound for one that was never asked."""
    meeting, _ = meetings.load(
        session, fair_id=acting["fair_id"], meeting_id=acting["meeting_id"], participation_id=None
    )
    key = acting["participation_id"]
    row = None if key is None else _row(session, meeting, key)
    if row is None:
        raise NotFound("no_such_meeting")
    return meeting, row


def _is(meeting: MeetingFacts, third_id: uuid.UUID) -> Any:
    return and_(ThirdCompany.meeting_id == meeting.id, ThirdCompany.participation_id == third_id)


def _row(session: Session, meeting: MeetingFacts, third_id: uuid.UUID) -> ThirdCompany | None:
    return session.get(ThirdCompany, (meeting.id, third_id), populate_existing=True)


def _check(session: Session, *, meeting: MeetingFacts, third_id: uuid.UUID, before: ThirdCompany | None) -> Any:
    """Let the rules look at all that stands between a company and the two it would join; return the company."""
    pair = [meeting.exhibitor_id, meeting.buyer_id]
    third = session.execute(ONE, {"participation_id": third_id, "fair_id": meeting.fair_id, "pair": pair}).one_or_none()
    if third is None:
        raise NotFound("no_such_participation")
    companies = session.scalars(SIDES, {"pair": pair}).all()
    rules = pair_rules.rules_of(session, fair_id=meeting.fair_id)
    is_forbidden = any(rules.forbids(str(third.company_id), str(company)) for company in companies)
    present = third_of(session, meeting_id=meeting.id)
    check_third(
        ThirdStanding(
            is_one_of_them=third.company_id in companies,
            is_here=bool(third.is_shown),
            is_kept_apart=bool(third.is_vetoed) or is_forbidden,
            before=None if before is None else ThirdState(before.state),
            has_other=present is not None and present.state in STANDING,
        )
    )
    return third


def _check_apart(session: Session, *, meeting: MeetingFacts, third_id: uuid.UUID) -> None:
    """Raise when a rule or a block has come between a company and the two since it was asked."""
    pair = [meeting.exhibitor_id, meeting.buyer_id]
    third = session.execute(ONE, {"participation_id": third_id, "fair_id": meeting.fair_id, "pair": pair}).one()
    rules = pair_rules.rules_of(session, fair_id=meeting.fair_id)
    companies = session.scalars(SIDES, {"pair": pair}).all()
    if third.is_vetoed or any(rules.forbids(str(third.company_id), str(company)) for company in companies):
        raise NotAllowed("third_not_available")


def _person(
    session: Session, *, meeting: MeetingFacts, third_id: uuid.UUID, representative_id: uuid.UUID | None
) -> uuid.UUID:
    known = third_people.candidates(session, meeting=meeting, participation_id=third_id)
    if not known:
        raise Refused("nobody_comes", field="person")
    chosen = (
        known[0] if representative_id is None else next((one for one in known if one.id == representative_id), None)
    )
    if chosen is None:
        raise NotFound("no_such_person")
    if not chosen.is_free:
        raise Conflict("person_busy")
    return chosen.id


def _go(session: Session, acting: Acting, state: ThirdState) -> MeetingFacts:
    """Say no, or leave: the company's own way out, which stays shut for this meeting."""
    by, now = acting["by"], acting["now"]
    meeting, row = _load_third(session, acting)
    if row.state == state:
        return meeting
    wanted = ThirdState.ASKED if state is ThirdState.DECLINED else ThirdState.JOINED
    if row.state != wanted:
        raise Conflict("third_over", state=row.state)
    check_open(meeting.state, starts_at=meeting.starts_at, now=now)
    third = third_of(session, meeting_id=meeting.id)
    take_out(session, meeting, third_id=row.participation_id, state=state, now=now)
    _record(session, meeting, str(state), third_id=row.participation_id, by=by, now=now)
    _tell_pair(session, meeting, str(state), third=third.name if third else "", by=by, now=now)
    return meeting


def _record(
    session: Session, meeting: MeetingFacts, what: str, *, third_id: uuid.UUID, by: uuid.UUID | None, now: datetime
) -> None:
    history.record(
        session,
        action=f"third_company_{what}",
        subject_kind="meeting",
        subject_id=meeting.id,
        by=by,
        now=now,
        fair_id=meeting.fair_id,
        participation=str(third_id),
    )
    session.flush()


def _tell_pair(
    session: Session, meeting: MeetingFacts, part: str, *, third: str, by: uuid.UUID | None, now: datetime
) -> None:
    tell(session, meeting=meeting, kind="third_company", sides=BOTH, by=by, now=now, part=part, third=third)
