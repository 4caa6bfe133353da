"""One side's report: what may be stated, and which entry of a side stands."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from matchmaker.domain.deals.errors import InvalidReport, ValueWithoutMeeting
from matchmaker.domain.deals.evidence import Evidence, strength
from matchmaker.domain.deals.reports import (
    Horizon,
    OutcomeReport,
    Side,
    Standing,
    YearAmount,
    require_held_meeting,
    standing_reports,
)
from matchmaker.domain.deals.stages import COUNT_ONLY, HEADLINE, LADDER, VALUED, Outcome, rank
from matchmaker.domain.money.amount import Money

NOON = datetime(2023, 11, 8, 5, 0, tzinfo=UTC)


def report(**changes):
    """The least report that is valid: a seller's quotation of one dollar."""
    valid = {
        "report_id": "r1",
        "deal_id": "d1",
        "stated_by": Side.SELLER,
        "outcome": Outcome.QUOTATION,
        "stated_at": NOON,
        "value": Money(amount=Decimal(1), currency="USD"),
        "horizon": Horizon.IMMEDIATE,
    }
    return OutcomeReport(**{**valid, **changes})


def usd(amount):
    return Money(amount=Decimal(amount), currency="USD")


def test_the_ladder_climbs_from_no_fit_to_realised():
    assert [rank(outcome) for outcome in LADDER] == [0, 1, 2, 3, 4, 5, 6]
    assert COUNT_ONLY | HEADLINE | {Outcome.REALISED} == set(Outcome)
    assert HEADLINE | {Outcome.REALISED} == VALUED


def test_the_register_is_the_strongest_evidence_and_a_statement_the_weakest():
    assert min(Evidence, key=strength) is Evidence.STATED
    assert max(Evidence, key=strength) is Evidence.REGISTER


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"value": usd(0)}, "value_not_positive", "value"),
        ({"value": usd(-1)}, "value_not_positive", "value"),
        ({"value": usd(10**15)}, "value_too_large", "value"),
        ({"value": usd("1.001")}, "value_finer_than_currency", "value"),
        ({"value": Money(amount=Decimal("0.5"), currency="VND")}, "value_finer_than_currency", "value"),
        ({"outcome": Outcome.NO_INTEREST}, "outcome_has_no_value", "value"),
        ({"outcome": Outcome.FOLLOW_UP}, "outcome_has_no_value", "value"),
        ({"horizon": None}, "value_without_horizon", "horizon"),
        ({"value": None}, "horizon_without_value", "horizon"),
        ({"stated_at": NOON.replace(tzinfo=None)}, "stated_at_without_zone", "stated_at"),
        ({"stated_by": Side.ORGANIZER}, "register_speaks_through_organizer", "evidence"),
        ({"evidence": Evidence.REGISTER}, "register_speaks_through_organizer", "evidence"),
        ({"per_year": (YearAmount(year=2024, amount=Decimal(1)),)}, "years_do_not_fit", "per_year"),
        (
            {"horizon": Horizon.MULTI_YEAR, "per_year": (YearAmount(year=2024, amount=Decimal("0.9")),)},
            "years_do_not_sum_to_value",
            "per_year",
        ),
        (
            {
                "horizon": Horizon.MULTI_YEAR,
                "per_year": (YearAmount(year=2024, amount=Decimal(2)), YearAmount(year=2025, amount=Decimal(-1))),
            },
            "years_do_not_sum_to_value",
            "per_year",
        ),
        (
            {
                "horizon": Horizon.MULTI_YEAR,
                "per_year": (YearAmount(year=2024, amount=Decimal("0.5")),) * 2,
            },
            "years_do_not_fit",
            "per_year",
        ),
    ],
)
def test_it_refuses_a_report_that_contradicts_itself(changes, code, field):
    with pytest.raises(InvalidReport) as refusal:
        report(**changes)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_a_headline_outcome_may_be_reported_without_a_value():
    assert report(outcome=Outcome.MOU, value=None, horizon=None).value is None


def test_a_value_may_skip_a_year_of_several():
    years = (YearAmount(year=2024, amount=Decimal(0)), YearAmount(year=2025, amount=Decimal(1)))
    assert report(horizon=Horizon.MULTI_YEAR, per_year=years).per_year == years


def test_the_largest_value_is_just_under_ten_to_the_fifteenth():
    assert report(value=usd("999999999999999.99")).value == usd("999999999999999.99")


@pytest.mark.parametrize("side", [Side.SELLER, Side.BUYER])
def test_a_value_on_a_meeting_that_was_not_held_is_refused(side):
    with pytest.raises(ValueWithoutMeeting) as refusal:
        require_held_meeting(report(stated_by=side), is_held=False)
    assert (refusal.value.code, refusal.value.field, refusal.value.facts) == (
        "value_without_meeting",
        "value",
        {"report_id": "r1"},
    )


@pytest.mark.parametrize(
    ("entry", "is_held"),
    [
        (report(), True),
        (report(outcome=Outcome.NO_INTEREST, value=None, horizon=None), False),
        (report(stated_by=Side.ORGANIZER, evidence=Evidence.REGISTER), False),
    ],
)
def test_a_held_meeting_a_tap_or_a_register_entry_is_let_through(entry, is_held):
    assert require_held_meeting(entry, is_held=is_held) is None


def test_the_newest_entry_of_each_side_stands_in_whatever_order_they_come():
    old = report(report_id="a", stated_at=NOON)
    new = report(report_id="b", stated_at=NOON + timedelta(hours=1), value=usd(2))
    buyer = report(report_id="c", stated_by=Side.BUYER)
    register = report(report_id="e", stated_by=Side.ORGANIZER, evidence=Evidence.REGISTER)
    for order in permutations([old, new, buyer, register]):
        assert standing_reports(order) == Standing(seller=new, buyer=buyer, organizer=register)


def test_of_two_entries_of_one_instant_the_greater_id_stands():
    one, two = report(report_id="a"), report(report_id="b", value=usd(2))
    assert standing_reports([two, one]) == standing_reports([one, two]) == Standing(seller=two)


def test_a_correction_downwards_stands_too():
    order = report(report_id="a", outcome=Outcome.ORDER)
    mou = report(report_id="b", outcome=Outcome.MOU, stated_at=NOON + timedelta(days=1))
    assert standing_reports([order, mou]) == Standing(seller=mou)


def test_realised_entries_stand_in_a_column_of_their_own():
    order = report(report_id="a", outcome=Outcome.ORDER)
    paid = report(report_id="b", outcome=Outcome.REALISED, stated_at=NOON + timedelta(days=180))
    assert standing_reports([paid, order]) == Standing(seller=order)
    assert standing_reports([paid, order], realised=True) == Standing(seller=paid)


def test_an_earlier_version_does_not_know_later_entries():
    old = report(report_id="a")
    new = report(report_id="b", stated_at=NOON + timedelta(hours=1))
    assert standing_reports([old, new], as_of=NOON) == Standing(seller=old)
    assert standing_reports([new], as_of=NOON).present == ()
