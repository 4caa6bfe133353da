"""Two private reports of one deal become one value."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.deals.evidence import Evidence, EvidenceLevel, Label
from matchmaker.domain.deals.reconcile import Reconciled, are_within_tolerance, reconcile
from matchmaker.domain.deals.reports import Horizon, OutcomeReport, Side, YearAmount
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.errors import MissingRate
from matchmaker.domain.money.rates import FixedRates, Rate

RATES = FixedRates(
    report_currency="USD",
    rates=(
        Rate(currency="EUR", rate=Decimal("1.10"), quoted_on=date(2023, 11, 1), source="central bank"),
        Rate(currency="VND", rate=Decimal("0.00004"), quoted_on=date(2023, 11, 1), source="central bank"),
    ),
)


def money(amount, currency="USD"):
    return Money(amount=Decimal(amount), currency=currency)


def says(side, amount, currency="USD", **changes):
    """A side's quotation of so much; without an amount, a quotation nobody put a figure on."""
    value = None if amount is None else money(amount, currency)
    fields = {
        "report_id": f"{side}-1",
        "deal_id": "d1",
        "stated_by": side,
        "outcome": Outcome.QUOTATION,
        "stated_at": datetime(2023, 11, 8, 5, 0, tzinfo=UTC),
        "value": value,
        "horizon": Horizon.IMMEDIATE if value else None,
        "evidence": Evidence.REGISTER if side is Side.ORGANIZER else Evidence.STATED,
    }
    return OutcomeReport(**{**fields, **changes})


def settled(seller=None, buyer=None, register=None):
    return reconcile(seller_report=seller, buyer_report=buyer, organizer_report=register, rates=RATES)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [("100", "80", True), ("100", "79.99", False), ("80", "100", True), ("0.01", "0.01", True), ("5", "4", True)],
)
def test_a_fifth_of_the_larger_is_still_the_same_value(left, right, expected):
    assert are_within_tolerance(Decimal(left), Decimal(right)) is expected


def test_two_sides_within_a_fifth_give_the_mean():
    assert settled(says(Side.SELLER, 100), says(Side.BUYER, 80)) == Reconciled(
        stage=Outcome.QUOTATION,
        value=money(90),
        original=money(90),
        label=Label.TWO_SIDED,
        level=EvidenceLevel.TWO_SIDED,
        evidence=Evidence.STATED,
        has_file=False,
        horizon=Horizon.IMMEDIATE,
        per_year=(),
        seller_value=money(100),
        buyer_value=money(80),
        report_ids=("buyer-1", "seller-1"),
        do_stages_differ=False,
    )


def test_two_sides_further_apart_give_the_lower_and_are_disputed():
    result = settled(says(Side.SELLER, 100), says(Side.BUYER, "79.99"))
    assert (result.value, result.label, result.level, result.report_ids) == (
        money("79.99"),
        Label.DISPUTED,
        EvidenceLevel.DISPUTED,
        ("buyer-1",),
    )


@pytest.mark.parametrize("side", [Side.SELLER, Side.BUYER])
def test_one_side_alone_is_one_sided(side):
    result = settled(**{str(side): says(side, 100)})
    assert (result.value, result.label, result.level) == (money(100), Label.ONE_SIDED, EvidenceLevel.ONE_SIDED)


def test_the_mean_rounds_a_half_cent_up():
    assert settled(says(Side.SELLER, "100.00"), says(Side.BUYER, "100.01")).value == money("100.01")


def test_values_are_converted_to_the_cent_before_they_are_compared():
    result = settled(says(Side.SELLER, 100, "EUR"), says(Side.BUYER, 2_200_000, "VND"))
    assert (result.value, result.label, result.original) == (money(99), Label.TWO_SIDED, money(99))


def test_a_common_currency_is_kept_as_the_original():
    result = settled(says(Side.SELLER, 100, "EUR"), says(Side.BUYER, 90, "EUR"))
    assert (result.value, result.original) == (money("104.50"), money(95, "EUR"))


def test_a_disputed_value_keeps_the_original_of_the_lower_report():
    result = settled(says(Side.SELLER, 100, "EUR"), says(Side.BUYER, 1_000_000, "VND"))
    assert (result.value, result.original) == (money(40), money(1_000_000, "VND"))


def test_a_currency_without_a_rate_is_refused():
    with pytest.raises(MissingRate):
        settled(says(Side.SELLER, 100, "JPY"))


def test_no_report_is_no_deal():
    assert settled() is None


def test_a_contract_replaces_the_memorandum_even_before_the_other_side_follows():
    result = settled(
        says(Side.SELLER, 60, outcome=Outcome.AGREEMENT, evidence=Evidence.DOCUMENT),
        says(Side.BUYER, 100, outcome=Outcome.MOU),
    )
    assert (result.stage, result.value, result.label, result.has_file, result.do_stages_differ) == (
        Outcome.AGREEMENT,
        money(60),
        Label.ONE_SIDED,
        True,
        True,
    )
    assert (result.seller_value, result.buyer_value) == (money(60), money(100))


def test_one_side_without_interest_leaves_the_other_sides_value_one_sided():
    result = settled(says(Side.SELLER, 100), says(Side.BUYER, None, outcome=Outcome.NO_INTEREST))
    assert (result.stage, result.value, result.label, result.do_stages_differ) == (
        Outcome.QUOTATION,
        money(100),
        Label.ONE_SIDED,
        True,
    )


def test_a_stage_both_report_without_a_figure_has_no_value_and_is_two_sided():
    result = settled(says(Side.SELLER, None), says(Side.BUYER, None))
    assert (result.value, result.original, result.horizon, result.label) == (None, None, None, Label.TWO_SIDED)


def test_a_stage_one_side_reports_without_a_figure_is_one_sided():
    result = settled(says(Side.SELLER, None))
    assert (result.value, result.label, result.report_ids) == (None, Label.ONE_SIDED, ("seller-1",))


def test_a_stage_only_one_puts_a_figure_on_is_one_sided():
    result = settled(says(Side.SELLER, None), says(Side.BUYER, 50))
    assert (result.value, result.label, result.report_ids) == (money(50), Label.ONE_SIDED, ("buyer-1",))


def test_a_contract_from_the_register_is_one_sided_and_named_as_such():
    result = settled(register=says(Side.ORGANIZER, "281626.00", outcome=Outcome.AGREEMENT))
    assert (result.value, result.label, result.level, result.has_file) == (
        money("281626.00"),
        Label.ONE_SIDED,
        EvidenceLevel.REGISTER,
        True,
    )
    assert (result.seller_value, result.buyer_value) == (None, None)


def test_the_register_outweighs_one_side_but_not_two():
    register = says(Side.ORGANIZER, 100)
    alone = settled(seller=says(Side.SELLER, 300), register=register)
    assert (alone.value, alone.level, alone.seller_value) == (money(100), EvidenceLevel.REGISTER, money(300))
    both = settled(says(Side.SELLER, 300), says(Side.BUYER, 280), register)
    assert (both.value, both.level) == (money(290), EvidenceLevel.TWO_SIDED)


def test_a_register_entry_of_a_lower_stage_does_not_speak():
    result = settled(seller=says(Side.SELLER, 50, outcome=Outcome.ORDER), register=says(Side.ORGANIZER, 100))
    assert (result.stage, result.value, result.level) == (Outcome.ORDER, money(50), EvidenceLevel.ONE_SIDED)


def test_of_two_horizons_the_later_counts():
    result = settled(says(Side.SELLER, 100), says(Side.BUYER, 100, horizon=Horizon.TWELVE_MONTHS))
    assert result.horizon is Horizon.TWELVE_MONTHS


def test_several_years_share_the_reconciled_value_to_the_cent():
    years = (YearAmount(year=2024, amount=Decimal(40)), YearAmount(year=2025, amount=Decimal(60)))
    result = settled(says(Side.SELLER, 100, horizon=Horizon.MULTI_YEAR, per_year=years), says(Side.BUYER, "90.01"))
    assert (result.value, result.horizon) == (money("95.01"), Horizon.MULTI_YEAR)
    assert result.per_year == (
        YearAmount(year=2024, amount=Decimal("38.00")),
        YearAmount(year=2025, amount=Decimal("57.01")),
    )


cents = st.integers(min_value=1, max_value=10**12).map(lambda value: Decimal(value).scaleb(-2))


@given(seller=cents, buyer=cents)
def test_the_value_lies_between_the_two_reports_and_never_adds_them(seller, buyer):
    result = settled(says(Side.SELLER, seller), says(Side.BUYER, buyer))
    assert min(seller, buyer) <= result.value.amount <= max(seller, buyer)
    assert (result.label is Label.DISPUTED) == (abs(seller - buyer) > max(seller, buyer) / 5)


@given(seller=cents, buyer=cents)
def test_it_does_not_matter_which_side_states_which_value(seller, buyer):
    one = settled(says(Side.SELLER, seller), says(Side.BUYER, buyer))
    other = settled(says(Side.SELLER, buyer), says(Side.BUYER, seller))
    assert (one.value, one.label) == (other.value, other.label)
