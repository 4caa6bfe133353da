"""An edition's few figures are those of its report, however they are come by."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.reporting.archive import lines_from, packed
from matchmaker.domain.reporting.editions import edition_from, edition_of
from matchmaker.domain.reporting.lines import lines_of
from matchmaker.domain.reporting.rows import CompanyRow, FairRows
from tests.domain.reporting.test_fair_report import CLOSING, MEETINGS, RATES, deal, report_of, usd


def delivered(one, amount):
    said = replace(
        one.reports[0], report_id="delivered", outcome=Outcome.REALISED, value=usd(amount), stated_at=CLOSING
    )
    return replace(one, reports=(*one.reports, said))


ROWS = FairRows(
    companies=(CompanyRow(company_id="s1", country="VN", is_seller=True, is_buyer=False),),
    meetings=MEETINGS,
    deals=(delivered(deal("d1", 300), 100), deal("d2", 100)),
)


def test_figures_from_rows_are_those_of_the_report():
    lines = {line.key: line for line in lines_of(report_of(ROWS))}

    figures = edition_from(ROWS, rates=RATES, home_country="VN", as_of=CLOSING)

    assert figures == edition_of(at_closing=lines, since=lines)
    assert (figures.companies, figures.held, figures.pairs, figures.deals) == (1, 5, 3, 2)
    assert (figures.value, figures.realised) == (usd(400), usd(100))
    assert (figures.reporting_rate, figures.realisation_rate) == (Decimal("0.4000"), Decimal("0.2500"))


def test_figures_of_closing_and_of_later_stand_apart():
    before = lines_of(report_of(ROWS, as_of=CLOSING - timedelta(hours=1)))
    after = lines_of(report_of(ROWS))
    kept, newest = (lines_from({line.key: packed(line) for line in lines}) for lines in (before, after))

    figures = edition_of(at_closing=kept, since=newest)

    assert (figures.value, figures.value_since, figures.realised) == (usd(400), usd(400), usd(100))
    assert edition_of(at_closing=kept, since=kept).realised == usd(0)
