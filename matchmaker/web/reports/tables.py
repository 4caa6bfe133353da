"""The report as tables for files: one line for each deal, each figure, each meeting, and how they are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import pgettext

from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.exports import csv_text
from matchmaker.domain.spreadsheets.report_book import Table, report_workbook
from matchmaker.services.report_deals import deal_rows
from matchmaker.services.reports import meeting_counts, meeting_rows
from matchmaker.web.filters import country
from matchmaker.web.outcomes import EVIDENCES
from matchmaker.web.reports.method import method_of
from matchmaker.web.reports.values import DEEP, SPLIT
from matchmaker.web.reports.wording import (
    BY_YEAR,
    COMPANY_COUNTS,
    FATES,
    FILTERS,
    HELP,
    MEETING_COUNTS,
    STEPS,
    VERSIONS,
    YEAR,
    key_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from matchmaker.domain.deals.ledger import Figure
    from matchmaker.domain.reporting.fair_report import FairReport
    from matchmaker.services.report_deals import DealRow
    from matchmaker.services.reports import FairResults, Seal

    Cell = str | int | Decimal | date | None


def rows_csv(results: FairResults) -> str:
    """One line for each deal of the headline, as CSV."""
    return _csv(deal_table(results))


def summary_csv(results: FairResults) -> str:
    """One line for each figure of the report, as CSV."""
    return _csv(figure_table(results))


def workbook(results: FairResults) -> bytes:
    """The whole report as XLSX: figures, deals, meetings, method."""
    return report_workbook([figure_table(results), deal_table(results), meeting_table(results), _method(results)])


def _csv(table: Table) -> str:
    return csv_text(table.header, table.rows, with_mark=True)


def deal_table(results: FairResults) -> Table:
    """One line for each deal of the headline; the column of values adds up to exactly the headline."""
    currency = results.report.headline.value.currency
    header = [
        _("Deal"),
        _("Seller"),
        _("Seller’s country"),
        pgettext("side", "Buyer"),
        _("Buyer’s country"),
        _("Subject"),
        _("Number in the register"),
        _("Day"),
        _("Sector"),
        _("Kind"),
        _("Confirmation"),
        _("Evidence"),
        _("Horizon"),
        _("Direction"),
        _("Value (%(currency)s)", currency=currency),
        _("Value as stated"),
        _("Currency it was stated in"),
        _("Seller stated (%(currency)s)", currency=currency),
        _("Buyer stated (%(currency)s)", currency=currency),
        _("Delivered or paid (%(currency)s)", currency=currency),
        _("Meetings held"),
    ]
    return Table(name=_("Deals"), header=header, rows=[_cells(results, row) for row in deal_rows(results)])


def meeting_table(results: FairResults) -> Table:
    """One line for each meeting that had a slot or took place without one."""
    header = [
        _("Meeting"),
        _("Seller"),
        pgettext("side", "Buyer"),
        _("Third company"),
        _("Day"),
        _("State"),
        _("Outside the schedule"),
        _("Outcome"),
    ]
    rows = [
        [
            row.meeting_id,
            about.seller.name,
            about.buyer.name,
            about.third.name if about.third else "",
            row.happens_on,
            str(FATES[row.fate][0]),
            _("yes") if row.is_walk_in else _("no"),
            _("recorded") if row.has_outcome else _("none yet"),
        ]
        for row, about in meeting_rows(results)
    ]
    return Table(name=_("Meetings"), header=header, rows=rows)


def _method(results: FairResults) -> Table:
    return Table(
        name=_("How we count"), header=[_("Rule"), _("What it means")], rows=list(method_of(results.large_value))
    )


def _cells(results: FairResults, row: DealRow) -> list[Cell]:
    counted, about, realised = row.counted, row.about, row.settled.realised
    stated = [counted.seller_value, counted.buyer_value, realised.value if realised else None]

    def words(name: str) -> str:
        return key_text(name, row.keys[name], sectors=results.loaded.sectors)

    return [
        row.deal_id,
        about.seller.name,
        country(about.seller.country),
        about.buyer.name,
        country(about.buyer.country),
        about.title,
        about.register_no,
        row.settled.deal.happened_on,
        words("sector"),
        words("stage"),
        words("evidence"),
        str(EVIDENCES[counted.evidence]),
        words("horizon"),
        words("direction"),
        counted.value.amount if counted.value else None,
        counted.original.amount if counted.original else None,
        counted.original.currency if counted.original else "",
        *(value.amount if value else None for value in stated),
        len(row.settled.deal.held_meeting_ids),
    ]


def figure_table(results: FairResults) -> Table:
    """One line for each figure of the report: its name, its key, number, value, sum of both sides, currency."""
    header = [_("Figure"), _("Of what"), _("Number"), _("Value"), _("Both sides’ statements added"), _("Currency")]
    return Table(name=_("Figures"), header=header, rows=[*_figures(results), *_sealed(results.seal)])


def _sealed(seal: Seal | None) -> Iterable[list[Cell]]:
    if seal is not None:
        yield [_("Entries of the ledger"), _("Last seal: %(seal)s", seal=seal.digest), seal.position, None, None, ""]


def _figures(results: FairResults) -> Iterable[list[Cell]]:
    report = results.report
    currency = report.headline.value.currency
    yield _line(_("All deals"), str(VERSIONS[report.version]), report.headline)
    yield _line(_("Delivered or paid"), "", report.realised)
    count, saved = report.ledger.savings
    yield [_("Buyers say they save"), "", count, saved.amount, None, saved.currency]
    yield from _splits(results)
    for code, money in report.originals.items():
        yield [_("As stated, not converted"), code, None, money.amount, None, code]
    yield from _spread(results, currency)
    yield from _counts(report)
    for step in report.funnel:
        yield [_("From suggestion to deal"), str(STEPS[step.step]), step.all.number, None, None, ""]
    for rate in report.rates.rates:
        yield [
            _("Fixed rate"),
            f"{rate.currency}, {rate.quoted_on.isoformat()}, {rate.source}",
            None,
            rate.rate,
            None,
            currency,
        ]


def _splits(results: FairResults) -> Iterable[list[Cell]]:
    """The headline by every dimension, by kind and confirmation, for companies that came with help, and by year."""
    report = results.report
    for dimension in SPLIT:
        for key, figure in report.by_dimension[dimension].items():
            # A file is read by programs too, so its days stay as they sort.
            words = key if dimension is Dimension.DAY else key_text(str(dimension), key, sectors=results.loaded.sectors)
            yield _line(str(FILTERS[str(dimension)]), words, figure)
    for (stage, level), figure in report.by_stage_and_evidence.items():
        both = key_text("stage", stage, sectors={}), key_text("evidence", level, sectors={})
        yield _line(_("Kind and confirmation"), " · ".join(both), figure)
    for (stage, level, horizon), figure in report.by_stage_evidence_horizon.items():
        three = [key_text(name, key, sectors={}) for name, key in zip(DEEP, (stage, level, horizon), strict=True)]
        yield _line(_("Kind, confirmation and horizon"), " · ".join(three), figure)
    for name, figure in report.by_help.items():
        yield _line(_("Companies that came with help"), str(HELP[name]), figure)
    for year, part in report.by_year.items():
        words = key_text(YEAR, year, sectors={})
        yield [str(BY_YEAR), words, part.count, part.value.amount, None, part.value.currency]


def _counts(report: FairReport) -> Iterable[list[Cell]]:
    """Meetings, companies and pairs."""
    for name, count in meeting_counts(report).items():
        yield [_("Meetings"), str(MEETING_COUNTS[name]), count.number, None, None, ""]
    yield [_("Meetings"), _("Pairs of companies that met"), report.meetings.pairs.number, None, None, ""]
    for name, words in COMPANY_COUNTS.items():
        yield [_("Companies"), str(words), getattr(report.companies, name).number, None, None, ""]
    for code, count in report.companies.by_country.items():
        yield [_("Companies by country"), country(code), count.number, None, None, ""]
    yield [_("Pairs with a deal"), "", report.deal_pairs.number, None, None, ""]


def _line(figure_name: str, of_what: str, figure: Figure) -> list[Cell]:
    return [figure_name, of_what, figure.count, figure.value.amount, figure.naive.amount, figure.value.currency]


def _spread(results: FairResults, currency: str) -> Iterable[list[Cell]]:
    spread = results.report.spread
    for words, money in (
        (_("Median deal"), spread.median),
        (_("Largest deal"), spread.maximum),
        (_("For each meeting held"), spread.per_held_meeting),
    ):
        yield [_("Spread"), words, None, money.amount if money else None, None, currency]
    yield [_("Spread"), _("Share of the largest tenth"), spread.top_tenth.number, spread.top_tenth_share, None, ""]
