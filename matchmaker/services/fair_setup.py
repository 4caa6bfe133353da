"""Set up a fair: its days and rules, halls and tables, sessions and slots, rates and sectors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import Acceptance, Phase, TimeChoice, check_days
from matchmaker.domain.money.currencies import currency_of
from matchmaker.domain.money.errors import UnknownCurrency
from matchmaker.domain.scheduling.slots import Session as Opening
from matchmaker.domain.scheduling.slots import SlotError, slots_of
from matchmaker.domain.spreadsheets.countries import country_code
from matchmaker.models import Category, Fair, FairCategory, FairRate, FairSession, Hall, MeetingTable, Slot
from matchmaker.services import fairs, history, phases

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime, time

    from sqlalchemy.orm import Session

    from matchmaker.domain.scheduling.slots import Slot as CutSlot
    from matchmaker.services.fairs import FairFacts

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG, LONGEST_NAME, LONGEST_CITY = 60, 250, 80
LARGEST_RATE, RATE_PLACES = 100_000_000, 10
MOST_SLOTS = 1_000
# Addresses below /fairs that are pages of their own.
RESERVED_SLUGS = frozenset({"new"})
OWN_RATE_SOURCE = "report currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class HallPlan:
    """A hall and the codes of its tables, such as ``A07``; table codes are unique in the whole fair."""

    code: str
    name_vi: str
    name_en: str
    table_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """A stretch of one day in the fair's local time, to be cut into slots of so many minutes with breaks between."""

    day: date
    starts_at: time
    ends_at: time
    slot_minutes: int = 25
    break_minutes: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePlan:
    """One unit of ``currency`` in the fair's report currency, with the day and the source it was taken from."""

    currency: str
    rate: Decimal
    fixed_on: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FairPlan:
    """All a fair is set up from. The rate of the report currency itself is added by the service."""

    slug: str
    name_vi: str
    name_en: str
    city_vi: str
    city_en: str
    country: str
    opens_on: date
    closes_on: date
    time_zone: str
    report_currency: str
    halls: tuple[HallPlan, ...] = ()
    sessions: tuple[SessionPlan, ...] = ()
    rates: tuple[RatePlan, ...] = ()
    sectors: tuple[str, ...] = ()
    about_vi: str = ""
    about_en: str = ""
    phase: Phase = Phase.PROFILES
    acceptance: Acceptance = Acceptance.PERSON
    time_choice: TimeChoice = TimeChoice.ORGANIZER
    request_minutes: int = 4320
    fair_request_minutes: int = 120
    request_quota_day: int | None = None
    request_quota_total: int | None = None
    meetings_cap: int = 16
    list_length: int = 10


def create_fair(session: Session, *, plan: FairPlan, by: uuid.UUID | None, now: datetime) -> FairFacts:
    """Create a fair with its halls, tables, sessions, slots, rates and sectors, and return its facts.

    Raises Refused with the field to blame: bad_slug, slug_taken, name_too_long, unknown_country, what
    ``check_days`` raises, unknown_zone, unknown_currency, bad_rate, unknown_sector, table_twice, session_outside_days,
    too_many_slots, or a code of the slot rules (bad_length, ends_before_start, sessions_overlap, nonexistent_time).
    """
    if found := faults(session, plan=plan):
        raise found[0]
    slots = cut_sessions(plan.sessions, opens_on=plan.opens_on, closes_on=plan.closes_on, zone=ZoneInfo(plan.time_zone))
    fair = _fair_row(plan, now)
    session.add(fair)
    session.flush()
    _add_halls(session, fair.id, plan.halls)
    session.add_all(
        FairSession(
            fair_id=fair.id,
            day=one.day,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            slot_minutes=one.slot_minutes,
            break_minutes=one.break_minutes,
        )
        for one in plan.sessions
    )
    _add_slots(session, fair.id, slots, ZoneInfo(plan.time_zone))
    session.add_all(
        FairRate(fair_id=fair.id, currency=one.currency, rate=one.rate, fixed_on=one.fixed_on, source=one.source)
        for one in _rates(plan, now)
    )
    session.add_all(FairCategory(fair_id=fair.id, category_code=code) for code in plan.sectors)
    _date_phases(session, plan, now)
    history.record(
        session, action="fair_created", subject_kind="fair", subject_id=fair.id, by=by, now=now, fair_id=fair.id
    )
    session.flush()
    return fairs.by_slug(session, slug=plan.slug)


def numbered_halls(*, tables: int, halls: int = 1) -> tuple[HallPlan, ...]:
    """Return halls A, B, … that share so many tables as evenly as they can, each table numbered in its hall."""
    plans = []
    for index in range(halls):
        letter = chr(ord("A") + index)
        count = tables // halls + (index < tables % halls)
        codes = tuple(f"{letter}{number:02d}" for number in range(1, count + 1))
        plans.append(HallPlan(code=letter, name_vi=f"Nhà {letter}", name_en=f"Hall {letter}", table_codes=codes))
    return tuple(plans)


def faults(session: Session, *, plan: FairPlan) -> list[Refused]:
    """Return all that create_fair refuses a plan for, apart from its sessions; at most one fault for each question."""
    checks = (
        partial(_check_slug, session, plan.slug),
        partial(_check_texts, plan, "name", LONGEST_NAME),
        partial(_check_texts, plan, "city", LONGEST_CITY),
        partial(_check_country, plan.country),
        partial(check_days, opens_on=plan.opens_on, closes_on=plan.closes_on),
        partial(zone_of, plan.time_zone),
        partial(_check_money, plan),
        partial(_check_tables, plan),
        partial(_check_sectors, session, plan.sectors),
    )
    found = []
    for check in checks:
        try:
            check()
        except Refused as refused:
            found.append(refused)
    return found


def check_names(named: Any) -> None:
    """Raise Refused for a name or city that is missing or too long, or an unknown country."""
    _check_texts(named, "name", LONGEST_NAME)
    _check_texts(named, "city", LONGEST_CITY)
    _check_country(named.country)


def _check_slug(session: Session, slug: str) -> None:
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
        raise Refused("bad_slug", field="slug", slug=slug)
    if slug in RESERVED_SLUGS or session.scalar(select(Fair.id).where(Fair.slug == slug)) is not None:
        raise Refused("slug_taken", field="slug", slug=slug)


def _check_texts(named: Any, name: str, limit: int) -> None:
    for field in (f"{name}_vi", f"{name}_en"):
        if not getattr(named, field).strip():
            raise Refused("name_missing", field=field)
        if len(getattr(named, field)) > limit:
            raise Refused("name_too_long", field=field, limit=limit)


def _check_country(code: str) -> None:
    if country_code(code) != code:
        raise Refused("unknown_country", field="country", country=code)


def _check_tables(plan: FairPlan) -> None:
    tables = [code for hall in plan.halls for code in hall.table_codes]
    if len(tables) != len(set(tables)):
        raise Refused("table_twice", field="halls")


def _check_sectors(session: Session, sectors: tuple[str, ...]) -> None:
    known = set(session.scalars(select(Category.code).where(Category.code.in_(sectors))))
    if unknown := set(sectors) - known:
        raise Refused("unknown_sector", field="sectors", sector=min(unknown))


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name; raise Refused('unknown_zone') for what is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("unknown_zone", field="time_zone", zone=name) from None


def _check_money(plan: FairPlan) -> None:
    currency_known(plan.report_currency)
    for one in plan.rates:
        check_rate(one)


def currency_known(code: str) -> None:
    """Raise Refused('unknown_currency') for a code that is no currency known here."""
    try:
        currency_of(code)
    except UnknownCurrency:
        raise Refused("unknown_currency", field="report_currency", currency=code) from None


def check_rate(plan: RatePlan) -> None:
    """Raise Refused for a rate of an unknown currency, out of range, or finer than is kept."""
    currency_known(plan.currency)
    if not plan.rate.is_finite() or not 0 < plan.rate < LARGEST_RATE or plan.rate != round(plan.rate, RATE_PLACES):
        raise Refused("bad_rate", field="rates", currency=plan.currency, limit=LARGEST_RATE)


def cut_sessions(sessions: Iterable[SessionPlan], *, opens_on: date, closes_on: date, zone: ZoneInfo) -> list[CutSlot]:
    """Cut every session by its own lengths, and refuse sessions that overlap or lie outside the fair's days."""
    ordered = sorted(sessions, key=lambda one: (one.day, one.starts_at))
    for one, after in pairwise(ordered):
        if one.day == after.day and after.starts_at < one.ends_at:
            raise Refused("sessions_overlap", field="sessions")
    slots: list[CutSlot] = []
    for one in ordered:
        if not opens_on <= one.day <= closes_on:
            raise Refused("session_outside_days", field="sessions", day=one.day.isoformat())
        opening = Opening(code="", on=one.day, opens=one.starts_at, closes=one.ends_at)
        try:
            slots += slots_of(sessions=[opening], minutes=one.slot_minutes, gap_minutes=one.break_minutes, zone=zone)
        except SlotError as error:
            raise Refused(error.code, field="sessions") from error
    if len(slots) > MOST_SLOTS:
        raise Refused("too_many_slots", field="sessions", limit=MOST_SLOTS)
    return slots


def _fair_row(plan: FairPlan, now: datetime) -> Fair:
    return Fair(
        slug=plan.slug,
        name_vi=plan.name_vi,
        name_en=plan.name_en,
        about_vi=plan.about_vi,
        about_en=plan.about_en,
        city_vi=plan.city_vi,
        city_en=plan.city_en,
        country=plan.country,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        time_zone=plan.time_zone,
        report_currency=plan.report_currency,
        phase=plan.phase,
        acceptance=plan.acceptance,
        time_choice=plan.time_choice,
        request_minutes=plan.request_minutes,
        fair_request_minutes=plan.fair_request_minutes,
        request_quota_day=plan.request_quota_day,
        request_quota_total=plan.request_quota_total,
        meetings_cap=plan.meetings_cap,
        list_length=plan.list_length,
        created_at=now,
    )


def _add_halls(session: Session, fair_id: uuid.UUID, plans: Iterable[HallPlan]) -> None:
    for plan in plans:
        hall = Hall(fair_id=fair_id, code=plan.code, name_vi=plan.name_vi, name_en=plan.name_en)
        session.add(hall)
        session.flush()
        session.add_all(MeetingTable(fair_id=fair_id, hall_id=hall.id, code=code) for code in plan.table_codes)


def _add_slots(session: Session, fair_id: uuid.UUID, slots: Sequence[CutSlot], zone: ZoneInfo) -> None:
    session.add_all(
        Slot(
            fair_id=fair_id,
            number=number,
            day=slot.starts_at.astimezone(zone).date(),
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
        )
        for number, slot in enumerate(slots, 1)
    )


def _date_phases(session: Session, plan: FairPlan, now: datetime) -> None:
    """Give the fair's days and its follow-up their dates, so that the clock alone brings any fair to its end."""
    usual = phases.usual_dates(opens_on=plan.opens_on, closes_on=plan.closes_on, zone=ZoneInfo(plan.time_zone))
    facts = fairs.by_slug(session, slug=plan.slug)
    order = list(Phase)
    wanted = {phase: at for phase, at in usual.items() if at > now or order.index(phase) <= order.index(plan.phase)}
    phases.set_dates(session, fair=facts, wanted=wanted, by=None, now=now)


def _rates(plan: FairPlan, now: datetime) -> list[RatePlan]:
    own = RatePlan(currency=plan.report_currency, rate=Decimal(1), fixed_on=now.date(), source=OWN_RATE_SOURCE)
    return [own, *(one for one in plan.rates if one.currency != plan.report_currency)]
