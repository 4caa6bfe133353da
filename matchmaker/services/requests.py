"""Ask another participant for a meeting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.consents import Purpose
from matchmaker.domain.conversation import names_contact
from matchmaker.domain.errors import Conflict, NotFound, Refused
from matchmaker.domain.fairs import Acceptance, Act, ParticipationStatus, Phase, Role, TimeChoice, allows
from matchmaker.domain.meetings import OPEN, Action, MeetingState, Origin, Party
from matchmaker.domain.reliability import limited
from matchmaker.domain.requests import (
    CAP_WINDOW,
    REQUESTS_A_DAY,
    UNDO,
    UNDONE,
    Speaker,
    Standing,
    answer_by,
    check_request,
    choose_speakers,
)
from matchmaker.models import Company, Fair, HistoryEntry, Meeting, MeetingAttendee, Participation, Suggestion, Veto
from matchmaker.services import history, meetings, pair_rules, reliability, speakers
from matchmaker.services.meeting_notices import MeetingFacts, tell
from matchmaker.services.visibility import company_agrees

if TYPE_CHECKING:
    import uuid
    from typing import Unpack

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts, Membership

HOUR = 3600
# Long enough for a second tap and for a browser that sends a form again; nobody means it anew so soon.
A_MOMENT = timedelta(seconds=30)


class Said(TypedDict):
    """What goes with a request: a line, and who of the other company's people it is for, if not left to the rule."""

    note: str
    person_id: NotRequired[uuid.UUID | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was just made; in a fair that accepts for everyone it is accepted already."""

    meeting_id: uuid.UUID
    state: MeetingState
    company: str


@dataclass(frozen=True, slots=True)
class _Side:
    id: uuid.UUID
    role: Role
    status: ParticipationStatus
    company_id: uuid.UUID
    company: str
    agrees_to_be_shown: bool


# Two who ask at once wait for each other here, so both the open request and the day's count are true when
# they are read. Locking by id in order keeps them from waiting in a circle; SQLite has one writer at a time anyway.
SIDES = (
    select(
        Participation.id,
        Participation.role,
        Participation.status,
        Participation.company_id,
        Company.name,
        company_agrees(Purpose.PROFILE).label("agrees"),
    )
    .join(Company, Company.id == Participation.company_id)
    .where(
        Participation.fair_id == bindparam("fair_id"),
        Participation.id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(Participation.id)
    .with_for_update(of=Participation, key_share=True)
)
PAIR = and_(Meeting.exhibitor_id == bindparam("exhibitor_id"), Meeting.buyer_id == bindparam("buyer_id"))
MINE = and_(
    or_(Meeting.exhibitor_id == bindparam("me"), Meeting.buyer_id == bindparam("me")),
    Meeting.requested_by == bindparam("role"),
)
# A request that was declined or has expired goes back to the quota.
GIVEN_BACK = sorted({MeetingState.DECLINED, MeetingState.EXPIRED})
WAS_UNDONE = and_(Meeting.state == MeetingState.WITHDRAWN, Meeting.close_reason == UNDONE)
COUNTS = and_(Meeting.state.not_in(GIVEN_BACK), ~WAS_UNDONE)
JUST_ASKED = (
    select(Meeting.id, Meeting.state)
    .join(HistoryEntry, HistoryEntry.subject_id == Meeting.id)
    .where(
        or_(
            and_(Meeting.exhibitor_id == bindparam("me"), Meeting.buyer_id == bindparam("other")),
            and_(Meeting.exhibitor_id == bindparam("other"), Meeting.buyer_id == bindparam("me")),
        ),
        Meeting.requested_by == bindparam("role"),
        Meeting.requested_at > bindparam("since"),
        Meeting.state.in_([MeetingState.REQUESTED, MeetingState.ACCEPTED]),
        HistoryEntry.action == "meeting_requested",
        HistoryEntry.by_account_id == bindparam("by"),
    )
    .limit(1)
)
LIMITS = select(
    Fair.request_minutes,
    Fair.fair_request_minutes,
    Fair.request_quota_day,
    Fair.request_quota_total,
    Fair.limits_unreliable,
).where(Fair.id == bindparam("fair_id"))
SO_FAR = select(
    select(Suggestion.id)
    .where(
        Suggestion.fair_id == bindparam("fair_id"),
        Suggestion.exhibitor_id == bindparam("exhibitor_id"),
        Suggestion.buyer_id == bindparam("buyer_id"),
    )
    .exists(),
    select(Meeting.id).where(PAIR, Meeting.state == MeetingState.REQUESTED).exists(),
    select(Meeting.id).where(PAIR, Meeting.state.in_(sorted(OPEN - {MeetingState.REQUESTED}))).exists(),
    select(Meeting.id)
    .where(PAIR, Meeting.state == MeetingState.DECLINED, Meeting.requested_by == bindparam("role"))
    .exists(),
    select(Veto.participation_id)
    .where(
        or_(
            and_(Veto.participation_id == bindparam("me"), Veto.other_company_id == bindparam("other_company")),
            and_(Veto.participation_id == bindparam("other"), Veto.other_company_id == bindparam("my_company")),
        )
    )
    .exists(),
    select(func.count()).where(MINE, Meeting.requested_at > bindparam("since"), ~WAS_UNDONE).scalar_subquery(),
    select(func.count()).where(MINE, Meeting.requested_at > bindparam("since"), COUNTS).scalar_subquery(),
    select(func.count()).where(MINE, COUNTS).scalar_subquery(),
    select(func.count()).where(MINE, Meeting.requested_at > bindparam("since"), WAS_UNDONE).scalar_subquery(),
)


def ask(
    session: Session, *, fair: FairFacts, me: Membership, other_id: uuid.UUID, now: datetime, **said: Unpack[Said]
) -> Asked:
    """Ask another participation of the same fair for a meeting and return the request.

    Who asks once more within A_MOMENT, by a double tap or after an answer that got lost, is answered as the first
    time. Raises NotFound for one that is not at this fair or does not come for the other, and what
    domain.requests.check_request raises.
    """
    mine, other = _sides(session, fair_id=fair.id, me=me.participation_id, other=other_id)
    if names_contact(said["note"]):
        raise Refused("note_names_contact", field="note")
    again = _just_asked(session, me=me, other=other, now=now)
    if again is not None:
        return again
    exhibitor, buyer = (mine, other) if mine.role is Role.EXHIBITOR else (other, mine)
    pair = {"exhibitor_id": exhibitor.id, "buyer_id": buyer.id}
    limits = session.execute(LIMITS, {"fair_id": fair.id}).one()
    is_suggested, *so_far = _so_far(session, fair=fair, mine=mine, other=other, pair=pair, now=now)
    standing = _limited(session, mine=mine, standing=_standing(fair, mine, other, so_far), limits=limits, now=now)
    _check(session, fair=fair, mine=mine, other=other, standing=standing)
    row = Meeting(
        fair_id=fair.id,
        **pair,
        state=MeetingState.REQUESTED,
        origin=Origin.SUGGESTION if is_suggested else Origin.DIRECTORY,
        requested_by=mine.role,
        note=said["note"],
        requested_at=now,
        expires_at=_answer_by(fair, limits, now),
        changed_at=now,
    )
    _add(session, row)
    _seat(session, meeting=row, me=me, other=other, person_id=said.get("person_id"))
    facts = _facts(row, fair=fair, exhibitor=exhibitor, buyer=buyer)
    return _announce(session, fair=fair, meeting=facts, other=other, by=me.account_id, now=now)


def _facts(row: Meeting, *, fair: FairFacts, exhibitor: _Side, buyer: _Side) -> MeetingFacts:
    return MeetingFacts(
        id=row.id,
        fair_id=fair.id,
        slug=fair.slug,
        exhibitor_id=exhibitor.id,
        buyer_id=buyer.id,
        exhibitor_name=exhibitor.company,
        buyer_name=buyer.company,
        state=MeetingState.REQUESTED,
        requested_by=row.requested_by,
        note=row.note,
        expires_at=row.expires_at,
        requested_at=row.requested_at,
    )


def _check(session: Session, *, fair: FairFacts, mine: _Side, other: _Side, standing: Standing) -> None:
    """Let the rules look at all that stands between the two."""
    rules = pair_rules.rules_of(session, fair_id=fair.id)
    check_request(replace(standing, is_forbidden=rules.forbids(str(mine.company_id), str(other.company_id))))


def _limited(session: Session, *, mine: _Side, standing: Standing, limits: Any, now: datetime) -> Standing:
    """What the fair itself sets: its quotas, halved for who is not to be relied on where the fair does so."""
    day, total = limits.request_quota_day, limits.request_quota_total
    if not limits.limits_unreliable:
        return replace(standing, quota_day=day, quota_total=total)
    record = reliability.record_of(session, company_id=mine.company_id, now=now).record
    if not record.is_low:
        return replace(standing, quota_day=day, quota_total=total)
    return replace(
        standing,
        quota_day=limited(day or REQUESTS_A_DAY),
        quota_total=limited(total) if total else None,
        is_limited=True,
    )


def _answer_by(fair: FairFacts, limits: Any, now: datetime) -> datetime:
    return answer_by(
        now=now,
        minutes=limits.request_minutes,
        fair_minutes=limits.fair_request_minutes,
        opens_at=_opening(fair),
    )


def _sides(session: Session, *, fair_id: uuid.UUID, me: uuid.UUID, other: uuid.UUID) -> tuple[_Side, _Side]:
    rows = session.execute(SIDES, {"fair_id": fair_id, "ids": [me, other]})
    found = {
        key: _Side(key, Role(role), ParticipationStatus(status), company_id, company, bool(agrees))
        for key, role, status, company_id, company, agrees in rows
    }
    if me not in found or other not in found:
        raise NotFound("no_such_participation")
    return found[me], found[other]


def _just_asked(session: Session, *, me: Membership, other: _Side, now: datetime) -> Asked | None:
    """The request that the same person made of the same company a moment ago, if it still stands."""
    pair = {"me": me.participation_id, "other": other.id, "role": me.role, "by": me.account_id, "since": now - A_MOMENT}
    row = session.execute(JUST_ASKED, pair).first()
    return None if row is None else Asked(row.id, MeetingState(row.state), other.company)


def _so_far(
    session: Session, *, fair: FairFacts, mine: _Side, other: _Side, pair: dict[str, uuid.UUID], now: datetime
) -> tuple[Any, ...]:
    facts = {
        "fair_id": fair.id,
        **pair,
        "me": mine.id,
        "my_company": mine.company_id,
        "other": other.id,
        "other_company": other.company_id,
        "role": mine.role,
        "since": now - CAP_WINDOW,
    }
    return tuple(session.execute(SO_FAR, facts).one())


def _standing(fair: FairFacts, mine: _Side, other: _Side, so_far: list[Any]) -> Standing:
    has_request, has_meeting, was_declined, has_veto, asked_lately, *counted, undone_lately = so_far
    # Who asks shows itself to the company it asks, and need not agree to be shown to everyone.
    are_here = mine.status.acts and other.status.acts and other.agrees_to_be_shown
    return Standing(
        same_company=mine.company_id == other.company_id,
        opposite_roles=mine.role is other.role.other,
        both_approved=are_here,
        is_over=fair.phase is Phase.FOLLOW_UP,
        is_closed=not allows(fair.phase, Act.REQUEST),
        has_veto=bool(has_veto),
        was_declined=bool(was_declined),
        has_request=bool(has_request),
        has_meeting=bool(has_meeting),
        asked_lately=asked_lately,
        counted_day=counted[0],
        counted_total=counted[1],
        undone_lately=undone_lately,
    )


def _opening(fair: FairFacts) -> datetime:
    return datetime.combine(fair.opens_on, time.min, tzinfo=fair.zone)


def _add(session: Session, row: Meeting) -> None:
    """Add a request; the index over open requests has the last word where a lock could not."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict("request_open") from error


def _seat(session: Session, *, meeting: Meeting, me: Membership, other: _Side, person_id: uuid.UUID | None) -> None:
    """Name who comes: the one who asks, and from the other side whoever shares times and a language with them.

    Who asks for a company without belonging to it does not come: the choice is then among that company's people.
    Someone who was asked for comes; their company's admin may send someone else.
    """
    both = [me.participation_id, other.id]
    known = speakers.speakers(session, fair_id=meeting.fair_id, participation_ids=both, now=meeting.requested_at)
    ours = known.get(me.participation_id, [])
    if me.representative_id is not None:
        alone = Speaker(me.representative_id, frozenset(), can_sign_in=True)
        ours = [next((person for person in ours if person.id == me.representative_id), alone)]
    theirs = known.get(other.id, [])
    if person_id is not None:
        theirs = [person for person in theirs if person.id == person_id]
        if not theirs:
            raise NotFound("no_such_person")
    for side, chosen in zip((me.role, other.role), choose_speakers(ours, theirs), strict=True):
        if chosen is not None:
            session.add(MeetingAttendee(meeting_id=meeting.id, representative_id=chosen.id, side=side))
    session.flush()


def _announce(
    session: Session, *, fair: FairFacts, meeting: MeetingFacts, other: _Side, by: uuid.UUID, now: datetime
) -> Asked:
    """Record the request and tell the other side of it, or that it is accepted where the fair accepts at once."""
    history.record(
        session,
        action="meeting_requested",
        subject_kind="meeting",
        subject_id=meeting.id,
        by=by,
        now=now,
        fair_id=fair.id,
    )
    if fair.acceptance is Acceptance.AUTOMATIC:
        meetings.move(session, meeting=meeting, action=Action.ACCEPT, party=Party.SYSTEM, by=None, now=now)
        chooses: dict[str, Any] = {"is_for_pair": True} if fair.time_choice is TimeChoice.PAIR else {}
        tell(session, meeting=meeting, kind="meeting_accepted", sides=[other.role], by=by, now=now, **chooses)
        return Asked(meeting.id, MeetingState.ACCEPTED, other.company)
    hours = int((meeting.expires_at - now).total_seconds() // HOUR) if meeting.expires_at else 0
    tell(
        session,
        meeting=meeting,
        kind="meeting_requested",
        sides=[other.role],
        by=by,
        now=now,
        held_for=UNDO,
        note=meeting.note,
        hours=hours,
    )
    return Asked(meeting.id, MeetingState.REQUESTED, other.company)
