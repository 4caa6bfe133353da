"""Find the meetings that the rules of a fair keep apart, in one select whatever the number of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, literal_column, select, union_all

from matchmaker.domain.pair_rules import SideKind
from matchmaker.models import Company, CompanyGroupMember, Meeting, MeetingRule, Participation
from matchmaker.models.keys import KeyIn
from matchmaker.services.meeting_sides import SIDES
from matchmaker.services.plan_ground import FAIR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Select


def among(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Return a select of the meetings under some conditions with two companies on the two sides of a rule.

    Give the statement FAIR. Whether a rule keeps them apart the domain says of each.
    """
    ruled = union_all(
        *_companies_on("0", MeetingRule.one_kind, MeetingRule.one_value),
        *_companies_on("1", MeetingRule.other_kind, MeetingRule.other_value),
    ).cte("ruled")
    sits = union_all(
        *(
            select(Meeting.id.label("meeting_id"), Participation.company_id)
            .join(Participation, Participation.id == key)
            .where(*conditions)
            for key in SIDES
        )
    ).subquery("sits")
    return (
        select(sits.c.meeting_id)
        .join(ruled, ruled.c.company_id == sits.c.company_id)
        .group_by(sits.c.meeting_id, ruled.c.rule_id)
        .having(func.min(ruled.c.side) != func.max(ruled.c.side), func.count(sits.c.company_id.distinct()) > 1)
    )


def _companies_on(side: str, kind: Any, value: Any) -> Iterator[Select[Any]]:
    """The companies on one side of every rule: by their country, their investor's, their group or themselves."""
    rules: tuple[ColumnElement[Any], ...] = (MeetingRule.id.label("rule_id"), literal_column(side).label("side"))
    for country in (Company.country, Company.parent_country):
        found = select(*rules, Company.id.label("company_id")).join(Company, country == value)
        yield found.where(MeetingRule.fair_id == FAIR, kind == SideKind.COUNTRY)
    # A database may look at a join before the kind; what is no key must not be read as one.
    group = case((kind == SideKind.GROUP, KeyIn(value)))
    members = select(*rules, CompanyGroupMember.company_id).join(
        CompanyGroupMember, CompanyGroupMember.group_id == group
    )
    yield members.where(MeetingRule.fair_id == FAIR, kind == SideKind.GROUP)
    company = case((kind == SideKind.COMPANY, KeyIn(value)))
    yield select(*rules, company.label("company_id")).where(MeetingRule.fair_id == FAIR, kind == SideKind.COMPANY)
