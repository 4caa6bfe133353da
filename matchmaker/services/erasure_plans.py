"""Say before an erasure what will go, what stays and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import distinct, func, or_, select

from matchmaker.domain.errors import Conflict
from matchmaker.domain.meetings import OPEN, RECORDED
from matchmaker.models import Company, Deal, Meeting, MeetingAttendee, OutcomeReport, Participation
from matchmaker.services import company_erasing, erasing, holdings, succession

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from matchmaker.services.persons import Person


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    """What becomes of one company: who runs it then, or under which name what others need of it stays."""

    name: str
    is_last: bool
    heir: str
    stays: bool
    new_names: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure would do: ``counts`` are the rows that go, by table, ``notes`` those to outcomes of meetings."""

    name: str
    email: str
    counts: dict[str, int]
    notes: int
    coming: int
    past: int
    deals: int
    companies: list[CompanyPlan]
    is_last_organizer: bool


def plan(session: Session, *, person: Person) -> ErasurePlan:
    """Work out what erasing a person would do; nothing is changed."""
    return ErasurePlan(
        name=person.name,
        email=person.email,
        counts=holdings.count(session, person=person),
        notes=_notes(session, person),
        coming=_meetings(session, person, sorted(OPEN)),
        past=_meetings(session, person, sorted(RECORDED)),
        deals=_deals(session, person),
        companies=[_company(session, person, company_id) for company_id in person.companies],
        is_last_organizer=_is_last_organizer(session, person),
    )


def _company(session: Session, person: Person, company_id: uuid.UUID) -> CompanyPlan:
    heirs = succession.colleagues(session, person=person, company_id=company_id)
    runs_already = any(one.is_admin and one.account_id for one in heirs)
    heir = next((one.name for one in heirs if one.account_id is not None), "")
    return CompanyPlan(
        name=session.scalar(select(Company.name).where(Company.id == company_id)) or "",
        is_last=not heirs,
        heir="" if runs_already else heir,
        stays=company_erasing.stands_for_others(session, company_id=company_id),
        new_names=company_erasing.made_up_names(company_id),
    )


def _notes(session: Session, person: Person) -> int:
    if person.account_id is None:
        return 0
    wanted = select(func.count()).where(OutcomeReport.stated_by == person.account_id, OutcomeReport.note != "")
    return session.scalar(wanted) or 0


def _meetings(session: Session, person: Person, states: list[str]) -> int:
    wanted = (
        select(func.count(distinct(Meeting.id)))
        .join(MeetingAttendee, MeetingAttendee.meeting_id == Meeting.id)
        .where(MeetingAttendee.representative_id.in_(person.representatives), Meeting.state.in_(states))
    )
    return session.scalar(wanted) or 0


def _deals(session: Session, person: Person) -> int:
    own = select(Participation.id).where(Participation.company_id.in_(person.companies))
    wanted = select(func.count()).where(or_(Deal.exhibitor_id.in_(own), Deal.buyer_id.in_(own)))
    return session.scalar(wanted) or 0


def _is_last_organizer(session: Session, person: Person) -> bool:
    try:
        erasing.demand_erasable(session, person=person)
    except Conflict:
        return True
    return False
