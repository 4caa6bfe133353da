"""The fair's own frame: days, 29 slots, halls, 30 tables, fixed rates, sectors and 14 interpreters."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from matchmaker.demo.generator.content import company_rows, products, rows
from matchmaker.demo.generator.fair_records import Fair, FairRate, Hall, Interpreter, Sector, Session, Slot, Table

TIME_ZONE = "Asia/Ho_Chi_Minh"
ABOUT_VI = (
    "Ba ngày giao thương giữa nhà cung ứng, hợp tác xã, làng nghề và người mua trong nước, quốc tế. "
    "Mọi doanh nghiệp, con người và số liệu đều là hư cấu."
)
ABOUT_EN = (
    "Three days of business meetings between suppliers, cooperatives, craft villages and buyers from Vietnam and "
    "abroad. All companies, people and figures are fictional."
)
SLOT_MINUTES = 25
BREAK_MINUTES = 5
BUYER_CAP = 16
BUYER_WISH = 6
TABLES_IN_HALL_A = 18
TABLES = 30

# The opening takes the first morning; lunch is kept free on the other two days.
SESSIONS = (
    (0, time(14, 0), time(17, 0)),
    (1, time(8, 30), time(12, 0)),
    (1, time(13, 30), time(16, 30)),
    (2, time(8, 30), time(11, 30)),
    (2, time(13, 30), time(15, 30)),
)
RATES = (("USD", "1"), ("VND", "0.000038"), ("EUR", "1.16"), ("JPY", "0.0066"))
RATES_FIXED_BEFORE = timedelta(days=12)
INTERPRETERS = (
    ("Đoàn Thị Mai Anh", "en"),
    ("Cao Minh Quân", "en"),
    ("Lương Thu Hiền", "en"),
    ("Phùng Đức Anh", "en"),
    ("Tô Ngọc Lan", "en"),
    ("Chu Hoài Nam", "en"),
    ("Vương Khánh Vân", "en"),
    ("Nghiêm Thị Hoa", "ja"),
    ("Thái Sơn Hải", "ja"),
    ("Lưu Bảo Trâm", "ja"),
    ("Quách Thùy Chi", "ko"),
    ("Kiều Nhật Minh", "ko"),
    ("Hứa Phương Mai", "fr"),
    ("Triệu Gia Hân", "zh"),
)
ILL_INTERPRETER = "I03"
# The interpreter worked in the morning of day 2 and went home ill at lunch.
ILL_SLOTS = tuple(range(14, 20))


def sessions_of(opens_on: date) -> tuple[Session, ...]:
    """Return the five sessions of the three days."""
    return tuple(
        Session(
            day=opens_on + timedelta(days=day),
            starts_at=starts_at,
            ends_at=ends_at,
            slot_minutes=SLOT_MINUTES,
            break_minutes=BREAK_MINUTES,
        )
        for day, starts_at, ends_at in SESSIONS
    )


def slots_of(sessions: tuple[Session, ...]) -> tuple[Slot, ...]:
    """Return the slots of all sessions, numbered from 1; a slot starts every 30 minutes and the last one fits."""
    zone = ZoneInfo(TIME_ZONE)
    found: list[Slot] = []
    for session in sessions:
        start = datetime.combine(session.day, session.starts_at, tzinfo=zone)
        end = datetime.combine(session.day, session.ends_at, tzinfo=zone)
        while start + timedelta(minutes=session.slot_minutes) <= end:
            stop = start + timedelta(minutes=session.slot_minutes)
            found.append(
                Slot(
                    number=len(found) + 1,
                    day=session.day,
                    starts_at=start.astimezone(UTC),
                    ends_at=stop.astimezone(UTC),
                )
            )
            start = stop + timedelta(minutes=session.break_minutes)
    return tuple(found)


def at(day: date, clock: time) -> datetime:
    """Return a local time of the fair's city as an instant in UTC."""
    return datetime.combine(day, clock, tzinfo=ZoneInfo(TIME_ZONE)).astimezone(UTC)


def consent_withdrawn_at(opens_on: date) -> datetime:
    """Return when one exhibitor withdraws its consent: on the eve, after matching and before its meetings."""
    return at(opens_on - timedelta(days=1), time(15))


def sectors() -> tuple[Sector, ...]:
    """Return the demo's twelve sectors with the suppliers counted from the content."""
    suppliers = [row for row in company_rows() if row.side == "exhibitor"]
    return tuple(
        Sector(
            code=row["code"],
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            share_percent=int(row["share"]),
            suppliers=sum(1 for one in suppliers if one.sector == row["code"]),
            category_codes=tuple(
                sorted({one.category for one in products().values() if one.sector == row["code"]}),
            ),
        )
        for row in rows("sectors")
    )


def interpreters() -> tuple[Interpreter, ...]:
    """Return the interpreters; one of them is absent in the afternoon of day 2."""
    return tuple(
        Interpreter(
            code=f"I{number:02d}",
            name=name,
            email=f"interpreter{number:02d}@staff.example.test",
            language=language,
            absent_slots=ILL_SLOTS if f"I{number:02d}" == ILL_INTERPRETER else (),
            absence_reason="ill" if f"I{number:02d}" == ILL_INTERPRETER else None,
        )
        for number, (name, language) in enumerate(INTERPRETERS, start=1)
    )


def rates(opens_on: date) -> tuple[FairRate, ...]:
    """Return the fixed rates in US dollars a unit. They are invented, and their source says so."""
    fixed_on = opens_on - RATES_FIXED_BEFORE
    return tuple(
        FairRate(
            currency=currency,
            rate=Decimal(rate),
            fixed_on=fixed_on,
            source_vi="Tỷ giá minh họa do ban tổ chức hội chợ mẫu ấn định, không phải tỷ giá thị trường",
            source_en="Sample rates fixed by the organiser of the reference fair, not market rates",
        )
        for currency, rate in RATES
    )


def tables() -> tuple[Table, ...]:
    """Return the thirty tables: A01 to A18 and B01 to B12."""
    in_a = [Table(code=f"A{number:02d}", hall_code="A") for number in range(1, TABLES_IN_HALL_A + 1)]
    in_b = [Table(code=f"B{number:02d}", hall_code="B") for number in range(1, TABLES - TABLES_IN_HALL_A + 1)]
    return (*in_a, *in_b)


def build_fair(opens_on: date) -> Fair:
    """Return the fair that opens on the given day and closes two days later."""
    sessions = sessions_of(opens_on)
    return Fair(
        name_vi="Hội chợ kết nối chuỗi cung ứng hàng không và hàng hóa bền vững Hà Nội",
        name_en="Hanoi Aviation Supply-Chain and Sustainable Goods Fair",
        slug=f"hanoi-aviation-{opens_on.year}",
        about_vi=ABOUT_VI,
        about_en=ABOUT_EN,
        organizer_vi="Ban tổ chức hội chợ mẫu",
        organizer_en="Organising committee of the reference fair",
        city_vi="Hà Nội",
        city_en="Hanoi",
        country="VN",
        time_zone=TIME_ZONE,
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=2),
        report_currency="USD",
        meetings_cap=BUYER_CAP,
        meetings_wished=BUYER_WISH,
        requests_open_at=at(opens_on - timedelta(days=40), time(8)),
        requests_close_at=at(opens_on - timedelta(days=4), time(17)),
        sessions=sessions,
        slots=slots_of(sessions),
        halls=(
            Hall(code="A", name_vi="Nhà A, sảnh giao thương", name_en="Hall A, meeting lounge"),
            Hall(code="B", name_vi="Nhà B, khu làng nghề", name_en="Hall B, craft village"),
        ),
        tables=tables(),
        rates=rates(opens_on),
        sectors=sectors(),
        interpreters=interpreters(),
    )
