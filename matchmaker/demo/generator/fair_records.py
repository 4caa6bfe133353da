"""What the reference fair tells of itself: days, slots, halls, tables, rates, sectors, interpreters."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FairRate:
    """One unit of ``currency`` in US dollars, fixed for the fair; ``fixed_on`` and source are printed with it."""

    currency: str
    rate: Decimal
    fixed_on: date
    source_vi: str
    source_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A stretch of one day, in the fair's local time, that is cut into slots of 25 minutes with 5 between."""

    day: date
    starts_at: time
    ends_at: time
    slot_minutes: int
    break_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One of the 29 time slots; ``number`` counts from 1 through the whole fair, instants are UTC."""

    number: int
    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """A hall of the ground."""

    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A meeting table, such as A07."""

    code: str
    hall_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A sector of the demo with its suppliers and the categories its offers use."""

    code: str
    name_vi: str
    name_en: str
    share_percent: int
    suppliers: int
    category_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A person who interprets between Vietnamese and one ``language``; absent in ``absent_slots``."""

    code: str
    name: str
    email: str
    language: str
    absent_slots: tuple[int, ...]
    absence_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fair:
    """The fair itself; names in both languages, all its grids and its fixed rates."""

    name_vi: str
    name_en: str
    slug: str
    about_vi: str
    about_en: str
    organizer_vi: str
    organizer_en: str
    city_vi: str
    city_en: str
    country: str
    time_zone: str
    opens_on: date
    closes_on: date
    report_currency: str
    meetings_cap: int
    meetings_wished: int
    requests_open_at: datetime
    requests_close_at: datetime
    sessions: tuple[Session, ...]
    slots: tuple[Slot, ...]
    halls: tuple[Hall, ...]
    tables: tuple[Table, ...]
    rates: tuple[FairRate, ...]
    sectors: tuple[Sector, ...]
    interpreters: tuple[Interpreter, ...]
