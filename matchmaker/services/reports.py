"""The report of a fair: its figures, and the rows behind each of them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from matchmaker.domain.deals.deal import direction_of, partner_country_of, reach_of
from matchmaker.domain.deals.flags import LARGE_VALUE
from matchmaker.domain.deals.ledger import UNKNOWN
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.fair_report import FairReport, Version, build_fair_report
from matchmaker.services import ledger
from matchmaker.services.deals import fixed_rates
from matchmaker.services.report_rows import load_fair

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.deals.deal import SettledDeal
    from matchmaker.domain.deals.reconcile import Reconciled
    from matchmaker.domain.reporting.rows import MeetingRow
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_rows import Encounter, LoadedFair

# From how many months after closing a report is called by that version.
WAVES = ((12, Version.MONTH_12), (6, Version.MONTH_6))
A_MONTH_LATER = timedelta(days=30)
LARGE_WITHOUT_DOLLARS = Decimal(1_000_000)
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Seal:
    """How many entries the fair's ledger had, and the seal of the last, which fixes them all."""

    position: int
    digest: str


@dataclass(frozen=True, slots=True)
class FairResults:
    """A fair's report with the rows it was made from. Screen, files and command line all read this one object."""

    report: FairReport
    loaded: LoadedFair
    large_value: Money
    seal: Seal | None = None


@dataclass(frozen=True, slots=True)
class DealRow:
    """One deal of the headline: who, what counts of it, and under which key of each dimension it falls."""

    deal_id: str
    about: Encounter
    settled: SettledDeal
    counted: Reconciled
    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFilter:
    """Which deals of the headline to list; what is empty is not asked for. ``flag`` and ``top`` name a set of deals."""

    stage: str = ""
    evidence: str = ""
    day: str = ""
    sector: str = ""
    country: str = ""
    reach: str = ""
    direction: str = ""
    horizon: str = ""
    currency: str = ""
    flag: str = ""
    top: str = ""

    def given(self) -> dict[str, str]:
        """What is asked for, by name."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}


def results_of(session: Session, *, fair: FairFacts, now: datetime, is_sealed: bool = True) -> FairResults:
    """Draw up a fair's report as it stands now. Raises MissingRate when a value can't be converted.

    Lists of rows print no seal and do without it (``is_sealed``).
    """
    loaded = load_fair(session, fair=fair)
    rates = fixed_rates(session, fair=fair)
    has_dollars = rates.covers(LARGE_VALUE.currency)
    large = LARGE_VALUE if has_dollars else Money(amount=LARGE_WITHOUT_DOLLARS, currency=fair.report_currency)
    report = build_fair_report(
        loaded.rows,
        rates=rates,
        home_country=fair.country,
        version=version_at(fair, now=now),
        as_of=now,
        large_value=large,
    )
    last = ledger.head(session, fair_id=fair.id) if is_sealed else None
    return FairResults(report, loaded, large, Seal(last.position, last.digest) if last else None)


def due_on(fair: FairFacts) -> dict[Version, date]:
    """Return at the end of which day each version of a fair's report is kept."""
    return {
        Version.CLOSING: fair.closes_on,
        Version.DAY_30: fair.closes_on + A_MONTH_LATER,
        **{version: _months_after(fair.closes_on, months) for months, version in reversed(WAVES)},
    }


def version_at(fair: FairFacts, *, now: datetime) -> Version:
    """Return which version of the report is due: at closing, a month after, and after each follow-up."""
    today = now.astimezone(fair.zone).date()
    for months, version in WAVES:
        if today >= _months_after(fair.closes_on, months):
            return version
    return Version.DAY_30 if today >= fair.closes_on + A_MONTH_LATER else Version.CLOSING


def deal_rows(results: FairResults, *, wanted: DealFilter | None = None) -> list[DealRow]:
    """Return the deals of the headline that a filter asks for, largest first; without one, all of them.

    The values of all rows add up to the headline, and those of a filter to the figure it stands behind.
    """
    asked = (wanted or DealFilter()).given()
    chosen = _named_sets(results, asked)
    rows = [
        row
        for settled in results.report.ledger.deals
        if settled.reconciled is not None
        for row in [_row(results, settled, settled.reconciled)]
        if (chosen is None or row.deal_id in chosen)
        and all(row.keys[name] == value for name, value in asked.items() if name in row.keys)
    ]
    return sorted(rows, key=lambda row: (-(row.counted.value.amount if row.counted.value else Decimal(0)), row.deal_id))


def meeting_rows(results: FairResults, *, ids: frozenset[str] | None = None) -> list[tuple[MeetingRow, Encounter]]:
    """Return the meetings behind a count, by day and company; all of them without ids."""
    rows = [
        (row, results.loaded.meetings[row.meeting_id])
        for row in results.loaded.rows.meetings
        if ids is None or row.meeting_id in ids
    ]
    return sorted(rows, key=lambda pair: (pair[0].happens_on, pair[1].seller.name, pair[1].buyer.name))


def _row(results: FairResults, settled: SettledDeal, counted: Reconciled) -> DealRow:
    deal, home = settled.deal, results.report.home_country
    keys = {
        "stage": str(counted.stage),
        "evidence": str(counted.level),
        "day": deal.happened_on.isoformat(),
        "sector": deal.sector or UNKNOWN,
        "country": partner_country_of(deal, home_country=home),
        "reach": str(reach_of(deal, home_country=home)),
        "direction": str(direction_of(deal, home_country=home)),
        "horizon": str(counted.horizon or UNKNOWN),
        "currency": counted.original.currency if counted.original else UNKNOWN,
    }
    return DealRow(deal.deal_id, results.loaded.deals[deal.deal_id], settled, counted, keys)


def _named_sets(results: FairResults, asked: Mapping[str, str]) -> set[str] | None:
    """The deals of a flag or of the largest tenth, or None where neither is asked for."""
    chosen: set[str] | None = None
    if "flag" in asked:
        chosen = {key for flag in results.report.flags if flag.code == asked["flag"] for key in flag.deal_ids}
    if "top" in asked:
        top = set(results.report.spread.top_tenth.ids)
        chosen = top if chosen is None else chosen & top
    return chosen


def _months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
