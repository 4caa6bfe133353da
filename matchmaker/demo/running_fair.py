"""A second, running fair with the same companies, so that a visitor of the demo can request, accept and schedule."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from matchmaker.demo.ground import rates_of, sectors_of
from matchmaker.demo.people import add_participations, key_of
from matchmaker.domain.fairs import Phase
from matchmaker.models import FairPerson, Interpreter
from matchmaker.services import fair_setup
from matchmaker.services.fair_setup import FairPlan, SessionPlan, numbered_halls

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.demo.generator.reference_fair import ReferenceFair
    from matchmaker.services.fairs import FairFacts

SLUG = "hanoi-sourcing-week"
DAYS = 5
DAYS_BEGUN = 1
TABLES = 20
MORNING, AFTERNOON = (time(9), time(12)), (time(13, 30), time(17))


def open_running_fair(session: Session, *, tree: ReferenceFair, now: datetime) -> FairFacts:
    """Open a fair that began yesterday and lasts five days; everyone of the reference fair takes part."""
    begun = now.astimezone(ZoneInfo(tree.fair.time_zone)).date() - timedelta(days=DAYS_BEGUN)
    fair = fair_setup.create_fair(session, plan=_plan(tree, begun), by=None, now=now)
    for company in tree.companies:
        joined = add_participations(session, company, fair_id=fair.id, kind="running participation", joined_at=now)
        session.add_all(
            FairPerson(participation_id=key, representative_id=key_of("representative", person.code))
            for key in joined.values()
            for person in company.representatives
        )
    session.add_all(
        Interpreter(fair_id=fair.id, name=person.name, email=person.email, languages=["vi", person.language])
        for person in tree.fair.interpreters
    )
    session.flush()
    return fair


def _plan(tree: ReferenceFair, begun: date) -> FairPlan:
    days = [begun + timedelta(days=number) for number in range(DAYS)]
    return FairPlan(
        slug=SLUG,
        name_vi="Tuần lễ kết nối nguồn hàng bền vững Hà Nội",
        name_en="Hanoi Sustainable Sourcing Week",
        about_vi="Phiên kết nối nối tiếp hội chợ: cùng những doanh nghiệp ấy, gợi ý mới và lịch gặp đang mở.",
        about_en="The sourcing days that follow the fair: the same companies, fresh suggestions, and times still open.",
        city_vi=tree.fair.city_vi,
        city_en=tree.fair.city_en,
        country=tree.fair.country,
        opens_on=days[0],
        closes_on=days[-1],
        time_zone=tree.fair.time_zone,
        report_currency=tree.fair.report_currency,
        halls=numbered_halls(tables=TABLES, halls=1),
        sessions=tuple(
            SessionPlan(day=day, starts_at=start, ends_at=end) for day in days for start, end in (MORNING, AFTERNOON)
        ),
        rates=rates_of(tree.fair),
        sectors=sectors_of(tree),
        phase=Phase.FAIR_DAYS,
    )
