"""The deal ledger: totals that count each deal once, beside the naive sum that does not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from matchmaker.domain.deals.deal import SettledDeal, direction_of, partner_country_of, reach_of, settle
from matchmaker.domain.deals.reports import Horizon, Side
from matchmaker.domain.deals.stages import COUNT_ONLY, Outcome
from matchmaker.domain.money.amount import Money, exact_sum

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from matchmaker.domain.deals.deal import Deal
    from matchmaker.domain.deals.reconcile import Reconciled
    from matchmaker.domain.money.rates import FixedRates

UNKNOWN = "unknown"


class Dimension(StrEnum):
    """What totals can be split by; every deal falls under exactly one key of each."""

    STAGE = "stage"
    EVIDENCE = "evidence"
    HORIZON = "horizon"
    CURRENCY = "currency"
    SECTOR = "sector"
    COUNTRY = "country"
    DAY = "day"
    DIRECTION = "direction"
    REACH = "reach"
    ATTRIBUTION = "attribution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of deals and their value, with the ids of the deals so that a page can list them.

    ``value`` is the reconciled sum and ``naive`` the sum of both sides' standing reports, both in the report currency.
    """

    value: Money
    naive: Money
    deal_ids: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many deals, with or without a named value."""
        return len(self.deal_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFigure:
    """What deals over several years bring in one of them, in the report currency, with the ids of the deals."""

    value: Money
    deal_ids: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many deals bring something in that year."""
        return len(self.deal_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class NaiveSum:
    """What adding up the standing reports of both sides would claim."""

    seller: Money
    buyer: Money
    seller_report_count: int
    buyer_report_count: int

    @property
    def total(self) -> Money:
        """The seller reports and the buyer reports together."""
        return self.seller + self.buyer


# Without slots, so that what is worked out from the deals is kept beside them.
@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The settled deals of a fair, sorted by id, and the totals over them.

    ``deals`` are in the headline; ``realised_deals`` carry a realised value (most of them are in ``deals`` too);
    ``counted_only`` ended in no fit or a follow-up; ``refused_ids`` state a value without a held meeting and count
    nowhere; ``silent_ids`` have no report.
    """

    report_currency: str
    home_country: str
    deals: tuple[SettledDeal, ...]
    realised_deals: tuple[SettledDeal, ...]
    counted_only: Mapping[Outcome, tuple[str, ...]]
    refused_ids: tuple[str, ...]
    silent_ids: tuple[str, ...]

    @property
    def headline(self) -> Figure:
        """All deals from quotation to order."""
        return self._figure(self._headline_rows)

    @property
    def realised(self) -> Figure:
        """What was delivered or paid; never part of the headline."""
        rows = [(settled, settled.realised) for settled in self.realised_deals if settled.realised is not None]
        return _summed(
            tuple([settled.deal.deal_id for settled, _ in rows]),
            [_adds(realised, self.report_currency) for _, realised in rows],
            self.report_currency,
        )

    @property
    def savings(self) -> tuple[int, Money]:
        """What buyers say they save by deals of the headline, and by how many; never part of the headline."""
        named = [settled.saving for settled in self.deals if settled.saving is not None]
        return len(named), Money.total(named, currency=self.report_currency)

    @property
    def naive(self) -> NaiveSum:
        """The headline's standing reports added without reconciling."""
        counted = [reconciled for _, reconciled in self._headline_rows]
        seller = [each.seller_value for each in counted if each.seller_value is not None]
        buyer = [each.buyer_value for each in counted if each.buyer_value is not None]
        return NaiveSum(
            seller=Money.total(seller, currency=self.report_currency),
            buyer=Money.total(buyer, currency=self.report_currency),
            seller_report_count=len(seller),
            buyer_report_count=len(buyer),
        )

    @property
    def valued(self) -> tuple[tuple[str, Money], ...]:
        """Deal id and value of each headline deal that names one, largest first."""
        named = [
            (settled.deal.deal_id, reconciled.value)
            for settled, reconciled in self._headline_rows
            if reconciled.value is not None
        ]
        return tuple(sorted(named, key=lambda row: (-row[1].amount, row[0])))

    def split(self, *dimensions: Dimension) -> dict[tuple[str, ...], Figure]:
        """The headline by one or more dimensions at once; the figures sum to the headline, keys are sorted."""
        if dimensions not in self._splits:
            self._splits[dimensions] = self._split(dimensions)
        return dict(self._splits[dimensions])

    def _split(self, dimensions: tuple[Dimension, ...]) -> dict[tuple[str, ...], Figure]:
        cells: dict[tuple[str, ...], list[tuple[SettledDeal, Reconciled]]] = defaultdict(list)
        for row, keys in zip(self._headline_rows, self._headline_keys, strict=True):
            cells[tuple([keys[dimension] for dimension in dimensions])].append(row)
        return {key: self._figure(cells[key]) for key in sorted(cells)}

    def of_companies(self, company_ids: frozenset[str]) -> Figure:
        """The headline's deals in which one of these companies takes part, on either side."""
        return self._figure(
            [
                (settled, reconciled)
                for settled, reconciled in self._headline_rows
                if settled.deal.seller_id in company_ids or settled.deal.buyer_id in company_ids
            ]
        )

    def originals(self) -> dict[str, Money]:
        """The headline in the currencies the values were stated in, each deal once, by currency code."""
        sums: dict[str, Money] = {}
        for _, reconciled in self._headline_rows:
            stated = reconciled.original
            if stated is not None:
                sums[stated.currency] = sums.get(stated.currency, Money.zero(stated.currency)) + stated
        return dict(sorted(sums.items()))

    def by_year(self) -> dict[str, YearFigure]:
        """What the deals over several years bring in each year, the earliest first and ``UNKNOWN`` last.

        Under ``UNKNOWN`` stand those that nobody spread over years. The figures sum to the headline's deals of that
        horizon; a deal stands under every year that it brings something in.
        """
        parts: dict[str, list[tuple[str, Money]]] = defaultdict(list)
        for settled, reconciled in self._headline_rows:
            for year, amount in amounts_by_year(reconciled).items():
                parts[year].append((settled.deal.deal_id, amount))
        return {
            year: YearFigure(
                value=Money.total((amount for _, amount in parts[year]), currency=self.report_currency),
                deal_ids=tuple([deal_id for deal_id, _ in parts[year]]),
            )
            for year in sorted(parts)
        }

    @cached_property
    def _headline_rows(self) -> list[tuple[SettledDeal, Reconciled]]:
        return [(settled, settled.reconciled) for settled in self.deals if settled.reconciled is not None]

    @cached_property
    def _splits(self) -> dict[tuple[Dimension, ...], dict[tuple[str, ...], Figure]]:
        """What was split before: every table and chart of a report asks for the same few."""
        return {}

    @cached_property
    def _headline_keys(self) -> list[dict[Dimension, str]]:
        """A report splits the same deals a dozen times, so their keys are worked out once."""
        return [_keys(*row, home_country=self.home_country) for row in self._headline_rows]

    @cached_property
    def _summands(self) -> dict[str, tuple[Decimal, Decimal]]:
        """What each deal of the headline adds to a value and to a naive sum: every split adds the same up again."""
        return {
            settled.deal.deal_id: _adds(reconciled, self.report_currency) for settled, reconciled in self._headline_rows
        }

    def _figure(self, rows: Sequence[tuple[SettledDeal, Reconciled]]) -> Figure:
        """The figure of some rows of the headline."""
        ids = tuple([settled.deal.deal_id for settled, _ in rows])
        return _summed(ids, [self._summands[key] for key in ids], self.report_currency)


def _adds(reconciled: Reconciled, currency: str) -> tuple[Decimal, Decimal]:
    """What one deal counts for, and what both its sides' statements add up to."""
    stated = [value for value in (reconciled.seller_value, reconciled.buyer_value) if value is not None]
    counted = Money.zero(currency) if reconciled.value is None else reconciled.value
    return counted.amount, Money.total(stated, currency=currency).amount if stated else Decimal(0)


def _summed(ids: tuple[str, ...], summands: Sequence[tuple[Decimal, Decimal]], currency: str) -> Figure:
    return Figure(
        value=Money(amount=exact_sum(value for value, _ in summands), currency=currency),
        naive=Money(amount=exact_sum(naive for _, naive in summands), currency=currency),
        deal_ids=ids,
    )


def _keys(settled: SettledDeal, reconciled: Reconciled, *, home_country: str) -> dict[Dimension, str]:
    """The one key a deal has in each dimension."""
    deal, original = settled.deal, reconciled.original
    return {
        Dimension.STAGE: reconciled.stage,
        Dimension.EVIDENCE: reconciled.level,
        Dimension.HORIZON: reconciled.horizon or UNKNOWN,
        Dimension.CURRENCY: original.currency if original else UNKNOWN,
        Dimension.SECTOR: deal.sector or UNKNOWN,
        Dimension.COUNTRY: partner_country_of(deal, home_country=home_country),
        Dimension.DAY: deal.happened_on.isoformat(),
        Dimension.DIRECTION: direction_of(deal, home_country=home_country),
        Dimension.REACH: reach_of(deal, home_country=home_country),
        Dimension.ATTRIBUTION: settled.attribution or UNKNOWN,
    }


def amounts_by_year(reconciled: Reconciled) -> dict[str, Money]:
    """What a value over several years brings in each, or all of it under ``UNKNOWN`` where nobody spread it.

    Years without an amount are left out, and so is every value that is expected sooner.
    """
    value = reconciled.value
    if value is None or reconciled.horizon is not Horizon.MULTI_YEAR:
        return {}
    parts = {
        str(part.year): Money(amount=part.amount, currency=value.currency)
        for part in reconciled.per_year
        if part.amount
    }
    return parts or {UNKNOWN: value}


def build_ledger(
    deals: Iterable[Deal], *, rates: FixedRates, home_country: str, as_of: datetime | None = None
) -> Ledger:
    """Settle every deal once and sort it into its place; the order of deals and reports does not matter.

    ``as_of`` draws the ledger up as it stood then. Raises ``MissingRate`` when a value's currency has no fixed rate.
    """
    headline: list[SettledDeal] = []
    realised: list[SettledDeal] = []
    counted: dict[Outcome, list[str]] = {outcome: [] for outcome in sorted(COUNT_ONLY)}
    refused: list[str] = []
    silent: list[str] = []
    for deal in sorted(deals, key=lambda deal: deal.deal_id):
        settled = settle(deal, rates=rates, as_of=as_of)
        if lacks_meeting(settled):
            refused.append(deal.deal_id)
            continue
        if settled.realised is not None:
            realised.append(settled)
        if settled.is_in_headline:
            headline.append(settled)
        elif settled.reconciled is not None:
            counted[settled.reconciled.stage].append(deal.deal_id)
        elif settled.realised is None:
            silent.append(deal.deal_id)
    return Ledger(
        report_currency=rates.report_currency,
        home_country=home_country,
        deals=tuple(headline),
        realised_deals=tuple(realised),
        counted_only={outcome: tuple(ids) for outcome, ids in counted.items()},
        refused_ids=tuple(refused),
        silent_ids=tuple(silent),
    )


def lacks_meeting(settled: SettledDeal) -> bool:
    """Whether a side's standing value has no held meeting under it, as when a check-in is corrected afterwards."""
    if settled.deal.held_meeting_ids:
        return False
    columns: Sequence[Reconciled | None] = (settled.reconciled, settled.realised)
    return any(
        report.value is not None and report.stated_by is not Side.ORGANIZER and report.report_id in column.report_ids
        for column in columns
        if column is not None
        for report in settled.deal.reports
    )
