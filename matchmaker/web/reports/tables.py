"""The report as CSV: one line for each deal, and one line for each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.exports import csv_text
from matchmaker.services.reports import deal_rows
from matchmaker.web.filters import country
from matchmaker.web.outcomes import EVIDENCES
from matchmaker.web.reports.wording import FILTERS, MEETING_COUNTS, STEPS, VERSIONS, key_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from matchmaker.domain.deals.ledger import Figure
    from matchmaker.services.reports import DealRow, FairResults

    Cell = str | int | Decimal | None

SPLIT = (
    Dimension.STAGE,
    Dimension.EVIDENCE,
    Dimension.DAY,
    Dimension.SECTOR,
    Dimension.COUNTRY,
    Dimension.REACH,
    Dimension.DIRECTION,
    Dimension.HORIZON,
    Dimension.CURRENCY,
)


def rows_csv(results: FairResults) -> str:
    """One line for each deal of the headline; the column of values adds up to exactly the headline."""
    currency = results.report.headline.value.currency
    header = [
        _("Deal"),
        _("Seller"),
        _("Seller’s country"),
        _("Buyer"),
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
    return csv_text(header, (_cells(results, row) for row in deal_rows(results)), with_mark=True)


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
        row.keys["day"],
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


def summary_csv(results: FairResults) -> str:
    """One line for each figure of the report: its name, its key, number, value, sum of both sides, currency."""
    header = [_("Figure"), _("Of what"), _("Number"), _("Value"), _("Both sides’ statements added"), _("Currency")]
    return csv_text(header, _figures(results), with_mark=True)


def _figures(results: FairResults) -> Iterable[list[Cell]]:
    report = results.report
    currency = report.headline.value.currency
    yield _line(_("All deals"), str(VERSIONS[report.version]), report.headline)
    yield _line(_("Delivered or paid"), "", report.realised)
    count, saved = report.ledger.savings
    yield [_("Buyers say they save"), "", count, saved.amount, None, saved.currency]
    for dimension in SPLIT:
        for key, figure in report.by_dimension[dimension].items():
            words = key_text(str(dimension), key, sectors=results.loaded.sectors)
            yield _line(str(FILTERS[str(dimension)]), words, figure)
    for (stage, level), figure in report.by_stage_and_evidence.items():
        both = key_text("stage", stage, sectors={}), key_text("evidence", level, sectors={})
        yield _line(_("Kind and confirmation"), " · ".join(both), figure)
    for code, money in report.originals.items():
        yield [_("As stated, not converted"), code, None, money.amount, None, code]
    yield from _spread(results, currency)
    for name, words in MEETING_COUNTS.items():
        yield [_("Meetings"), str(words), getattr(report.meetings, name).number, None, None, ""]
    yield [_("Meetings"), _("Pairs of companies that met"), report.meetings.pairs.number, None, None, ""]
    yield [_("Meetings"), _("With an outcome"), report.meetings.reporting_rate.part.number, None, None, ""]
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
