"""Fixed rates: into the report currency, to its minor unit, or not at all."""

from datetime import date
from decimal import Decimal

import pytest

from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.errors import InvalidRate, MissingRate, UnknownCurrency
from matchmaker.domain.money.rates import FixedRates, Rate


def rate(currency, value):
    return Rate(currency=currency, rate=value, quoted_on=date(2023, 11, 1), source="central bank")


RATES = FixedRates(report_currency="USD", rates=(rate("VND", Decimal("0.0000406")), rate("EUR", Decimal("1.0575"))))


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("1000000000", "VND", "40600.00"),
        ("123", "VND", "0.00"),
        ("124", "VND", "0.01"),
        ("0.20", "EUR", "0.21"),
        ("100.01", "EUR", "105.76"),
        ("7.25", "USD", "7.25"),
    ],
)
def test_an_amount_is_converted_to_the_cent_with_halves_up(amount, currency, expected):
    converted = RATES.convert(Money(amount=Decimal(amount), currency=currency))
    assert converted == Money(amount=Decimal(expected), currency="USD")


def test_a_currency_without_a_rate_is_refused():
    assert [RATES.covers(code) for code in ("USD", "VND", "JPY")] == [True, True, False]
    with pytest.raises(MissingRate) as refusal:
        RATES.convert(Money(amount=Decimal(1), currency="JPY"))
    assert refusal.value.facts == {"currency": "JPY", "report_currency": "USD"}


@pytest.mark.parametrize("value", [Decimal(0), Decimal(-1), Decimal("NaN"), 1.0])
def test_a_rate_must_be_a_positive_decimal(value):
    with pytest.raises(InvalidRate):
        rate("VND", value)


def test_a_rate_of_an_unknown_currency_is_refused():
    with pytest.raises(UnknownCurrency):
        rate("XYZ", Decimal(1))


@pytest.mark.parametrize("rates", [(rate("VND", Decimal(1)), rate("VND", Decimal(2))), (rate("USD", Decimal(2)),)])
def test_no_currency_has_two_rates_and_the_report_currency_is_worth_one(rates):
    with pytest.raises(InvalidRate):
        FixedRates(report_currency="USD", rates=rates)
