"""Fairs of 16,000 meetings and 6,000 deals in a database, as many as are asked for, and programmes of them."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import insert

from matchmaker.domain.fairs import Phase, Role
from matchmaker.models import (
    Company,
    Deal,
    DealMeeting,
    Fair,
    FairRate,
    Meeting,
    OutcomeReport,
    Participation,
    Programme,
    ProgrammeFair,
    Slot,
)
from matchmaker.services import categories

# Companies come back from fair to fair: each fair draws its own from one pool.
POOL, EXHIBITORS, BUYERS = 8_000, 1_600, 400
MEETINGS, DEALS, SLOTS = 16_000, 6_000, 80
FIRST_YEAR, FAIRS_A_YEAR = 2017, 5
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
STAGES = ("quotation", "quotation", "mou", "agreement", "order")
STATES = ("held", "held", "held", "scheduled", "cancelled", "no_show")
# What two sides state of one deal: the same, something near, something else, or one of them nothing.
SECOND_WORDS = (None, None, Decimal(1), Decimal("1.1"), Decimal("1.8"))


def make(session, sizes):
    """Write as many fairs as the largest size, and for each size a programme of the first ones; commit each fair."""
    random = Random(7)
    categories.load_categories(session, rows=categories.category_rows())
    codes = [row["code"] for row in categories.category_rows()]
    pool = [_company(number, random) for number in range(POOL)]
    session.execute(insert(Company), pool)
    session.commit()
    made = []
    for number in range(max(sizes)):
        made.append(_fair(session, number, pool, codes, random))
        session.commit()
    for size in sizes:
        names = {"slug": f"first-{size}", "name_vi": "Chương trình", "name_en": "Programme"}
        programme = Programme(**names, report_currency="USD", created_at=NOW)
        session.add(programme)
        session.flush()
        session.add_all(ProgrammeFair(programme_id=programme.id, fair_id=key, year=year) for key, year in made[:size])
    session.commit()


def _company(number, random):
    return {
        "id": uuid.UUID(int=random.getrandbits(128), version=4),
        "name": f"Công ty {number:05d}",
        "name_key": f"{number:05d}",
        "country": random.choice(("VN", "VN", "JP", "DE", "FR")),
        "city": "Hà Nội",
        "languages": ["vi"],
        "markets": [],
        "facets": {},
        "created_at": NOW,
    }


def _fair(session, number, pool, codes, random):
    key, year = uuid.UUID(int=random.getrandbits(128), version=4), FIRST_YEAR + number // FAIRS_A_YEAR
    opens = date(year, 11, 18)
    row = {
        "id": key,
        "slug": f"fair-{number}",
        "name_vi": f"Hội chợ {number}",
        "name_en": f"Fair {number}",
        "city_vi": "Hà Nội",
        "city_en": "Hanoi",
        "country": "VN",
        "opens_on": opens,
        "closes_on": opens + timedelta(days=4),
        "time_zone": "Asia/Ho_Chi_Minh",
        "report_currency": "USD",
        "phase": Phase.FOLLOW_UP,
        "acceptance": "person",
        "time_choice": "organizer",
        "created_at": NOW,
    }
    session.execute(insert(Fair), [row])
    rates = (("USD", Decimal(1)), ("VND", Decimal("0.00004")), ("EUR", Decimal("1.08")))
    session.execute(
        insert(FairRate),
        [{"fair_id": key, "currency": code, "rate": rate, "fixed_on": opens, "source": "x"} for code, rate in rates],
    )
    slots = [_slot(key, opens, place) for place in range(SLOTS)]
    session.execute(insert(Slot), slots)
    sides = _participations(session, key, pool, random)
    meetings = _meetings(key, sides, slots, random)
    session.execute(insert(Meeting), meetings)
    _deals(session, key, [one for one in meetings if one["state"] == "held"], codes, random)
    return key, year


def _slot(fair, opens, place):
    starts = datetime(opens.year, opens.month, opens.day, 2, 0, tzinfo=UTC) + timedelta(minutes=30 * place)
    day = opens + timedelta(days=place * 5 // SLOTS)
    times = {"day": day, "starts_at": starts, "ends_at": starts + timedelta(minutes=25)}
    return {"id": uuid.uuid4(), "fair_id": fair, "number": place + 1, **times}


def _participations(session, fair, pool, random):
    chosen = random.sample(pool, EXHIBITORS + BUYERS)
    rows = [
        {
            "id": uuid.uuid4(),
            "fair_id": fair,
            "company_id": company["id"],
            "role": Role.EXHIBITOR if number < EXHIBITORS else Role.BUYER,
            "status": "approved",
            "badge_code": f"B{number:05d}",
            "joined_at": NOW,
            "profile_changed_at": NOW,
        }
        for number, company in enumerate(chosen)
    ]
    session.execute(insert(Participation), rows)
    return rows[:EXHIBITORS], rows[EXHIBITORS:]


def _meetings(fair, sides, slots, random):
    exhibitors, buyers = sides
    rows = []
    for number in range(MEETINGS):
        state = random.choice(STATES)
        rows.append(
            {
                "id": uuid.uuid4(),
                "fair_id": fair,
                "exhibitor_id": exhibitors[number % EXHIBITORS]["id"],
                "buyer_id": buyers[random.randrange(BUYERS)]["id"],
                "state": state,
                "no_show_side": "buyer" if state == "no_show" else None,
                "origin": "suggestion",
                "requested_by": "buyer",
                "slot_id": slots[number % SLOTS]["id"],
                "requested_at": NOW,
                "changed_at": NOW,
            }
        )
    return rows


def _deals(session, fair, held, codes, random):
    """Deals of held meetings, each with what one side says of it or both."""
    deals, links, reports = [], [], []
    for number in range(DEALS):
        meeting, key = held[number % len(held)], uuid.uuid4()
        deals.append(
            {
                "id": key,
                "fair_id": fair,
                "exhibitor_id": meeting["exhibitor_id"],
                "buyer_id": meeting["buyer_id"],
                "title": "Đơn hàng",
                "category_code": random.choice(codes),
                "opened_at": NOW,
            }
        )
        links.append({"deal_id": key, "meeting_id": meeting["id"]})
        amount, currency = Decimal(10 * random.randrange(100, 90_000)), random.choice(("USD", "VND", "EUR"))
        said = {"fair_id": fair, "meeting_id": meeting["id"], "deal_id": key, "entry": 1, "currency": currency}
        said |= {"outcome": random.choice(STAGES), "horizon": "12m", "years": [], "evidence": "stated"}
        second = random.choice(SECOND_WORDS)
        for side, factor in (("seller", Decimal(1)), ("buyer", second)):
            if factor is not None:
                value = amount * factor
                reports.append({"id": uuid.uuid4(), **said, "side": side, "amount": value, "stated_at": NOW})
    session.execute(insert(Deal), deals)
    session.execute(insert(DealMeeting), links)
    session.execute(insert(OutcomeReport), reports)
