"""A programme's page: its totals, its years, and its fairs one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, url_for
from flask_babel import gettext as _

from matchmaker.domain.money.amount import Money
from matchmaker.services.programmes import READERS
from matchmaker.web.fair_view import FairView
from matchmaker.web.filters import money_short, number, share
from matchmaker.web.language import language
from matchmaker.web.outcomes import LEVELS, OUTCOMES
from matchmaker.web.programmes.wording import RULES
from matchmaker.web.programmes.years import year_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from flask_babel import LazyString

    from matchmaker.domain.reporting.roll_up import Cell, Totals
    from matchmaker.services.programme_results import ProgrammeResults
    from matchmaker.services.programmes import Edition

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class FairLine:
    """A fair in a table; the address of its report is there for who may open it."""

    name: str
    url: str
    year: int
    branch: str
    totals: Totals


class ProgrammePage:
    """What the page shows of a programme's results."""

    rules: Sequence[tuple[LazyString, LazyString]] = RULES

    def __init__(self, results: ProgrammeResults) -> None:
        self.results = results
        self.whole = results.figures.whole
        self.is_empty = not results.figures.fairs
        which = 0 if language() == "vi" else 1
        self._branches = {one.branch: one.branch_names[which] for one in results.editions if one.branch}

    @property
    def fairs(self) -> list[FairLine]:
        """The fairs that count, in the order of their years."""
        by_id = self.results.figures.fairs
        return [
            FairLine(
                FairView(edition.fair).name, report_url(edition), edition.year, self.branch(edition.branch), by_id[key]
            )
            for edition in self.results.editions
            if (key := str(edition.fair.id)) in by_id
        ]

    @property
    def years(self) -> tuple[list[str], list[tuple[str, list[str]]]]:
        """The years and the whole as headings, and each figure with its value in all of them."""
        figures = self.results.figures
        rows = [(label, [_shown(value) for value in values]) for label, values in year_lines(figures)]
        return [*(str(year) for year in figures.years), _("Together")], rows

    @property
    def chains(self) -> list[tuple[str, Totals]]:
        """The chains of each branch together."""
        return [(self.branch(code), totals) for code, totals in self.results.figures.branches.items()]

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """The fairs that can't be counted, with the currency they wait for."""
        return [(FairView(edition.fair).name, currency) for edition, currency in self.results.left_out]

    @property
    def matrix(self) -> tuple[list[str], list[tuple[str, list[str]]]]:
        """Value by kind and confirmation: the headings, and each kind with its cells, the last one their sum."""
        cells = self.whole.cells
        levels = [level for level in LEVELS if any(key[1] == level for key in cells)]
        rows = []
        for stage, words in OUTCOMES.items():
            of_stage = {key[1]: cell for key, cell in cells.items() if key[0] == stage}
            if of_stage:
                sums = [*(of_stage.get(level) for level in levels), sum(list(of_stage.values())[1:], _first(of_stage))]
                rows.append((str(words), [money_short(cell.value) if cell else NOTHING for cell in sums]))
        return [str(LEVELS[level]) for level in levels], rows

    @property
    def sides(self) -> list[tuple[str, str, str]]:
        """The smaller figures beside the total."""
        whole = self.whole
        return [
            (_("Fairs"), number(whole.fairs), _("%(n)s of them linkage chains", n=number(whole.chains))),
            (_("Companies"), number(whole.companies["all"]), _("each counted once")),
            (_("Meetings held"), number(whole.meetings["held"]), _("of %(n)s pairs", n=number(whole.pairs))),
            (_("Delivered or paid"), money_short(whole.realised.value), share(whole.realisation_rate, 1)),
            (_("With an outcome"), share(whole.reporting_rate, 1), _("of the meetings held")),
        ]

    def branch(self, code: str | None) -> str:
        """The name of a chain's branch of the category tree; nothing for a fair that is no chain."""
        return self._branches.get(code, code) if code else ""


def _shown(value: int | Money | Decimal | None) -> str:
    if isinstance(value, Money):
        return money_short(value)
    return number(value) if isinstance(value, int) else share(value, 1)


def report_url(edition: Edition) -> str:
    """The address of a fair's own report; nothing for who may not read it."""
    may_read = g.programme_roles.get(edition.fair.id, set()) & READERS
    return url_for("reports.report", slug=edition.fair.slug) if may_read else ""


def _first(cells: Mapping[str, Cell]) -> Cell:
    return next(iter(cells.values()))
