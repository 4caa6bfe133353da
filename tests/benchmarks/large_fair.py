"""A fair of 2,000 companies and 10,000 meetings in a database, made by bulk inserts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import insert

from matchmaker.domain.fairs import Phase, Role, StaffRole
from matchmaker.models import (
    Account,
    Certificate,
    Company,
    Deal,
    DealMeeting,
    Fair,
    FairPerson,
    FairRate,
    FairSession,
    FairStaff,
    Hall,
    MatchRun,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Need,
    Offer,
    Participation,
    Representative,
    ScheduleRun,
    Seat,
    Slot,
    Suggestion,
)
from matchmaker.services import categories

EXHIBITORS, BUYERS, MEETINGS = 1_600, 400, 10_000
DAYS, SLOTS_A_DAY, TABLES = 5, 16, 150
LISTED = 20
COVERAGE = {"without_list": [], "never_shown": [], "gini": 0.2, "top_tenth": 0.15, "blocked": {}, "has_lexicon": True}
NOW = datetime(2026, 11, 19, 3, 0, tzinfo=UTC)
WORDS = (
    ("Gốm sứ men lam", "Blue glazed ceramics"),
    ("Ván ghép gỗ tràm", "Melaleuca wood panels"),
    ("Mật ong rừng", "Wild forest honey"),
    ("Khay bã mía", "Bagasse trays"),
    ("Chi tiết tiện CNC", "CNC turned parts"),
    ("Cà phê rang", "Roasted coffee"),
    ("Áo sơ mi cotton", "Cotton shirts"),
    ("Trà shan tuyết", "Shan tuyet tea"),
)
COUNTRIES = ("VN", "JP", "KR", "DE", "FR", "US", "SG", "TH")


@dataclass(frozen=True)
class LargeFair:
    """Whom to sign in as, and keys to open pages with."""

    slug: str
    organizer: uuid.UUID
    exhibitor: uuid.UUID
    buyer: uuid.UUID
    keys: dict[str, str]


def make(session) -> LargeFair:
    """Write the fair; the caller commits."""
    random = Random(7)
    categories.load_categories(session, rows=categories.category_rows())
    fair = _fair(session)
    slots, tables = _ground(session, fair)
    sides = _companies(session, fair, random)
    meetings = _meetings(session, fair, sides, slots, tables)
    _suggestions(session, fair, sides, random)
    _deals(session, fair, meetings)
    organizer = uuid.uuid4()
    session.execute(insert(Account), [_account(organizer, "organizer@example.test")])
    session.execute(insert(FairStaff), [{"fair_id": fair, "account_id": organizer, "role": StaffRole.ORGANIZER}])
    first = meetings[0]
    exhibitor = next(one for one in sides[Role.EXHIBITOR] if one["participation"] == first["exhibitor_id"])
    buyer = next(one for one in sides[Role.BUYER] if one["participation"] == first["buyer_id"])
    keys = {"participation_id": buyer["participation"], "meeting_id": first["id"], "item_id": exhibitor["item"]}
    return LargeFair(
        "large", organizer, exhibitor["account"], buyer["account"], {name: str(key) for name, key in keys.items()}
    )


def _fair(session):
    key = uuid.uuid4()
    row = {
        "id": key,
        "slug": "large",
        "name_vi": "Hội chợ lớn",
        "name_en": "Large fair",
        "city_vi": "Hà Nội",
        "city_en": "Hanoi",
        "country": "VN",
        "opens_on": date(2026, 11, 18),
        "closes_on": date(2026, 11, 22),
        "time_zone": "Asia/Ho_Chi_Minh",
        "report_currency": "USD",
        "phase": Phase.FAIR_DAYS,
        "acceptance": "person",
        "time_choice": "organizer",
        "created_at": NOW,
    }
    session.execute(insert(Fair), [row])
    rate = {"fair_id": key, "currency": "USD", "rate": 1, "fixed_on": row["opens_on"], "source": "own"}
    session.execute(insert(FairRate), [rate])
    return key


def _ground(session, fair):
    hall = uuid.uuid4()
    session.execute(insert(Hall), [{"id": hall, "fair_id": fair, "code": "A", "name_vi": "Nhà A", "name_en": "Hall A"}])
    tables = [uuid.uuid4() for _ in range(TABLES)]
    session.execute(
        insert(MeetingTable),
        [{"id": key, "fair_id": fair, "hall_id": hall, "code": f"A{n:03d}"} for n, key in enumerate(tables, 1)],
    )
    slots, rows, sessions = [], [], []
    for day in range(DAYS):
        on = date(2026, 11, 18) + timedelta(days=day)
        sessions.append(
            {
                "fair_id": fair,
                "day": on,
                "starts_at": time(9),
                "ends_at": time(17),
                "slot_minutes": 25,
                "break_minutes": 5,
            }
        )
        for place in range(SLOTS_A_DAY):
            starts = datetime(on.year, on.month, on.day, 2, 0, tzinfo=UTC) + timedelta(minutes=30 * place)
            slots.append(uuid.uuid4())
            rows.append(
                {
                    "id": slots[-1],
                    "fair_id": fair,
                    "number": len(slots),
                    "day": on,
                    "starts_at": starts,
                    "ends_at": starts + timedelta(minutes=25),
                }
            )
    session.execute(insert(FairSession), sessions)
    session.execute(insert(Slot), rows)
    return slots, tables


def _account(key, email):
    return {"id": key, "email": email, "name": f"Person {email[:8]}", "locale": "vi", "created_at": NOW}


def _companies(session, fair, random):
    """Every company with one person, four items and a certificate now and then."""
    sides = {Role.EXHIBITOR: [], Role.BUYER: []}
    codes = [row["code"] for row in categories.category_rows() if row["parent"]]
    rows = {
        kind: [] for kind in (Account, Company, Representative, Participation, FairPerson, Certificate, Offer, Need)
    }
    for number in range(EXHIBITORS + BUYERS):
        role = Role.EXHIBITOR if number < EXHIBITORS else Role.BUYER
        one = {name: uuid.uuid4() for name in ("company", "account", "person", "participation", "item")}
        sides[role].append(one)
        vi, _ = WORDS[number % len(WORDS)]
        name = f"Công ty TNHH {vi} {number:04d}"
        rows[Account].append(_account(one["account"], f"p{number}@example.test"))
        rows[Company].append(
            {
                "id": one["company"],
                "name": name,
                "name_key": f"{number:04d} {vi}".casefold(),
                "country": random.choice(COUNTRIES),
                "city": "Hà Nội",
                "about_vi": "Doanh nghiệp gia đình.",
                "about_en": "A family business.",
                "stage": random.choice(["manufacture", "distribution", "service"]),
                "languages": ["vi", "en"],
                "markets": ["JP", "DE"],
                "facets": {},
                "created_at": NOW,
            }
        )
        rows[Representative].append(
            {
                "id": one["person"],
                "company_id": one["company"],
                "account_id": one["account"],
                "name": f"Person {number}",
                "email": f"p{number}@example.test",
                "languages": ["vi", "en"],
                "is_admin": True,
            }
        )
        rows[Participation].append(
            {
                "id": one["participation"],
                "fair_id": fair,
                "company_id": one["company"],
                "role": role,
                "status": "approved",
                "badge_code": f"B{number:05d}",
                "joined_at": NOW,
                "profile_changed_at": NOW,
            }
        )
        rows[FairPerson].append({"participation_id": one["participation"], "representative_id": one["person"]})
        if number % 3 == 0:
            rows[Certificate].append(
                {
                    "company_id": one["company"],
                    "code": random.choice(["HACCP", "ISO9001", "FSC"]),
                    "name": "HACCP",
                    "expires_on": date(2028, 1, 1),
                }
            )
        for position in range(1, 5):
            vi, en = WORDS[(number + position) % len(WORDS)]
            item = {
                "id": one["item"] if position == 1 else uuid.uuid4(),
                "participation_id": one["participation"],
                "position": position,
                "text_vi": vi,
                "text_en": en,
                "category_code": random.choice(codes),
                "certificates": [],
                "markets": [],
            }
            rows[Offer if role is Role.EXHIBITOR else Need].append(item)
    for kind, values in rows.items():
        session.execute(insert(kind), values)
    return sides


def _meetings(session, fair, sides, slots, tables):
    """One meeting a table and slot; half are held, the rest scheduled, with everyone's seat taken."""
    meetings, people, seats = [], [], []
    for number in range(MEETINGS):
        slot, table = divmod(number, TABLES)
        exhibitor = sides[Role.EXHIBITOR][number % EXHIBITORS]
        buyer = sides[Role.BUYER][(table + slot * 37) % BUYERS]
        meeting = {
            "id": uuid.uuid4(),
            "fair_id": fair,
            "exhibitor_id": exhibitor["participation"],
            "buyer_id": buyer["participation"],
            "state": "held" if slot < len(slots) // 2 else "scheduled",
            "origin": "suggestion",
            "requested_by": "buyer",
            "slot_id": slots[slot],
            "table_id": tables[table],
            "requested_at": NOW,
            "changed_at": NOW,
        }
        meetings.append(meeting)
        for side, who in (("exhibitor", exhibitor), ("buyer", buyer)):
            people.append({"meeting_id": meeting["id"], "representative_id": who["person"], "side": side})
            seats.append(
                {
                    "kind": "representative",
                    "resource_id": who["person"],
                    "slot_id": slots[slot],
                    "meeting_id": meeting["id"],
                }
            )
        seats.append(
            {"kind": "table", "resource_id": tables[table], "slot_id": slots[slot], "meeting_id": meeting["id"]}
        )
    session.execute(insert(Meeting), meetings)
    session.execute(insert(MeetingAttendee), people)
    session.execute(insert(Seat), seats)
    run = {
        "fair_id": fair,
        "state": "done",
        "seed": 1,
        "asked": MEETINGS,
        "placed": MEETINGS,
        "metrics": {},
        "certificate": {},
        "started_at": NOW,
        "finished_at": NOW,
    }
    session.execute(insert(ScheduleRun), [run])
    return meetings


def _suggestions(session, fair, sides, random):
    run = uuid.uuid4()
    session.execute(
        insert(MatchRun),
        [
            {
                "id": run,
                "fair_id": fair,
                "state": "done",
                "version": "1",
                "weights": {},
                "coverage": COVERAGE,
                "started_at": NOW,
                "finished_at": NOW,
            }
        ],
    )
    rows = []
    for place, buyer in enumerate(sides[Role.BUYER]):
        for rank in range(LISTED):
            exhibitor = sides[Role.EXHIBITOR][(place * LISTED + rank) % EXHIBITORS]
            reason = {"code": "shared_market", "side": "mine", "params": {"markets": ["JP"]}, "contribution": 0.4}
            rows.append(
                {
                    "fair_id": fair,
                    "run_id": run,
                    "exhibitor_id": exhibitor["participation"],
                    "buyer_id": buyer["participation"],
                    "exhibitor_rank": rank + 1,
                    "buyer_rank": rank + 1,
                    "score": random.random(),
                    "label": "learned",
                    "contributions": [],
                    "reasons": {"buyer": [reason], "exhibitor": [reason]},
                    "gaps": {},
                    "best_pair": {"need": "Khay", "offer": "Khay"},
                }
            )
    session.execute(insert(Suggestion), rows)


def _deals(session, fair, meetings):
    deals = [
        {
            "id": uuid.uuid4(),
            "fair_id": fair,
            "exhibitor_id": one["exhibitor_id"],
            "buyer_id": one["buyer_id"],
            "title": "Đơn hàng",
            "opened_at": NOW,
        }
        for one in meetings[:200]
    ]
    session.execute(insert(Deal), deals)
    session.execute(
        insert(DealMeeting),
        [{"deal_id": deal["id"], "meeting_id": one["id"]} for deal, one in zip(deals, meetings, strict=False)],
    )
