"""Read who must not meet whom at a fair: the one place that requests, proposals, matching and scheduling ask."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from matchmaker.domain.pair_rules import Member, PairRules, RuleSide, SideKind, resolve
from matchmaker.models import Company, CompanyGroup, CompanyGroupMember, MeetingRule, Participation

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

RULES = (
    select(MeetingRule.one_kind, MeetingRule.one_value, MeetingRule.other_kind, MeetingRule.other_value)
    .where(MeetingRule.fair_id == bindparam("fair_id"))
    .order_by(MeetingRule.created_at, MeetingRule.id)
)
MEMBERS = (
    select(Company.id, Company.country, Company.parent_country, CompanyGroup.id)
    .join(Participation, Participation.company_id == Company.id)
    .outerjoin(CompanyGroupMember, CompanyGroupMember.company_id == Company.id)
    .outerjoin(
        CompanyGroup,
        and_(CompanyGroup.id == CompanyGroupMember.group_id, CompanyGroup.fair_id == Participation.fair_id),
    )
    .where(Participation.fair_id == bindparam("fair_id"))
    .distinct()
)


def side_pairs(session: Session, *, fair_id: uuid.UUID) -> list[tuple[RuleSide, RuleSide]]:
    """Return the two sides of every rule of a fair, in the order they were made."""
    return [
        (RuleSide(SideKind(one_kind), one), RuleSide(SideKind(other_kind), other))
        for one_kind, one, other_kind, other in session.execute(RULES, {"fair_id": fair_id})
    ]


def rules_of(session: Session, *, fair_id: uuid.UUID) -> PairRules:
    """Return the rules of a fair over its companies' keys as text; one statement where there are none, else two."""
    pairs = side_pairs(session, fair_id=fair_id)
    return resolve(pairs, members_of(session, fair_id=fair_id)) if pairs else PairRules()


def rules_among(
    session: Session,
    *,
    fair_id: uuid.UUID,
    pairs: Sequence[tuple[RuleSide, RuleSide]],
    company_ids: Sequence[uuid.UUID],
) -> PairRules:
    """Return the rules with these two sides each over some companies of a fair; no statement where there are none."""
    if not pairs:
        return PairRules()
    rows = session.execute(MEMBERS.where(Company.id.in_(company_ids)), {"fair_id": fair_id})
    return resolve(pairs, _members(rows))


def members_of(session: Session, *, fair_id: uuid.UUID) -> list[Member]:
    """Return the fair's companies as rules see them, in one statement."""
    return _members(session.execute(MEMBERS, {"fair_id": fair_id}))


def _members(rows: Iterable[Any]) -> list[Member]:
    countries: dict[uuid.UUID, frozenset[str]] = {}
    groups: dict[uuid.UUID, set[str]] = defaultdict(set)
    for company_id, country, parent_country, group_id in rows:
        countries[company_id] = frozenset(code for code in (country, parent_country) if code)
        groups[company_id] |= {str(group_id)} if group_id else set()
    return [Member(str(key), found, frozenset(groups[key])) for key, found in countries.items()]
