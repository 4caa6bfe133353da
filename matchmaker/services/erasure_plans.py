"""Say before an erasure what will go, what stays and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, false, select

from matchmaker.domain.errors import Conflict
from matchmaker.domain.meetings import OPEN, RECORDED
from matchmaker.models import Company, Deal, Meeting, MeetingAttendee, OutcomeReport
from matchmaker.services import company_erasing, erasing, holdings, row_counts, succession

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from matchmaker.services.persons import Person
    from matchmaker.services.succession import Colleague


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
    notes, coming, past, deals = _at_fairs(session, person)
    return ErasurePlan(
        name=person.name,
        email=person.email,
        counts=holdings.count(session, person=person),
        notes=notes,
        coming=coming,
        past=past,
        deals=deals,
        companies=_companies(session, person),
        is_last_organizer=_is_last_organizer(session, person),
    )


def _at_fairs(session: Session, person: Person) -> list[int]:
    """How many notes to outcomes, meetings to come, meetings on record and deals there are."""
    sat = Meeting.id.in_(
        select(MeetingAttendee.meeting_id).where(MeetingAttendee.representative_id.in_(person.representatives))
    )
    wrote = and_(OutcomeReport.stated_by == person.account_id, OutcomeReport.note != "")
    wanted = [
        (OutcomeReport, false() if person.account_id is None else wrote),
        (Meeting, and_(sat, Meeting.state.in_(sorted(OPEN)))),
        (Meeting, and_(sat, Meeting.state.in_(sorted(RECORDED)))),
        (Deal, holdings.of_either_side(Deal, person)),
    ]
    return row_counts.counts(session, wanted=wanted)


def _companies(session: Session, person: Person) -> list[CompanyPlan]:
    heirs = succession.colleagues(session, person=person)
    rows = session.execute(
        select(Company.id, Company.name, company_erasing.stands_for_others(Company.id)).where(
            Company.id.in_(person.companies)
        )
    )
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


def _is_last_organizer(session: Session, person: Person) -> bool:
    try:
        erasing.demand_erasable(session, person=person)
    except Conflict:
        return True
    return False
