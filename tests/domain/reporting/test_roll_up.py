"""Fairs are put together: what adds up is added, companies and pairs are counted once, and order never matters."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.deals.deal import Deal
from matchmaker.domain.deals.reports import Horizon, OutcomeReport, Side
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.errors import MissingRate
from matchmaker.domain.money.rates import FixedRates, Rate
from matchmaker.domain.reporting.fair_report import Version, build_fair_report
from matchmaker.domain.reporting.kept_figures import figures_from, text_of
from matchmaker.domain.reporting.roll_up import COMPANIES, MEETINGS, Cell, Place, figures_of, in_currency, roll_up
from matchmaker.domain.reporting.rows import CompanyRow, FairRows, MeetingFate, MeetingRow

CLOSING = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DAY = date(2026, 11, 18)
WORTH = {
    "VND": Rate(currency="VND", rate=Decimal("0.0000379"), quoted_on=DAY, source="Vietcombank"),
    "EUR": Rate(currency="EUR", rate=Decimal("1.08"), quoted_on=DAY, source="ECB"),
}
PROGRAMME = FixedRates(report_currency="USD", rates=tuple(WORTH.values()))
STAGES = (Outcome.QUOTATION, Outcome.MOU, Outcome.AGREEMENT, Outcome.ORDER)


def rows_of(companies, meetings=(), deals=(), *, currency="USD"):
    """The rows of a fair: ``companies`` and ``meetings`` by key, ``deals`` as (seller, buyer, stage, amount)."""
    return FairRows(
        companies=tuple(
            CompanyRow(company_id=key, country=country, is_seller=key.startswith("s"), is_buyer=key.startswith("b"))
            for key, country in companies
        ),
        meetings=tuple(
            MeetingRow(
                meeting_id=f"m{number}",
                seller_id=seller,
                buyer_id=buyer,
                seller_country="VN",
                buyer_country="FR",
                happens_on=DAY,
                fate=fate,
                has_outcome=has_outcome,
            )
            for number, (seller, buyer, fate, has_outcome) in enumerate(meetings)
        ),
        deals=tuple(
            Deal(
                deal_id=f"d{number}",
                seller_id=seller,
                buyer_id=buyer,
                seller_country="VN",
                buyer_country="FR",
                happened_on=DAY,
                held_meeting_ids=("m",),
                reports=(
                    OutcomeReport(
                        report_id=f"r{number}",
                        deal_id=f"d{number}",
                        stated_by=Side.SELLER,
                        outcome=stage,
                        stated_at=CLOSING,
                        value=Money(amount=amount, currency=currency),
                        horizon=Horizon.TWELVE_MONTHS,
                    ),
                ),
            )
            for number, (seller, buyer, stage, amount) in enumerate(deals)
        ),
    )


def report_of(rows, *, currency="USD"):
    """The fair's own report."""
    return build_fair_report(
        rows,
        rates=FixedRates(report_currency=currency),
        home_country="VN",
        version=Version.CLOSING,
        as_of=CLOSING,
        large_value=Money(amount=Decimal(10**12), currency=currency),
    )


def fair(fair_id, year, rows, *, branch=None, currency="USD"):
    figures = figures_of(rows, home_country="VN", rates=FixedRates(report_currency=currency), as_of=CLOSING)
    return Place(fair_id=fair_id, year=year, branch=branch), in_currency(figures, rates=PROGRAMME)


sellers, buyers = st.sampled_from(["s1", "s2", "s3"]), st.sampled_from(["b1", "b2", "b3"])
companies_of_fair = st.dictionaries(st.one_of(sellers, buyers), st.sampled_from(["VN", "FR"]), max_size=6)
meetings_of_fair = st.lists(st.tuples(sellers, buyers, st.sampled_from(list(MeetingFate)), st.booleans()), max_size=8)
amounts = st.integers(min_value=1, max_value=10**9).map(Decimal)
deals_of_fair = st.lists(st.tuples(sellers, buyers, st.sampled_from(STAGES), amounts), max_size=6)


@st.composite
def programmes(draw):
    """Some fairs of a few years, in three currencies, some of them chains; each with the report behind it."""
    made = []
    for number in range(draw(st.integers(min_value=1, max_value=5))):
        currency = draw(st.sampled_from(["USD", "VND", "EUR"]))
        companies = list(draw(companies_of_fair).items())
        rows = rows_of(companies, draw(meetings_of_fair), draw(deals_of_fair), currency=currency)
        year, branch = draw(st.integers(min_value=2023, max_value=2025)), draw(st.sampled_from([None, "textiles"]))
        figures = fair(f"f{number}", year, rows, branch=branch, currency=currency)
        made.append((figures, report_of(rows, currency=currency)))
    return made


@given(made=programmes(), data=st.data())
def test_the_order_of_fairs_never_matters(made, data):
    figures = [one for one, _ in made]
    assert roll_up(data.draw(st.permutations(figures)), currency="USD") == roll_up(figures, currency="USD")


@given(made=programmes())
def test_figures_that_are_kept_are_the_same_when_they_are_read_again(made):
    for (_, figures), _report in made:
        assert figures_from(text_of(figures)) == figures


@given(made=programmes())
def test_what_adds_up_is_the_sum_over_fairs_and_over_years(made):
    rolled = roll_up([one for one, _ in made], currency="USD")
    for parts in (rolled.fairs.values(), rolled.years.values()):
        assert rolled.whole.fairs == sum(part.fairs for part in parts)
        assert rolled.whole.chains == sum(part.chains for part in parts)
        assert rolled.whole.with_outcome == sum(part.with_outcome for part in parts)
        assert rolled.whole.headline == Cell.total((part.headline for part in parts), currency="USD")
        assert rolled.whole.realised == Cell.total((part.realised for part in parts), currency="USD")
        for name in MEETINGS:
            assert rolled.whole.meetings[name] == sum(part.meetings[name] for part in parts)
        for key, cell in rolled.whole.cells.items():
            assert cell == Cell.total((part.cells[key] for part in parts if key in part.cells), currency="USD")


@given(made=programmes())
def test_companies_and_pairs_are_counted_once_over_all_fairs(made):
    rolled = roll_up([one for one, _ in made], currency="USD")
    reports = [report for _, report in made]
    for name in COMPANIES:
        assert rolled.whole.companies[name] == len({i for each in reports for i in getattr(each.companies, name).ids})
    assert rolled.whole.pairs == len({pair for each in reports for pair in each.meetings.pairs.ids})
    assert rolled.whole.deal_pairs == len({pair for each in reports for pair in each.deal_pairs.ids})
    assert rolled.whole.foreign == len({i for each in reports for i in each.companies.foreign.ids})


@given(companies=companies_of_fair, meetings=meetings_of_fair, deals=deals_of_fair)
def test_one_fair_in_the_programmes_currency_is_its_own_report(companies, meetings, deals):
    rows = rows_of(list(companies.items()), meetings, deals)
    report = report_of(rows)
    rolled = roll_up([fair("f", 2026, rows)], currency="USD")

    whole = rolled.whole
    assert rolled.fairs == {"f": whole}
    assert rolled.years == {2026: whole}
    assert (whole.headline.count, whole.headline.value, whole.headline.naive) == (
        report.headline.count,
        report.headline.value,
        report.headline.naive,
    )
    assert {key: (cell.count, cell.value, cell.naive) for key, cell in whole.cells.items()} == {
        key: (figure.count, figure.value, figure.naive) for key, figure in report.by_stage_and_evidence.items()
    }
    assert whole.meetings == {name: getattr(report.meetings, name).number for name in MEETINGS}
    assert whole.companies == {name: getattr(report.companies, name).number for name in COMPANIES}
    assert (whole.pairs, whole.deal_pairs) == (report.meetings.pairs.number, report.deal_pairs.number)
    assert whole.reporting_rate == report.meetings.reporting_rate.ratio
    assert whole.realisation_rate == report.realisation_rate


def test_a_company_that_comes_back_is_one_and_its_meetings_are_two():
    held = ("s1", "b1", MeetingFate.HELD, True)
    first = rows_of([("s1", "VN"), ("b1", "FR")], [held], [("s1", "b1", Outcome.MOU, Decimal(1000))])
    second = rows_of(
        [("s1", "VN"), ("b1", "FR"), ("b2", "VN")],
        [held, ("s1", "b2", MeetingFate.HELD, False)],
        [("s1", "b1", Outcome.AGREEMENT, Decimal(2_000_000_000))],
        currency="VND",
    )

    rolled = roll_up(
        [fair("f1", 2024, first), fair("f2", 2025, second, branch="textiles", currency="VND")], currency="USD"
    )

    whole = rolled.whole
    assert (whole.fairs, whole.chains) == (2, 1)
    assert whole.companies == {"all": 3, "sellers": 1, "buyers": 2, "hosted": 0, "supported": 0}
    assert whole.foreign == 1
    assert whole.meetings["held"] == 3
    assert whole.reporting_rate == Decimal("0.6667")
    assert (whole.pairs, whole.deal_pairs) == (2, 1)
    assert whole.headline.value == Money(amount=Decimal(76_800), currency="USD")
    assert {year: one.headline.value.amount for year, one in rolled.years.items()} == {2024: 1000, 2025: 75_800}
    assert list(rolled.branches) == ["textiles"]
    assert rolled.branches["textiles"] == rolled.fairs["f2"]


def test_a_programme_without_fairs_is_all_noughts():
    whole = roll_up([], currency="USD").whole
    assert whole.headline.value == Money.zero("USD")
    assert whole.companies["all"] == whole.meetings["held"] == whole.pairs == 0
    assert whole.reporting_rate is None


def test_a_fair_in_a_currency_without_a_rate_is_refused():
    with pytest.raises(MissingRate):
        fair("f", 2026, rows_of([]), currency="JPY")
