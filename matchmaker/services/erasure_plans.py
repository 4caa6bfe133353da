"""Say before an erasure what will go, what stays and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from matchmaker.domain.meetings import OPEN, RECORDED
from matchmaker.models import Company, Deal, Meeting, MeetingAttendee, OutcomeReport
from matchmaker.services import company_erasing, erasing, holdings, row_counts, succession

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from matchmaker.services.persons import Person
    from matchmaker.services.succession import Colleague

SAT = Meeting.id.in_(select(MeetingAttendee.meeting_id).where(MeetingAttendee.representative_id.in_(holdings.PEOPLE)))
# How many notes to outcomes, meetings to come, meetings on record and deals there are, the rows that go by table, and
# whether somebody is a fair's only organizer.
PLAN = row_counts.statement(
    [
        (OutcomeReport, and_(OutcomeReport.stated_by == holdings.ACCOUNT, OutcomeReport.note != "")),
        (Meeting, and_(SAT, Meeting.state.in_(sorted(OPEN)))),
        (Meeting, and_(SAT, Meeting.state.in_(sorted(RECORDED)))),
        (Deal, holdings.of_either_side(Deal)),
        *holdings.GOING.items(),
    ]
).add_columns(erasing.IS_LAST.scalar_subquery())
COMPANIES = select(Company.id, Company.name, company_erasing.stands_for_others(Company.id)).where(
    Company.id.in_(holdings.COMPANIES)
)


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
    *counts, is_last_organizer = session.execute(PLAN, holdings.asked_of(person)).one()
    notes, coming, past, deals, *going = counts
    return ErasurePlan(
        name=person.name,
        email=person.email,
        counts=holdings.by_table(going),
        notes=notes,
        coming=coming,
        past=past,
        deals=deals,
        companies=_companies(session, person),
        is_last_organizer=bool(is_last_organizer),
    )


def _companies(session: Session, person: Person) -> list[CompanyPlan]:
    heirs = succession.colleagues(session, person=person)
    rows = session.execute(COMPANIES, {"companies": person.companies})
    found = {company_id: (name, bool(stays)) for company_id, name, stays in rows}
    return [_company(company_id, *found[company_id], heirs[company_id]) for company_id in person.companies]


def _company(company_id: uuid.UUID, name: str, stays: bool, heirs: Sequence[Colleague]) -> CompanyPlan:
    runs_already = any(one.is_admin and one.account_id for one in heirs)
    heir = next((one.name for one in heirs if one.account_id is not None), "")
    return CompanyPlan(
        name=name,
        is_last=not heirs,
        heir="" if runs_already else heir,
        stays=stays,
        new_names=company_erasing.made_up_names(company_id),
    )
