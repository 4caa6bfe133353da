"""The names of the companies behind the participations that a statement reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from matchmaker.models import Company, Meeting, Participation

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import InstrumentedAttribute

_third, _third_company = aliased(Participation), aliased(Company)
# The third company of a meeting that a statement reads; nothing where nobody has joined the two.
THIRD_NAME = (
    select(_third_company.name)
    .join(_third, _third.company_id == _third_company.id)
    .where(_third.id == Meeting.third_id)
    .correlate(Meeting)
    .scalar_subquery()
    .label("third")
)


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
