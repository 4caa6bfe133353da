"""The deals behind a figure of a report: those of the total, and what was stated, saved or delivered of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.deals.deal import direction_of, partner_country_of, reach_of, settle
from matchmaker.domain.deals.ledger import UNKNOWN, Dimension, amounts_by_year
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.funnel import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from matchmaker.domain.deals.deal import SettledDeal
    from matchmaker.domain.deals.reconcile import Reconciled
    from matchmaker.services.report_rows import Encounter
    from matchmaker.services.reports import FairResults


# What a deal has one key of each; the other names of a filter ask for sets of deals.
DIMENSIONS = frozenset(map(str, Dimension))


class Amount(StrEnum):
    """What a list of deals adds up: what counts of them, or one of the figures that stand beside the total."""

    COUNTED = ""
    STATED = "stated"
    SAVED = "saved"
    REALISED = "realised"


class Among(StrEnum):
    """Deals that a figure singles out by their size, or because no meeting led to them."""

    LARGEST_TENTH = "tenth"
    LARGEST = "largest"
    MIDDLE = "middle"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class DealRow:
    """One deal of a list: who, what counts of it, under which key of each dimension it falls, and what it adds.

    ``amount`` is what the deal adds to the list's figure, None where nobody named a value or it counts nowhere.
    """

    deal_id: str
    about: Encounter
    settled: SettledDeal
    counted: Reconciled
    keys: Mapping[str, str]
    amount: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFilter:
    """Which deals to list; what is empty is not asked for. A dimension takes several keys with commas between them."""

    stage: str = ""
    evidence: str = ""
    day: str = ""
    sector: str = ""
    country: str = ""
    reach: str = ""
    direction: str = ""
    horizon: str = ""
    currency: str = ""
    attribution: str = ""
    help: str = ""
    flag: str = ""
    among: str = ""
    amount: str = ""
    year: str = ""

    def given(self) -> dict[str, str]:
        """What is asked for, by name."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}


def deal_rows(results: FairResults, *, wanted: DealFilter | None = None) -> Sequence[DealRow]:
    """Return the deals that a filter asks for, largest first; without one, all of the headline.

    The amounts of the rows add up to the figure they stand behind: the headline, or what was stated, saved or
    delivered. The deals of a flag may include some that count nowhere, and those of a year add only what they bring in
    it.
    """
    asked = wanted.given() if wanted else {}
    if not wanted or not asked:
        return _pool(results, Amount.COUNTED)
    rows = _ordered(_flagged(results, wanted.flag)) if wanted.flag else _pool(results, wanted.amount)
    for ids in _named_sets(results, wanted):
        rows = [row for row in rows if row.deal_id in ids]
    for name in asked.keys() & DIMENSIONS:
        keys = frozenset(asked[name].split(","))
        rows = [row for row in rows if row.keys[name] in keys]
    return _ordered(_in_years(rows, years=wanted.year.split(","))) if wanted.year else rows


def _ordered(rows: Iterable[DealRow]) -> list[DealRow]:
    """Largest first."""
    return sorted(rows, key=lambda row: (-(row.amount.amount if row.amount else Decimal(0)), row.deal_id))


def _pool(results: FairResults, amount: str) -> Sequence[DealRow]:
    """All deals that a kind of list chooses from, largest first."""
    name = amount if amount in _POOLS else str(Amount.COUNTED)
    return results.once(("deals", name), lambda: _ordered(_POOLS[name](results)))


def _headline(results: FairResults) -> Iterable[DealRow]:
    for settled in results.report.ledger.deals:
        if settled.reconciled is not None:
            yield _row(results, settled, settled.reconciled, settled.reconciled.value)


def _stated(results: FairResults) -> Iterable[DealRow]:
    """The deals of which a side stated a value, with what both sides' statements add up to."""
    for settled in results.report.ledger.deals:
        counted = settled.reconciled
        values = [value for value in (counted.seller_value, counted.buyer_value) if value] if counted else []
        if counted is not None and values:
            both = Money.total(values, currency=results.report.ledger.report_currency)
            yield _row(results, settled, counted, both)


def _saved(results: FairResults) -> Iterable[DealRow]:
    for settled in results.report.ledger.deals:
        if settled.reconciled is not None and settled.saving is not None:
            yield _row(results, settled, settled.reconciled, settled.saving)


def _realised(results: FairResults) -> Iterable[DealRow]:
    """What was delivered or paid, be there a deal of the headline before it or not."""
    for settled in results.report.ledger.realised_deals:
        if settled.realised is not None:
            yield _row(results, settled, settled.realised, settled.realised.value)


_POOLS: Mapping[str, Callable[[FairResults], Iterable[DealRow]]] = {
    Amount.COUNTED: _headline,
    Amount.STATED: _stated,
    Amount.SAVED: _saved,
    Amount.REALISED: _realised,
}


def _flagged(results: FairResults, code: str) -> Iterable[DealRow]:
    """The deals of a flag; one that is not in the headline adds nothing."""
    ids = {key for flag in results.report.flags if flag.code == code for key in flag.deal_ids}
    counted = {row.deal_id: row for row in _pool(results, Amount.COUNTED)}
    for deal in results.loaded.rows.deals:
        if deal.deal_id not in ids:
            continue
        if deal.deal_id in counted:
            yield counted[deal.deal_id]
        else:
            settled = settle(deal, rates=results.report.rates, as_of=results.report.as_of)
            stated = settled.reconciled or settled.realised
            if stated is not None:
                yield _row(results, settled, stated, None)


def _in_years(rows: Iterable[DealRow], *, years: Iterable[str]) -> Iterable[DealRow]:
    """The rows that bring something in one of these years, each with that part of its value."""
    for row in rows:
        parts = amounts_by_year(row.counted)
        found = [parts[year] for year in dict.fromkeys(years) if year in parts]
        if row.amount is not None and found:
            yield replace(row, amount=Money.total(found, currency=row.amount.currency))


def _named_sets(results: FairResults, wanted: DealFilter) -> list[frozenset[str]]:
    """The sets of deals that a filter asks for by their name; one nobody knows holds none."""
    report = results.report
    spread, outside = report.spread, {step.step: step.from_outside.ids for step in report.funnel}
    last = Step.REALISED if wanted.amount == Amount.REALISED else Step.DEAL
    among: Mapping[str, tuple[str, ...]] = {
        Among.LARGEST_TENTH: spread.top_tenth.ids,
        Among.LARGEST: spread.largest.ids,
        Among.MIDDLE: spread.middle.ids,
        Among.OUTSIDE: outside[last],
    }
    found = []
    if wanted.among:
        found.append(frozenset(among.get(wanted.among, ())))
    if wanted.help:
        helped = report.by_help.get(wanted.help)
        found.append(frozenset(helped.deal_ids if helped else ()))
    return found


def _row(results: FairResults, settled: SettledDeal, counted: Reconciled, amount: Money | None) -> DealRow:
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
        "attribution": str(settled.attribution or UNKNOWN),
    }
    return DealRow(deal.deal_id, results.loaded.deals[deal.deal_id], settled, counted, keys, amount)
