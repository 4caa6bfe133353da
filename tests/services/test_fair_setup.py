from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import Refused
from matchmaker.models import Category, Fair, FairCategory, FairRate, FairSession, HistoryEntry, MeetingTable
from matchmaker.services import fairs
from matchmaker.services.categories import category_rows, load_categories
from matchmaker.services.fair_setup import FairPlan, HallPlan, RatePlan, SessionPlan, create_fair, numbered_halls
from tests.factories import OPENING

DAY = date(2026, 11, 18)
PLAN = FairPlan(
    slug="expo",
    name_vi="Hội chợ",
    name_en="Expo",
    city_vi="Hà Nội",
    city_en="Hanoi",
    country="VN",
    opens_on=DAY,
    closes_on=DAY,
    time_zone="Asia/Ho_Chi_Minh",
    report_currency="VND",
    halls=numbered_halls(tables=3, halls=2),
    sessions=(
        SessionPlan(day=DAY, starts_at=time(13, 30), ends_at=time(14, 30), slot_minutes=20, break_minutes=0),
        SessionPlan(day=DAY, starts_at=time(9), ends_at=time(10)),
    ),
    rates=(RatePlan(currency="USD", rate=Decimal(26000), fixed_on=DAY, source="bank"),),
)


def test_a_fair_is_made_with_all_its_parts(session, factory):
    factory.category("food")
    fair = create_fair(session, plan=replace(PLAN, sectors=("food",)), by=None, now=OPENING)
    assert fair == fairs.by_slug(session, slug="expo")
    assert session.scalars(select(MeetingTable.code).order_by(MeetingTable.code)).all() == ["A01", "A02", "B01"]
    assert session.scalars(select(FairSession.slot_minutes).order_by(FairSession.starts_at)).all() == [25, 20]
    slots = fairs.slots(session, fair_id=fair.id)
    assert [(slot.number, slot.starts_at.strftime("%H:%M"), slot.day) for slot in slots] == [
        (1, "02:00", DAY),
        (2, "02:30", DAY),
        (3, "06:30", DAY),
        (4, "06:50", DAY),
        (5, "07:10", DAY),
    ]
    rates = select(FairRate.currency, FairRate.rate).order_by(FairRate.currency)
    assert session.execute(rates).all() == [("USD", Decimal(26000)), ("VND", Decimal(1))]
    assert session.scalars(select(FairCategory.category_code)).all() == ["food"]
    assert session.scalars(select(HistoryEntry.action)).all() == ["fair_created"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"slug": "Not A Slug"}, "bad_slug", "slug"),
        ({"slug": "x" * 61}, "bad_slug", "slug"),
        ({"name_en": "x" * 251}, "name_too_long", "name_en"),
        ({"country": "vn"}, "unknown_country", "country"),
        ({"closes_on": date(2026, 11, 17)}, "days_not_in_order", "closes_on"),
        ({"closes_on": date(2026, 12, 19)}, "too_many_days", "closes_on"),
        ({"opens_on": date(1, 1, 1)}, "unlikely_day", "opens_on"),
        ({"opens_on": date(9999, 12, 31), "closes_on": date(9999, 12, 31)}, "unlikely_day", "opens_on"),
        ({"time_zone": "../etc/passwd"}, "unknown_zone", "time_zone"),
        ({"report_currency": "ABC"}, "unknown_currency", "report_currency"),
        ({"rates": (replace(PLAN.rates[0], rate=Decimal(-1)),)}, "bad_rate", "rates"),
        ({"rates": (replace(PLAN.rates[0], rate=Decimal("0.00000000001")),)}, "bad_rate", "rates"),
        ({"sectors": ("nothing",)}, "unknown_sector", "sectors"),
        ({"halls": (HallPlan(code="A", name_vi="A", name_en="A", table_codes=("1", "1")),)}, "table_twice", "halls"),
        ({"sessions": (replace(PLAN.sessions[0], day=date(2026, 11, 19)),)}, "session_outside_days", "sessions"),
        ({"sessions": (PLAN.sessions[0], PLAN.sessions[0])}, "sessions_overlap", "sessions"),
        ({"sessions": (replace(PLAN.sessions[0], slot_minutes=0),)}, "bad_length", "sessions"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(session, change, code, field):
    with pytest.raises(Refused) as refused:
        create_fair(session, plan=replace(PLAN, **change), by=None, now=OPENING)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert session.scalars(select(Fair)).all() == []


def test_a_slug_is_given_once(session, factory):
    factory.fair(slug="expo")
    with pytest.raises(Refused, match="slug_taken"):
        create_fair(session, plan=PLAN, by=None, now=OPENING)


def test_loading_the_tree_again_changes_nothing_and_a_change_is_taken_over(session):
    rows = category_rows()
    assert load_categories(session, rows=rows).created == len(rows)
    assert load_categories(session, rows=rows).unchanged == len(rows)
    changed = [{**rows[0], "name_en": "Flying"}, *rows[1:]]
    loaded = load_categories(session, rows=changed)
    assert (loaded.created, loaded.updated, loaded.unchanged) == (0, 1, len(rows) - 1)
    assert session.get(Category, rows[0]["code"]).name_en == "Flying"
