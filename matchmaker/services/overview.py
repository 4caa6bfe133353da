"""The figures a fair's home and the organizer's overview show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, bindparam, distinct, func, select
from sqlalchemy.orm import aliased

from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import (
    Category,
    Company,
    Complaint,
    DataRequest,
    FairCategory,
    Mail,
    Meeting,
    Objection,
    OutcomeReport,
    Participation,
    Suggestion,
)
from matchmaker.services import fair_changes, kept_counts, objections, setup_steps
from matchmaker.services.kept_counts import KeptCount
from matchmaker.services.outbox import MailState

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class FairFigures:
    """What a visitor is told about a fair before deciding to come."""

    exhibitors: int
    buyers: int
    countries: int


@dataclass(frozen=True, slots=True)
class Sector:
    """One sector the fair is about, with its number of exhibitors' offers."""

    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fair has come, and what waits for its organizer."""

    exhibitors: int
    buyers: int
    pending: int
    without_items: int
    suggestions: int
    requested: int
    accepted: int
    scheduled: int
    held: int
    without_outcome: int
    complaints: int
    mail_given_up: int = 0
    data_requests: int = 0
    objections: int = 0


class Overview(NamedTuple):
    """How far a fair has come, and what its set-up counts (``setup_steps.COUNTED``)."""

    progress: Progress
    counted: tuple[int, ...]


APPROVED = and_(Participation.fair_id == bindparam("fair_id"), Participation.status == ParticipationStatus.APPROVED)
FIGURES = (
    select(
        func.count().filter(Participation.role == Role.EXHIBITOR),
        func.count().filter(Participation.role == Role.BUYER),
        func.count(distinct(Company.country)),
    )
    .select_from(Participation)
    .join(Company, Company.id == Participation.company_id)
    .where(APPROVED)
)
_above = aliased(FairCategory)
SECTORS = (
    select(Category.code, Category.name_vi, Category.name_en)
    .join(FairCategory, FairCategory.category_code == Category.code)
    .where(
        FairCategory.fair_id == bindparam("fair_id"),
        ~select(_above.category_code)
        .where(_above.fair_id == FairCategory.fair_id, _above.category_code == Category.parent_code)
        .exists(),
    )
    .order_by(Category.position, Category.code)
)
PEOPLE = select(
    func.count().filter(Participation.role == Role.EXHIBITOR, Participation.status == ParticipationStatus.APPROVED),
    func.count().filter(Participation.role == Role.BUYER, Participation.status == ParticipationStatus.APPROVED),
    func.count().filter(Participation.status == ParticipationStatus.PENDING),
    func.count().filter(
        Participation.status == ParticipationStatus.APPROVED, ~Participation.offers.any(), ~Participation.needs.any()
    ),
).where(Participation.fair_id == bindparam("fair_id"))
PROPOSED = select(func.count()).select_from(Suggestion).where(Suggestion.fair_id == bindparam("fair_id"))
WAITING = select(
    select(func.count())
    .select_from(Mail)
    .where(Mail.fair_id == bindparam("fair_id"), Mail.state == MailState.GIVEN_UP)
    .scalar_subquery(),
    select(func.count())
    .where(Complaint.fair_id == bindparam("fair_id"), Complaint.settled_at.is_(None))
    .scalar_subquery(),
    select(func.count())
    .where(DataRequest.fair_id == bindparam("fair_id"), DataRequest.closed_at.is_(None))
    .scalar_subquery(),
    select(func.count())
    .where(Objection.fair_id == bindparam("fair_id"), Objection.settled_at.is_(None))
    .scalar_subquery(),
    *setup_steps.COUNTED,
)
MET = select(
    func.count().filter(Meeting.state == MeetingState.REQUESTED),
    func.count().filter(Meeting.state == MeetingState.ACCEPTED),
    func.count().filter(Meeting.state == MeetingState.SCHEDULED),
    func.count().filter(Meeting.state == MeetingState.HELD),
    func.count().filter(
        Meeting.state == MeetingState.HELD,
        ~select(OutcomeReport.id).where(OutcomeReport.meeting_id == Meeting.id).exists(),
    ),
).where(Meeting.fair_id == bindparam("fair_id"))
KEPT_FIGURES = KeptCount(FIGURES, lambda rows: FairFigures(*rows[0]))
KEPT_PEOPLE = KeptCount(PEOPLE, kept_counts.first_row)
KEPT_PROPOSED = KeptCount(PROPOSED, kept_counts.only_number)
KEPT_MET = KeptCount(MET, kept_counts.first_row)


def figures(session: Session, *, fair_id: uuid.UUID) -> FairFigures:
    """Return the public figures of a fair."""
    return KEPT_FIGURES.of(session, fair_id=fair_id)


def sectors(session: Session, *, fair_id: uuid.UUID) -> list[Sector]:
    """Return the sectors of a fair in the tree's order: what it lists without anything above."""
    return [Sector(*row) for row in session.execute(SECTORS, {"fair_id": fair_id})]


def overview(session: Session, *, fair_id: uuid.UUID) -> Overview:
    """Return how far a fair has come and what its set-up counts, in six statements at most, whatever its size."""
    marks = fair_changes.marks_of(session, fair_id=fair_id)
    exhibitors, buyers, pending, without_items = KEPT_PEOPLE.of(session, fair_id=fair_id, marks=marks)
    suggestions = KEPT_PROPOSED.of(session, fair_id=fair_id, marks=marks)
    waiting = tuple(session.execute(WAITING, {"fair_id": fair_id}).one())
    mail_given_up, complaints, data_requests, unsettled, *counted = waiting
    requested, accepted, scheduled, held, without_outcome = KEPT_MET.of(session, fair_id=fair_id, marks=marks)
    progress = Progress(
        exhibitors=exhibitors,
        buyers=buyers,
        pending=pending,
        without_items=without_items,
        suggestions=suggestions,
        requested=requested,
        accepted=accepted,
        scheduled=scheduled,
        held=held,
        without_outcome=without_outcome,
        complaints=complaints,
        mail_given_up=mail_given_up,
        data_requests=data_requests,
        # One that is not settled may have become void with its meeting.
        objections=len(objections.open_ones(session, fair_id=fair_id)) if unsettled else 0,
    )
    return Overview(progress, tuple(counted))
