"""Several fairs of a programme on one page: what adds up is added, and what is one thing is counted once.

Meetings, deals and their values belong to one fair each, so they are added. A company that comes to three fairs is one
company, and two companies that met at all three are one pair: these are counted distinct over the fairs. Values
are converted from each fair's report currency by the programme's own fixed rates, cell by cell, so that the cells of a
table always add up to its total.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.figures import ratio_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matchmaker.domain.deals.ledger import Figure
    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.domain.reporting.fair_report import FairReport

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
    """What a roll-up keeps of one fair's finished report, in the programme's currency.

    ``companies`` holds the companies by what they were at the fair, so that they can be counted once over several;
    ``foreign`` are those registered outside that fair's country. ``pairs`` met, ``deal_pairs`` have a deal.
    """

    fair_id: str
    year: int
    branch: str | None
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


def figures_of(report: FairReport, *, fair_id: str, year: int, branch: str | None, rates: FixedRates) -> FairFigures:
    """Keep of a finished report what a roll-up needs; ``rates`` are the programme's.

    Raises ``MissingRate`` when they do not cover the fair's report currency.
    """
    return FairFigures(
        fair_id=fair_id,
        year=year,
        branch=branch,
        meetings={name: getattr(report.meetings, name).number for name in MEETINGS},
        with_outcome=report.meetings.with_outcome.number,
        companies={name: frozenset(getattr(report.companies, name).ids) for name in COMPANIES},
        foreign=frozenset(report.companies.foreign.ids),
        pairs=frozenset(report.meetings.pairs.ids),
        deal_pairs=frozenset(report.deal_pairs.ids),
        cells={
            (stage, level): _converted(figure, rates) for (stage, level), figure in report.by_stage_and_evidence.items()
        },
        realised=_converted(report.realised, rates),
    )


def roll_up(figures: Iterable[FairFigures], *, currency: str) -> RollUp:
    """Put fairs together; in whatever order they come, the result is the same."""
    ordered = sorted(figures, key=lambda one: (one.year, one.fair_id))
    by_year: dict[int, list[FairFigures]] = defaultdict(list)
    by_branch: dict[str, list[FairFigures]] = defaultdict(list)
    for one in ordered:
        by_year[one.year].append(one)
        if one.branch is not None:
            by_branch[one.branch].append(one)
    return RollUp(
        fairs={one.fair_id: total_of([one], currency=currency) for one in ordered},
        years={year: total_of(by_year[year], currency=currency) for year in sorted(by_year)},
        branches={branch: total_of(by_branch[branch], currency=currency) for branch in sorted(by_branch)},
        whole=total_of(ordered, currency=currency),
    )


def total_of(figures: list[FairFigures], *, currency: str) -> Totals:
    """The figures of some fairs together: sums of what adds up, distinct counts of companies and pairs."""
    meetings: Counter[str] = Counter(dict.fromkeys(MEETINGS, 0))
    cells: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for one in figures:
        meetings.update(one.meetings)
        for key, cell in one.cells.items():
            cells[key].append(cell)
    return Totals(
        currency=currency,
        fairs=len(figures),
        chains=sum(one.branch is not None for one in figures),
        companies={name: _distinct(one.companies[name] for one in figures) for name in COMPANIES},
        foreign=_distinct(one.foreign for one in figures),
        meetings=dict(meetings),
        with_outcome=sum(one.with_outcome for one in figures),
        pairs=_distinct(one.pairs for one in figures),
        deal_pairs=_distinct(one.deal_pairs for one in figures),
        cells={key: Cell.total(cells[key], currency=currency) for key in sorted(cells)},
        realised=Cell.total((one.realised for one in figures), currency=currency),
    )


def _distinct(sets: Iterable[frozenset[str]]) -> int:
    return len(frozenset().union(*sets))


def _converted(figure: Figure, rates: FixedRates) -> Cell:
    return Cell(count=figure.count, value=rates.convert(figure.value), naive=rates.convert(figure.naive))
