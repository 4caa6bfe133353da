"""Keep a company away for good, and report one to the organizer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, false, insert, or_, select, true, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from matchmaker.domain.conversation import ComplaintOutcome, ComplaintReason
from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import OPEN, CancelReason, DeclineReason, MeetingState
from matchmaker.models import Company, Complaint, Meeting, Participation, ThirdCompany, Veto
from matchmaker.services import conversation, history, meetings, third_parting
from matchmaker.services.company_names import with_names

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.conversation import Said
    from matchmaker.services.fairs import Membership
    from matchmaker.services.meeting_notices import MeetingFacts
    from matchmaker.services.meetings import Acting

BLOCKED = "blocked"
LISTED = 50
COMPLAINTS = with_names(
    select(
        Complaint.id,
        Complaint.meeting_id,
        Complaint.reason,
        Complaint.text,
        Complaint.at,
        Complaint.settled_at,
        Complaint.outcome,
        Complaint.by_id,
        Complaint.about_id,
    )
    .where(Complaint.fair_id == bindparam("fair_id"))
    .order_by(Complaint.settled_at.is_not(None), Complaint.at.desc(), Complaint.id)
    .limit(LISTED),
    by=Complaint.by_id,
    about=Complaint.about_id,
)
OTHER_COMPANY = select(Participation.company_id).where(
    Participation.id == bindparam("other"), Participation.fair_id == bindparam("fair_id")
)
ROLES = (
    select(Participation.id, Participation.role)
    .where(Participation.fair_id == bindparam("fair_id"), Participation.company_id == bindparam("company_id"))
    .order_by(Participation.role)
)
BETWEEN = (
    select(Meeting.id, Meeting.state, Meeting.requested_by)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Meeting.state.in_(sorted(OPEN)),
        or_(
            (Meeting.exhibitor_id == bindparam("mine")) & (Meeting.buyer_id == bindparam("other")),
            (Meeting.exhibitor_id == bindparam("other")) & (Meeting.buyer_id == bindparam("mine")),
        ),
    )
    .order_by(Meeting.id)
)

IS_ASKED = and_(Meeting.id == bindparam("meeting_id"), Meeting.fair_id == bindparam("fair_id"))
# Each from where the meeting names it: a condition on either would have SQLite try every company.
_sides = union_all(
    *(
        select(side.label("participation_id"), true().label("is_of_pair")).where(IS_ASKED)
        for side in (Meeting.exhibitor_id, Meeting.buyer_id)
    ),
    select(ThirdCompany.participation_id, false()).join(Meeting, Meeting.id == ThirdCompany.meeting_id).where(IS_ASKED),
).subquery()
PARTIES = (
    select(Participation.id, Company.name, _sides.c.is_of_pair)
    .join(_sides, _sides.c.participation_id == Participation.id)
    .join(Company, Company.id == Participation.company_id)
    .order_by(_sides.c.is_of_pair.desc(), Company.name_key, Participation.id)
)


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """One report with both companies; ``outcome`` is empty until the organizer settled it."""

    id: uuid.UUID
    meeting_id: uuid.UUID
    reason: ComplaintReason
    text: str
    at: datetime
    settled_at: datetime | None
    outcome: str
    by_id: uuid.UUID
    by: str
    about_id: uuid.UUID
    about: str


def block(session: Session, *, fair_id: uuid.UUID, me: Membership, other_id: uuid.UUID, now: datetime) -> None:
    """Keep a company away for the whole fair, without telling it: neither can ask the other any more.

    It holds in each role either of them has there. What is open between the two ends as if it had been declined,
    withdrawn or called off, also where one of them is the third company in a meeting of the other. Doing it twice
    changes nothing. Raises NotFound for a company that is not at this fair.
    """
    company_id = session.scalar(OTHER_COMPANY, {"fair_id": fair_id, "other": other_id})
    if company_id is None or company_id == me.company_id:
        raise NotFound("no_such_participation")
    sides = [
        replace(me, participation_id=key, role=Role(role))
        for key, role in session.execute(ROLES, {"fair_id": fair_id, "company_id": me.company_id})
    ]
    theirs = [key for key, _ in session.execute(ROLES, {"fair_id": fair_id, "company_id": company_id})]
    newly = [_keep_away(session, me=side, company_id=company_id, now=now) for side in sides]
    if any(newly):
        history.record(
            session,
            action="company_blocked",
            subject_kind="participation",
            subject_id=other_id,
            by=me.account_id,
            now=now,
            fair_id=fair_id,
        )
    for side, other in product(sides, theirs):
        _part(session, fair_id=fair_id, me=side, other_id=other, now=now)


def hold_in_every_role(session: Session, *, company_ids: Iterable[uuid.UUID]) -> None:
    """Let what companies keep away in one role be kept away in a role that they have taken since at the same fair."""
    taken, known = aliased(Participation), aliased(Veto)
    missing = (
        select(taken.id, Veto.other_company_id, Veto.reason, Veto.at)
        .join(Participation, Participation.id == Veto.participation_id)
        .join(taken, and_(taken.company_id == Participation.company_id, taken.fair_id == Participation.fair_id))
        .outerjoin(known, and_(known.participation_id == taken.id, known.other_company_id == Veto.other_company_id))
        .where(Participation.company_id.in_(company_ids), Veto.reason == BLOCKED, known.participation_id.is_(None))
    )
    columns = ["participation_id", "other_company_id", "reason", "at"]
    session.execute(insert(Veto).from_select(columns, missing))


def _part(session: Session, *, fair_id: uuid.UUID, me: Membership, other_id: uuid.UUID, now: datetime) -> None:
    """End what is open between two sides."""
    pair = {"fair_id": fair_id, "mine": me.participation_id, "other": other_id}
    for meeting_id, state, requested_by in session.execute(BETWEEN, pair).all():
        acting: Acting = {
            "fair_id": fair_id,
            "meeting_id": meeting_id,
            "participation_id": me.participation_id,
            "by": me.account_id,
            "now": now,
        }
        if state != MeetingState.REQUESTED:
            meetings.cancel(session, reason=CancelReason.OTHER, **acting)
        elif requested_by == me.role:
            meetings.withdraw(session, **acting)
        else:
            meetings.decline(session, reason=DeclineReason.OTHER, **acting)
    third_parting.part(session, fair_id=fair_id, me=me, other_id=other_id, now=now)


def _keep_away(session: Session, *, me: Membership, company_id: uuid.UUID, now: datetime) -> bool:
    """Put down that a company is not wanted; False where that was so before, or came to be so this very moment."""
    if session.get(Veto, (me.participation_id, company_id)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Veto(participation_id=me.participation_id, other_company_id=company_id, reason=BLOCKED, at=now))
    except IntegrityError:
        return False
    return True


def others(
    session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID
) -> list[tuple[uuid.UUID, str]]:
    """Return the other companies of a meeting that the reader's company can block or report, each with its name.

    The two know each other and whoever was asked to join them; who was asked to join knows the two. Raises NotFound
    for a meeting of others.
    """
    rows = session.execute(PARTIES, {"fair_id": fair_id, "meeting_id": meeting_id}).all()
    mine = next((is_of_pair for key, _, is_of_pair in rows if key == me.participation_id), None)
    if mine is None:
        raise NotFound("no_such_meeting")
    return [(key, name) for key, name, is_of_pair in rows if key != me.participation_id and (mine or is_of_pair)]


def report(
    session: Session,
    *,
    fair_id: uuid.UUID,
    me: Membership,
    meeting_id: uuid.UUID,
    about_id: uuid.UUID,
    reason: ComplaintReason,
    text: str,
    now: datetime,
) -> None:
    """Report another company of a meeting to the organizer; a second report of the same one replaces the first.

    Raises NotFound for a meeting of others, and for a company that is not in it.
    """
    meetings.load(session, fair_id=fair_id, meeting_id=meeting_id, participation_id=None)
    if about_id not in {key for key, _ in others(session, fair_id=fair_id, me=me, meeting_id=meeting_id)}:
        raise NotFound("no_such_participation")
    pair = {"fair_id": fair_id, "meeting_id": meeting_id, "by_id": me.participation_id, "about_id": about_id}
    known = session.scalar(select(Complaint).filter_by(settled_at=None, **pair))
    if known is None:
        known = Complaint(**pair)
        session.add(known)
    known.reason, known.text, known.at = reason, text, now
    session.flush()
    history.record(
        session,
        action="company_reported",
        subject_kind="complaint",
        subject_id=known.id,
        by=me.account_id,
        now=now,
        fair_id=fair_id,
        reason=reason,
    )


def complaints_of(session: Session, *, fair_id: uuid.UUID) -> list[ComplaintFacts]:
    """Return the reports of a fair, those that wait for the organizer first."""
    rows = session.execute(COMPLAINTS, {"fair_id": fair_id}).mappings()
    return [ComplaintFacts(**{**row, "reason": ComplaintReason(row["reason"])}) for row in rows]


def complaint_of(
    session: Session, *, fair_id: uuid.UUID, complaint_id: uuid.UUID
) -> tuple[ComplaintFacts, MeetingFacts, list[Said] | None]:
    """Return one report with its meeting and what the two wrote to each other.

    A report by a third company or about it opens neither the note nor the messages, which are None then. Raises
    NotFound when there is no such report.
    """
    found = [one for one in complaints_of(session, fair_id=fair_id) if one.id == complaint_id]
    if not found:
        raise NotFound("no_such_complaint")
    meeting = meetings.facts_of(session, fair_id=fair_id, meeting_id=found[0].meeting_id)
    if {found[0].by_id, found[0].about_id} != {meeting.exhibitor_id, meeting.buyer_id}:
        return found[0], replace(meeting, note=""), None
    return found[0], meeting, conversation.messages_of(session, meeting_id=meeting.id)


def settle(
    session: Session,
    *,
    fair_id: uuid.UUID,
    complaint_id: uuid.UUID,
    outcome: ComplaintOutcome,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Settle a report: leave it at that, or stop the messages of the company it is about.

    Settling anew undoes what was done before. Raises NotFound for a report of another fair.
    """
    settled = session.scalar(
        update(Complaint)
        .where(Complaint.id == complaint_id, Complaint.fair_id == fair_id)
        .values(outcome=outcome, settled_at=now)
        .returning(Complaint.id)
    )
    if settled is None:
        raise NotFound("no_such_complaint")
    history.record(
        session,
        action=f"complaint_{outcome}",
        subject_kind="complaint",
        subject_id=complaint_id,
        by=by,
        now=now,
        fair_id=fair_id,
    )
