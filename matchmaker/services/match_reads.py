"""How many partners each company of a fair was proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, func, select

from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.models import Company, Participation, Suggestion

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class CompanyCount:
    """A company in one role, with the length of its list."""

    participation_id: uuid.UUID
    name: str
    country: str
    role: str
    count: int


ON_OWN_LIST = case((Participation.role == Role.EXHIBITOR, Suggestion.exhibitor_rank), else_=Suggestion.buyer_rank)
COUNTS = (
    select(Participation.id, Company.name, Company.country, Participation.role, func.count(ON_OWN_LIST))
    .join(Company, Company.id == Participation.company_id)
    .outerjoin(
        Suggestion,
        (Suggestion.fair_id == Participation.fair_id)
        & ((Suggestion.exhibitor_id == Participation.id) | (Suggestion.buyer_id == Participation.id)),
    )
    .where(Participation.fair_id == bindparam("fair_id"), Participation.status == ParticipationStatus.APPROVED)
    .group_by(Participation.id, Company.name, Company.country, Participation.role)
    .order_by(func.count(ON_OWN_LIST), Company.name)
    .limit(bindparam("most"))
)
FEWEST_SHOWN = 10


def counts_of(session: Session, *, fair_id: uuid.UUID) -> list[CompanyCount]:
    """Return the companies with the shortest lists first, at most ten."""
    return [CompanyCount(*row) for row in session.execute(COUNTS, {"fair_id": fair_id, "most": FEWEST_SHOWN})]
