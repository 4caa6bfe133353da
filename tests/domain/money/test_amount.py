"""Money is exact and in one currency."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.money.amount import Money, quantum_of, rounded
from matchmaker.domain.money.errors import InexactAmount, MixedCurrencies, UnknownCurrency


def usd(amount):
    return Money(amount=Decimal(amount), currency="USD")


def vnd(amount):
    return Money(amount=Decimal(amount), currency="VND")


@pytest.mark.parametrize("amount", [0.1, 1, "1", None, Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_it_refuses_what_is_not_a_finite_decimal(amount):
    with pytest.raises(InexactAmount) as refusal:
        Money(amount=amount, currency="USD")
    assert refusal.value.facts == {"amount": repr(amount)}


@pytest.mark.parametrize("currency", ["usd", "", "XXX", "US"])
def test_it_refuses_a_currency_it_does_not_know(currency):
    with pytest.raises(UnknownCurrency) as refusal:
        Money(amount=Decimal(1), currency=currency)
    assert refusal.value.facts == {"currency": currency}


def test_minus_nought_is_nought():
    assert str(usd("-0").amount) == "0"


def test_it_adds_subtracts_and_compares_within_one_currency():
    assert usd("1.10") + usd("2.20") == usd("3.30")
    assert usd("1.10") - usd("2.20") == usd("-1.10")
    assert usd(1) < usd(2) <= usd(2)
    assert usd(2) > usd(1) >= usd(1)


@pytest.mark.parametrize(
    "operation",
    [
        lambda: usd(1) + vnd(1),
        lambda: usd(1) - vnd(1),
        lambda: usd(1) < vnd(1),
        lambda: usd(1) <= vnd(1),
        lambda: usd(1) > vnd(1),
        lambda: usd(1) >= vnd(1),
        lambda: Money.total([vnd(1)], currency="USD"),
    ],
)
def test_it_refuses_to_mix_two_currencies(operation):
    with pytest.raises(MixedCurrencies) as refusal:
        operation()
    assert refusal.value.code == "mixed_currencies"


def test_a_total_is_exact_whatever_precision_the_caller_works_with():
    with localcontext() as context:
        context.prec = 3
        assert Money.total([usd("1212084071.28"), usd("0.01")], currency="USD") == usd("1212084071.29")


def test_the_total_of_nothing_is_nought():
    assert Money.total([], currency="JPY") == Money.zero("JPY")


@pytest.mark.parametrize(
    ("currency", "quantum"), [("USD", Decimal("0.01")), ("VND", Decimal(1)), ("KWD", Decimal("0.001"))]
)
def test_the_smallest_unit_follows_the_currency(currency, quantum):
    assert quantum_of(currency) == quantum


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [("0.005", "USD", "0.01"), ("0.0049", "USD", "0.00"), ("2.5", "VND", "3"), ("1.0005", "KWD", "1.001")],
)
def test_halves_are_rounded_up(amount, currency, expected):
    assert str(rounded(Decimal(amount), currency=currency)) == expected


def test_the_mean_of_two_amounts_rounds_a_half_cent_up():
    assert usd("0.01").mean_with(usd("0.02")) == usd("0.02")


def test_it_is_divided_by_a_count_to_the_minor_unit():
    assert usd(20_030_000).divided_by(522) == usd("38371.65")


def test_a_split_gives_the_odd_cents_to_the_largest_remainders():
    assert usd("0.10").split([Decimal(1), Decimal(1), Decimal(1)]) == (usd("0.04"), usd("0.03"), usd("0.03"))
    assert usd("1.00").split([Decimal(1), Decimal(2)]) == (usd("0.33"), usd("0.67"))


@pytest.mark.parametrize("weights", [[Decimal(0), Decimal(0)], [Decimal(-1), Decimal(2)]])
def test_a_split_refuses_weights_that_share_nothing_out(weights):
    with pytest.raises(ValueError, match="weights"):
        usd(1).split(weights)


@given(
    cents=st.integers(min_value=0, max_value=10**17),
    weights=st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=8).filter(any),
)
def test_a_split_always_sums_to_the_whole(cents, weights):
    whole = usd(Decimal(cents).scaleb(-2))
    parts = whole.split([Decimal(weight) for weight in weights])
    assert Money.total(parts, currency="USD") == whole
    assert all(rounded(part.amount, currency="USD") == part.amount for part in parts)
