"""The reference fair's ground: its days, halls, tables, sessions, rates and sectors as a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.domain.fairs import Acceptance, Phase, TimeChoice
from matchmaker.services import categories
from matchmaker.services.fair_setup import FairPlan, HallPlan, RatePlan, SessionPlan

if TYPE_CHECKING:
    from matchmaker.demo.generator.fair_records import Fair
    from matchmaker.demo.generator.reference_fair import ReferenceFair


def plan_of(tree: ReferenceFair) -> FairPlan:
    """The plan of the finished fair."""
    fair = tree.fair
    return FairPlan(
        slug=fair.slug,
        name_vi=fair.name_vi,
        name_en=fair.name_en,
        about_vi=fair.about_vi,
        about_en=fair.about_en,
        city_vi=fair.city_vi,
        city_en=fair.city_en,
        country=fair.country,
        opens_on=fair.opens_on,
        closes_on=fair.closes_on,
        time_zone=fair.time_zone,
        report_currency=fair.report_currency,
        halls=_halls(fair),
        sessions=_sessions(fair),
        rates=rates_of(fair),
        sectors=sectors_of(tree),
        phase=Phase.FOLLOW_UP,
        acceptance=Acceptance.PERSON,
        time_choice=TimeChoice.ORGANIZER,
        meetings_cap=fair.meetings_cap,
    )


def rates_of(fair: Fair) -> tuple[RatePlan, ...]:
    """The fixed rates of the other currencies."""
    return tuple(
        RatePlan(currency=one.currency, rate=one.rate, fixed_on=one.fixed_on, source=one.source_en)
        for one in fair.rates
        if one.currency != fair.report_currency
    )


def sectors_of(tree: ReferenceFair) -> tuple[str, ...]:
    """The sectors of the category tree that the fair's offers belong to."""
    parent = {row["code"]: row["parent"] or row["code"] for row in categories.category_rows()}
    return tuple(dict.fromkeys(parent[code] for one in tree.fair.sectors for code in one.category_codes))


def _halls(fair: Fair) -> tuple[HallPlan, ...]:
    return tuple(
        HallPlan(
            code=hall.code,
            name_vi=hall.name_vi,
            name_en=hall.name_en,
            table_codes=tuple(table.code for table in fair.tables if table.hall_code == hall.code),
        )
        for hall in fair.halls
    )


def _sessions(fair: Fair) -> tuple[SessionPlan, ...]:
    return tuple(
        SessionPlan(
            day=one.day,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            slot_minutes=one.slot_minutes,
            break_minutes=one.break_minutes,
        )
        for one in fair.sessions
    )
