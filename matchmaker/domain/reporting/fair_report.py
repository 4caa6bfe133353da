"""The fair report: companies, meetings, pairs, deals and values, counted apart and each linked to its rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.deals.flags import LARGE_VALUE, Flag, raise_flags
from matchmaker.domain.deals.ledger import Dimension, Figure, Ledger, YearFigure, build_ledger
from matchmaker.domain.reporting.figures import Count, Share, count_of, ratio_of
from matchmaker.domain.reporting.funnel import FunnelStep, build_funnel
from matchmaker.domain.reporting.meetings import MeetingCounts, companies_without_meeting, count_meetings, pair_key
from matchmaker.domain.reporting.values import ValueSpread, spread_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    from matchmaker.domain.money.amount import Money
    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.domain.reporting.rows import CompanyRow, FairRows


class Version(StrEnum):
    """The days a report is drawn up: at closing, a month after it, and after each follow-up wave."""

    CLOSING = "closing"
    DAY_30 = "day_30"
    MONTH_6 = "month_6"
    MONTH_12 = "month_12"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyCounts:
    """Who took part. A company that sells and buys is one company; foreign means registered abroad."""

    all: Count
    sellers: Count
    buyers: Count
    domestic: Count
    foreign: Count
    foreign_owned: Count
    by_country: dict[str, Count]
    hosted: Count
    supported: Count
    without_meeting: Count
    foreign_share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class FairReport:
    """One version of a fair's results, equal for equal rows in whatever order they came.

    ``deal_pairs`` are the company pairs behind the headline's deals. The tables of values are the headline split by
    stage and evidence, by stage, evidence and horizon, and by each single dimension; ``by_help`` are the deals of
    companies that came with help, ``hosted`` and ``supported``, which overlap. ``by_year`` spreads the deals over
    several years. ``ledger`` holds the deals themselves.
    ``rates`` are printed with the report, date and source.
    """

    version: Version
    as_of: datetime
    home_country: str
    rates: FixedRates
    companies: CompanyCounts
    meetings: MeetingCounts
    funnel: tuple[FunnelStep, ...]
    deal_pairs: Count
    ledger: Ledger
    headline: Figure
    realised: Figure
    by_stage_and_evidence: dict[tuple[str, ...], Figure]
    by_stage_evidence_horizon: dict[tuple[str, ...], Figure]
    by_dimension: dict[Dimension, dict[str, Figure]]
    by_help: dict[str, Figure]
    originals: dict[str, Money]
    by_year: dict[str, YearFigure]
    spread: ValueSpread
    flags: tuple[Flag, ...]

    @property
    def realisation_rate(self) -> Decimal | None:
        """Goods delivered or paid by the headline's value, to four decimals; None while the headline is nought."""
        return ratio_of(self.realised.value.amount, self.headline.value.amount)


def build_fair_report(
    rows: FairRows,
    *,
    rates: FixedRates,
    home_country: str,
    version: Version,
    as_of: datetime,
    large_value: Money = LARGE_VALUE,
) -> FairReport:
    """The report as it stands at ``as_of``: entries stated later are left out, the rows must be those of that time.

    ``home_country`` is the ISO 3166 code of the fair's country. Raises ``MissingRate`` when a stated value, or
    ``large_value``, is in a currency without a fixed rate.
    """
    ledger = build_ledger(rows.deals, rates=rates, home_country=home_country, as_of=as_of)
    meetings = count_meetings(rows.meetings, home_country=home_country)
    companies = count_companies(rows, home_country=home_country)
    return FairReport(
        version=version,
        as_of=as_of,
        home_country=home_country,
        rates=rates,
        companies=companies,
        meetings=meetings,
        funnel=build_funnel(rows, ledger=ledger),
        deal_pairs=count_deal_pairs(ledger),
        ledger=ledger,
        headline=ledger.headline,
        realised=ledger.realised,
        by_stage_and_evidence=ledger.split(Dimension.STAGE, Dimension.EVIDENCE),
        by_stage_evidence_horizon=ledger.split(Dimension.STAGE, Dimension.EVIDENCE, Dimension.HORIZON),
        by_dimension=_by_dimension(ledger),
        by_help=_by_help(ledger, companies),
        originals=ledger.originals(),
        by_year=ledger.by_year(),
        spread=spread_of(ledger, held_meetings=meetings.held.number),
        flags=raise_flags(
            ledger, deals=rows.deals, rates=rates, large_value=large_value, as_of=as_of, staff=rows.staff
        ),
    )


def _by_dimension(ledger: Ledger) -> dict[Dimension, dict[str, Figure]]:
    return {dimension: {key: figure for (key,), figure in ledger.split(dimension).items()} for dimension in Dimension}


def _by_help(ledger: Ledger, companies: CompanyCounts) -> dict[str, Figure]:
    return {
        "hosted": ledger.of_companies(frozenset(companies.hosted.ids)),
        "supported": ledger.of_companies(frozenset(companies.supported.ids)),
    }


def count_deal_pairs(ledger: Ledger) -> Count:
    """The company pairs behind the headline's deals."""
    return count_of(
        "pairs.deals", (pair_key(settled.deal.seller_id, settled.deal.buyer_id) for settled in ledger.deals)
    )


def count_companies(rows: FairRows, *, home_country: str) -> CompanyCounts:
    """Who took part, by role and by country, each company once."""
    by_country: dict[str, list[str]] = defaultdict(list)
    for row in rows.companies:
        by_country[row.country].append(row.company_id)

    def count(name: str, members: Iterable[CompanyRow]) -> Count:
        return count_of(f"companies.{name}", (row.company_id for row in members))

    everyone = count("all", rows.companies)
    foreign = count("foreign", (row for row in rows.companies if row.country != home_country))
    return CompanyCounts(
        all=everyone,
        sellers=count("sellers", (row for row in rows.companies if row.is_seller)),
        buyers=count("buyers", (row for row in rows.companies if row.is_buyer)),
        domestic=count("domestic", (row for row in rows.companies if row.country == home_country)),
        foreign=foreign,
        foreign_owned=count("foreign_owned", (row for row in rows.companies if _is_foreign_owned(row, home_country))),
        by_country={
            country: count_of(f"companies.country.{country}", by_country[country]) for country in sorted(by_country)
        },
        hosted=count("hosted", (row for row in rows.companies if row.is_hosted)),
        supported=count("supported", (row for row in rows.companies if row.is_supported)),
        without_meeting=companies_without_meeting(rows.companies, rows.meetings),
        foreign_share=Share(part=foreign, whole=everyone),
    )


def _is_foreign_owned(row: CompanyRow, home_country: str) -> bool:
    """Registered at home with a parent abroad; counted domestic, and named so that the reader can count otherwise."""
    return row.country == home_country and row.parent_country not in {None, home_country}
