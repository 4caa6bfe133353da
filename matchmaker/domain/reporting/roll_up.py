"""Several fairs of a programme on one page: what adds up is added, and what is one thing is counted once.

Meetings, deals and their values belong to one fair each, so they are added. A company that comes to three fairs is one
company, and two companies that met at all three are one pair: these are counted distinct over the fairs. Values
are converted from each fair's report currency by the programme's own fixed rates, cell by cell, so that the cells of a
table always add up to its total.

Fairs are folded in one after the other. Of a fair that is in, its sums are kept, and eight bytes for each of its pairs.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING

from matchmaker.domain.deals.ledger import Dimension, build_ledger
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.fair_report import count_companies, count_deal_pairs
from matchmaker.domain.reporting.figures import ratio_of
from matchmaker.domain.reporting.meetings import PAIR_MARK, count_meetings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from matchmaker.domain.deals.ledger import Figure
    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.domain.reporting.rows import FairRows

# Counts of meetings that add up over fairs, because a meeting is held at one fair only.
MEETINGS = ("scheduled", "held", "held_as_scheduled", "walk_in", "cancelled", "no_show", "pending", "online")
COMPANIES = ("all", "sellers", "buyers", "hosted", "supported")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number of deals and their value in the programme's currency; ``naive`` adds up what both sides state."""

    count: int
    value: Money
    naive: Money

    def __add__(self, other: Cell) -> Cell:
        return Cell(count=self.count + other.count, value=self.value + other.value, naive=self.naive + other.naive)

    def converted(self, rates: FixedRates) -> Cell:
        """The same deals in the currency of the rates."""
        return Cell(count=self.count, value=rates.convert(self.value), naive=rates.convert(self.naive))

    @classmethod
    def total(cls, cells: Iterable[Cell], *, currency: str) -> Cell:
        """The sum of cells in one currency, nought for none."""
        nothing = Money.zero(currency)
        total = cls(count=0, value=nothing, naive=nothing)
        for cell in cells:
            total += cell
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class FairFigures:
    """What a roll-up counts of one fair, as its own report does; values are in one currency.

    ``companies`` holds the companies by what they were at the fair, so that they can be counted once over several;
    ``foreign`` are those registered outside that fair's country. ``pairs`` met, ``deal_pairs`` have a deal.
    """

    meetings: Mapping[str, int]
    with_outcome: int
    companies: Mapping[str, frozenset[str]]
    foreign: frozenset[str]
    pairs: frozenset[str]
    deal_pairs: frozenset[str]
    cells: Mapping[tuple[str, str], Cell]
    realised: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The figures of one fair or of several together.

    ``chains`` are those of the ``fairs`` that keep to one branch of the category tree. Companies and pairs are
    distinct over the fairs, everything else is added. ``cells`` are deals by stage and evidence.
    """

    currency: str
    fairs: int
    chains: int
    companies: Mapping[str, int]
    foreign: int
    meetings: Mapping[str, int]
    with_outcome: int
    pairs: int
    deal_pairs: int
    cells: Mapping[tuple[str, str], Cell]
    realised: Cell

    @property
    def headline(self) -> Cell:
        """All deals from quotation to order."""
        return Cell.total(self.cells.values(), currency=self.currency)

    @property
    def reporting_rate(self) -> Decimal | None:
        """The share of held meetings of which at least one side said what came of them; None without a meeting."""
        return ratio_of(Decimal(self.with_outcome), Decimal(self.meetings["held"]))

    @property
    def realisation_rate(self) -> Decimal | None:
        """Goods delivered or paid by the headline's value; None while the headline is nought."""
        return ratio_of(self.realised.value.amount, self.headline.value.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """A programme's figures: of each fair, of each year, of fairs and chains apart, and of all of it.

    Companies and pairs of the whole are no sum of those of the years, because one that comes back is counted once.
    """

    fairs: Mapping[str, Totals]
    years: Mapping[int, Totals]
    branches: Mapping[str, Totals]
    whole: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a fair stands in a programme: its year, and its branch of the category tree if it is a chain."""

    fair_id: str
    year: int
    branch: str | None = None


def figures_of(rows: FairRows, *, home_country: str, rates: FixedRates, as_of: datetime) -> FairFigures:
    """Count of a fair's rows what a roll-up needs, by the rules of its own report and in its own currency.

    ``rates`` are the fair's. Raises ``MissingRate`` when they lack the currency of a value.
    """
    ledger = build_ledger(rows.deals, rates=rates, home_country=home_country, as_of=as_of)
    meetings = count_meetings(rows.meetings, home_country=home_country)
    companies = count_companies(rows, home_country=home_country)
    return FairFigures(
        meetings={name: getattr(meetings, name).number for name in MEETINGS},
        with_outcome=meetings.with_outcome.number,
        companies={name: frozenset(getattr(companies, name).ids) for name in COMPANIES},
        foreign=frozenset(companies.foreign.ids),
        pairs=frozenset(meetings.pairs.ids),
        deal_pairs=frozenset(count_deal_pairs(ledger).ids),
        cells={
            (stage, level): _cell(figure)
            for (stage, level), figure in ledger.split(Dimension.STAGE, Dimension.EVIDENCE).items()
        },
        realised=_cell(ledger.realised),
    )


def in_currency(figures: FairFigures, *, rates: FixedRates) -> FairFigures:
    """The figures in a programme's currency, cell by cell; raises ``MissingRate`` when ``rates`` lack the fair's."""
    return replace(
        figures,
        cells={key: cell.converted(rates) for key, cell in figures.cells.items()},
        realised=figures.realised.converted(rates),
    )


def roll_up(figures: Iterable[tuple[Place, FairFigures]], *, currency: str) -> RollUp:
    """Put fairs together, taking one at a time; in whatever order they come, the result is the same.

    Their figures are in ``currency`` already.
    """
    numbers = _Numbers()
    fairs: dict[tuple[int, str], Totals] = {}
    years: dict[int, _Sum] = defaultdict(lambda: _Sum(currency))
    branches: dict[str, _Sum] = defaultdict(lambda: _Sum(currency))
    whole = _Sum(currency)
    for place, one in figures:
        alone, is_chain = _Sum(currency), place.branch is not None
        pairs, deal_pairs = numbers.of_pairs(one.pairs), numbers.of_pairs(one.deal_pairs)
        for sums in (alone, whole, years[place.year], *([branches[place.branch]] if place.branch is not None else [])):
            sums.add(one, pairs, deal_pairs, is_chain=is_chain)
        fairs[place.year, place.fair_id] = alone.totals()
    return RollUp(
        fairs={fair_id: fairs[year, fair_id] for year, fair_id in sorted(fairs)},
        years={year: years[year].totals() for year in sorted(years)},
        branches={branch: branches[branch].totals() for branch in sorted(branches)},
        whole=whole.totals(),
    )


@dataclass(slots=True)
class _Numbers:
    """A number for each company, so that a pair is one whole number instead of two keys."""

    of_company: dict[str, int] = field(default_factory=dict)

    def of_pairs(self, keys: Iterable[str]) -> array[int]:
        """The numbers of pairs, sorted."""
        return array("Q", sorted(self._of(key) for key in keys))

    def _of(self, key: str) -> int:
        one, _, other = key.partition(PAIR_MARK)
        known = self.of_company
        return known.setdefault(one, len(known)) << 32 | known.setdefault(other, len(known))


class _Sum:
    """The figures of some fairs together: sums of what adds up, and what is to be counted once over all of them."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._fairs = self._chains = self._with_outcome = 0
        self._meetings: Counter[str] = Counter(dict.fromkeys(MEETINGS, 0))
        self._companies: dict[str, set[str]] = {name: set() for name in COMPANIES}
        self._foreign: set[str] = set()
        self._pairs: list[array[int]] = []
        self._deal_pairs: list[array[int]] = []
        self._cells: dict[tuple[str, str], Cell] = {}
        self._realised = Cell.total((), currency=currency)

    def add(self, one: FairFigures, pairs: array[int], deal_pairs: array[int], *, is_chain: bool) -> None:
        """Put a fair in; its pairs come as numbers, sorted."""
        self._fairs += 1
        self._chains += is_chain
        self._with_outcome += one.with_outcome
        self._meetings.update(one.meetings)
        for name in COMPANIES:
            self._companies[name] |= one.companies[name]
        self._foreign |= one.foreign
        self._pairs.append(pairs)
        self._deal_pairs.append(deal_pairs)
        for key, cell in one.cells.items():
            self._cells[key] = self._cells[key] + cell if key in self._cells else cell
        self._realised += one.realised

    def totals(self) -> Totals:
        """What is in so far."""
        return Totals(
            currency=self._currency,
            fairs=self._fairs,
            chains=self._chains,
            companies={name: len(known) for name, known in self._companies.items()},
            foreign=len(self._foreign),
            meetings=dict(self._meetings),
            with_outcome=self._with_outcome,
            pairs=_distinct(self._pairs),
            deal_pairs=_distinct(self._deal_pairs),
            cells={key: self._cells[key] for key in sorted(self._cells)},
            realised=self._realised,
        )


def _distinct(lists: Sequence[array[int]]) -> int:
    """How many different numbers stand in sorted lists, without putting them into one."""
    return len(lists[0]) if len(lists) == 1 else sum(1 for _ in groupby(merge(*lists)))


def _cell(figure: Figure) -> Cell:
    return Cell(count=figure.count, value=figure.value, naive=figure.naive)
