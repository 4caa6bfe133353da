"""A programme's figures as tables for files: each scope with each figure, the fairs, the rates, and how it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matchmaker.domain.exports import csv_text
from matchmaker.domain.money.amount import Money
from matchmaker.domain.spreadsheets.report_book import Table, report_workbook
from matchmaker.web.outcomes import LEVELS, OUTCOMES
from matchmaker.web.programmes.wording import COMPANY_COUNTS, MEETING_COUNTS, RULES
from matchmaker.web.programmes.years import year_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from matchmaker.domain.reporting.roll_up import Cell as Sum
    from matchmaker.domain.reporting.roll_up import Totals
    from matchmaker.web.programmes.page import ProgrammePage

    Cell = str | int | Decimal | date | None


def figures_csv(page: ProgrammePage) -> str:
    """One line for each figure of each fair, each year and the whole, as CSV."""
    table = figure_table(page)
    return csv_text(table.header, table.rows, with_mark=True)


def workbook(page: ProgrammePage) -> bytes:
    """The programme as XLSX: years and fairs in one line each, every figure, rates, method."""
    method = [[str(rule), str(why)] for rule, why in RULES]
    return report_workbook(
        [
            _overview(page),
            _side_by_side(page),
            figure_table(page),
            _rates(page),
            Table(name=_("How we count"), header=[_("Rule"), _("What it means")], rows=method),
        ]
    )


def figure_table(page: ProgrammePage) -> Table:
    """One line for each figure: of what, its name, its key, number, value, sum of both sides, currency."""
    header = [
        _("Of what"),
        _("Year"),
        _("Figure"),
        _("Kind"),
        _("Confirmation"),
        _("Number"),
        _("Value"),
        _("Both sides’ statements added"),
        _("Currency"),
    ]
    rows = [[name, year, *line] for name, year, totals in _scopes(page) for line in _figures(totals)]
    return Table(name=_("Figures"), header=header, rows=rows)


def _scopes(page: ProgrammePage) -> Iterator[tuple[str, int | None, Totals]]:
    yield _("The whole programme"), None, page.whole
    for year, totals in page.results.figures.years.items():
        yield _("All fairs of the year"), year, totals
    for branch, totals in page.chains:
        yield _("Linkage chain: %(branch)s", branch=branch), None, totals
    for line in page.fairs:
        yield line.name, line.year, line.totals


def _figures(totals: Totals) -> Iterable[list[Cell]]:
    yield _counted(_("Fairs"), "", totals.fairs)
    yield _counted(_("Linkage chains"), "", totals.chains)
    for name, words in COMPANY_COUNTS.items():
        yield _counted(_("Companies"), str(words), totals.companies[name])
    yield _counted(_("Companies"), _("Registered abroad"), totals.foreign)
    for name, words in MEETING_COUNTS.items():
        yield _counted(_("Meetings"), str(words), totals.meetings[name])
    yield _counted(_("Meetings"), _("With an outcome"), totals.with_outcome)
    yield _counted(_("Pairs of companies that met"), "", totals.pairs)
    yield _counted(_("Pairs with a deal"), "", totals.deal_pairs)
    yield _valued(_("All deals"), "", "", totals.headline)
    words_of = {str(stage): str(words) for stage, words in OUTCOMES.items()}
    levels = {str(level): str(words) for level, words in LEVELS.items()}
    for (stage, level), cell in totals.cells.items():
        yield _valued(_("Deals"), words_of[stage], levels[level], cell)
    yield _valued(_("Delivered or paid"), "", "", totals.realised)


def _counted(figure: str, kind: str, count: int) -> list[Cell]:
    return [figure, kind, "", count, None, None, ""]


def _valued(figure: str, kind: str, level: str, cell: Sum) -> list[Cell]:
    return [figure, kind, level, cell.count, cell.value.amount, cell.naive.amount, cell.value.currency]


def _overview(page: ProgrammePage) -> Table:
    header = [
        _("Of what"),
        _("Year"),
        _("Linkage chain of"),
        _("Companies"),
        _("Meetings held"),
        _("Pairs of companies that met"),
        _("Deals"),
        _("Value (%(currency)s)", currency=page.whole.currency),
        _("Delivered or paid (%(currency)s)", currency=page.whole.currency),
        _("With an outcome"),
    ]
    rows = [[line.name, line.year, line.branch, *_line(line.totals)] for line in page.fairs]
    rows += [
        [_("All fairs of the year"), year, "", *_line(totals)] for year, totals in page.results.figures.years.items()
    ]
    return Table(name=_("Years"), header=header, rows=[*rows, [_("The whole programme"), None, "", *_line(page.whole)]])


def _side_by_side(page: ProgrammePage) -> Table:
    """One line for each figure, one column for each year."""
    figures = page.results.figures
    rows: list[list[Cell]] = [
        [label, *(value.amount if isinstance(value, Money) else value for value in values)]
        for label, values in year_lines(figures)
    ]
    header = [_("Figure"), *(str(year) for year in figures.years), _("The whole programme")]
    return Table(name=_("Year by year"), header=header, rows=rows)


def _line(totals: Totals) -> list[Cell]:
    return [
        totals.companies["all"],
        totals.meetings["held"],
        totals.pairs,
        totals.headline.count,
        totals.headline.value.amount,
        totals.realised.value.amount,
        totals.reporting_rate,
    ]


def _rates(page: ProgrammePage) -> Table:
    header = [_("Currency"), _("In %(currency)s", currency=page.whole.currency), _("Rate of the day"), _("Source")]
    rows: list[list[Cell]] = [
        [rate.currency, rate.rate, rate.quoted_on, rate.source] for rate in page.results.rates.rates
    ]
    return Table(name=_("Fixed rates"), header=header, rows=rows)
