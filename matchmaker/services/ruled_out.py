"""Find the meetings that a rule of a fair may keep apart; whether it does the rule says of each of them."""

from __future__ import annotations

import uuid
from itertools import permutations
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.orm import aliased

from matchmaker.domain.pair_rules import SideKind
from matchmaker.models import Company, CompanyGroupMember, Meeting, Participation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select

    from matchmaker.domain.pair_rules import RuleSide


# SQLite refuses a condition with a thousand parts, and a rule has one for every two of a meeting's companies.
RULES_A_SELECT = 50


def among(conditions: Sequence[ColumnElement[bool]], pairs: Sequence[tuple[RuleSide, RuleSide]]) -> list[Select[Any]]:
    """Return selects that together find the meetings under some conditions with two companies on a rule's two sides."""
    starts = range(0, len(pairs), RULES_A_SELECT)
    return [_among(conditions, pairs[start : start + RULES_A_SELECT]) for start in starts]


def _among(conditions: Sequence[ColumnElement[bool]], pairs: Sequence[tuple[RuleSide, RuleSide]]) -> Select[Any]:
    companies = [aliased(Company) for _side in range(3)]
    found = select(Meeting.id).where(*conditions)
    for company, key in zip(companies, (Meeting.exhibitor_id, Meeting.buyer_id, Meeting.third_id), strict=True):
        part = aliased(Participation)
        found = found.outerjoin(part, part.id == key).outerjoin(company, company.id == part.company_id)
    return found.where(
        or_(
            *(
                and_(_belongs(first, one), _belongs(second, other))
                for one, other in pairs
                for first, second in permutations(companies, 2)
            )
        )
    )


def _belongs(company: Any, side: RuleSide) -> Any:
    if side.kind is SideKind.COUNTRY:
        return literal(side.value).in_([company.country, company.parent_country])
    key = uuid.UUID(side.value)
    if side.kind is SideKind.COMPANY:
        return company.id == key
    members = select(CompanyGroupMember.company_id).where(CompanyGroupMember.group_id == key)
    return company.id.in_(members)
