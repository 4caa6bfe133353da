"""A second, running fair with the same companies, so that a visitor of the demo can request, accept and schedule."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from matchmaker.demo.ground import rates_of, sectors_of
from matchmaker.demo.people import add_participations, consents_of, key_of
from matchmaker.domain.consents import Purpose
from matchmaker.domain.fairs import Phase
from matchmaker.domain.privacy.requests import RequestChannel, RequestKind
from matchmaker.domain.registration import RoleChoice
from matchmaker.models import Account, Consent, FairPerson, Interpreter
from matchmaker.services import data_requests, fair_setup, registration
from matchmaker.services.fair_setup import FairPlan, SessionPlan, numbered_halls
from matchmaker.services.registration import Wanted

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.demo.generator.reference_fair import ReferenceFair
    from matchmaker.services.fairs import FairFacts

SLUG = "hanoi-sourcing-week"
DAYS = 5
DAYS_BEGUN = 1
TABLES = 20
# Who has just registered and waits for the organizer: one under a name that is there already, and the last with an
# address that nobody has confirmed.
AGREED = frozenset({Purpose.MATCHING, Purpose.PROFILE, Purpose.CONTACT})
NEWCOMERS = (
    Wanted(
        company="HTX Cơ khí Phù Lãng",
        country="VN",
        role=RoleChoice.EXHIBITOR,
        agreed=AGREED,
        locale="vi",
        email="tran.thi.hoa@phulang.example.test",
        name="Trần Thị Hoa",
    ),
    Wanted(
        company="SHIROHANE KOKU BUHIN",
        country="JP",
        role=RoleChoice.BUYER,
        agreed=AGREED,
        locale="en",
        email="office@shirohane-sales.example.test",
        name="Mori Aoi",
    ),
    Wanted(
        company="Nordlicht Avionik GmbH",
        country="DE",
        role=RoleChoice.BOTH,
        agreed=AGREED - {Purpose.CONTACT},
        locale="en",
        email="jana.voss@nordlicht.example.test",
        name="Jana Voss",
    ),
)
CONFIRMED = 2
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
    people = [person for company in tree.companies for person in company.representatives]
    session.execute(insert(Consent), [row for person in people for row in consents_of(person, fair.id, given_at=now)])
    session.add_all(
        Interpreter(fair_id=fair.id, name=person.name, email=person.email, languages=["vi", person.language])
        for person in tree.fair.interpreters[1:]
    )
    session.flush()
    for number, one in enumerate(NEWCOMERS):
        account_id = registration.register(
            session, fair=fair, wanted=one, form_key=f"demo {number}", network="demo", by=None, now=now
        )
        if number < CONFIRMED:
            session.get_one(Account, account_id).email = one.email
    _ask_about_data(session, fair, people[0].email, now=now)
    session.flush()
    return fair


def _ask_about_data(session: Session, fair: FairFacts, email: str, *, now: datetime) -> None:
    """Let one person ask for a copy of their data, and another for a correction, which is answered already."""
    today = now.date()
    for kind, address, came in (
        (RequestKind.ACCESS, email, today - timedelta(days=1)),
        (RequestKind.CORRECT, NEWCOMERS[0].email, today - timedelta(days=3)),
    ):
        key = data_requests.enter(
            session,
            fair_id=fair.id,
            kind=kind,
            channel=RequestChannel.MAIL,
            email=address,
            note="",
            received_on=came,
            by=None,
            now=now,
        )
    data_requests.answer(session, fair_id=fair.id, request_id=key, by=None, now=now)


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
