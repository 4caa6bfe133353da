"""The names of the companies behind the participations that a statement reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from matchmaker.models import Company, Meeting, Participation

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect, Select
    from sqlalchemy.orm import InstrumentedAttribute


def name_beside(side: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    """The name of the company on a side of the meeting that a statement reads; nothing where there is none."""
    at_fair, company = aliased(Participation), aliased(Company)
    return (
        select(company.name)
        .join(at_fair, at_fair.company_id == company.id)
        .where(at_fair.id == side)
        .correlate(Meeting)
        .scalar_subquery()
    )


THIRD_NAME = name_beside(Meeting.third_id).label("third")


def with_names(
    statement: Select[*tuple[Any, ...]], **participations: InstrumentedAttribute[Any]
) -> Select[*tuple[Any, ...]]:
    """Add a column for each participation, called as it is here, with its company's name."""
    for label, participation_id in participations.items():
        side, company = aliased(Participation), aliased(Company)
        statement = (
            statement.join(side, side.id == participation_id)
            .join(company, company.id == side.company_id)
            .add_columns(company.name.label(label))
        )
    return statement
