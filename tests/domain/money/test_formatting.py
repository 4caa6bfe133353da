"""Money as it is written in both languages."""

from decimal import Decimal

import pytest

from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.formatting import format_money, format_money_compact, format_number


@pytest.mark.parametrize(
    ("amount", "currency", "vietnamese", "english"),
    [
        ("1234567.89", "USD", "1.234.567,89 USD", "USD 1,234,567.89"),
        ("0", "USD", "0,00 USD", "USD 0.00"),
        ("20000", "USD", "20.000,00 USD", "USD 20,000.00"),
        ("1234567", "VND", "1.234.567 VND", "VND 1,234,567"),
        ("1.5", "KWD", "1,500 KWD", "KWD 1.500"),
        ("-1234.5", "EUR", "-1.234,50 EUR", "EUR -1,234.50"),
        ("1E+6", "JPY", "1.000.000 JPY", "JPY 1,000,000"),
    ],
)
def test_the_full_amount_has_the_marks_of_its_language(amount, currency, vietnamese, english):
    money = Money(amount=Decimal(amount), currency=currency)
    assert [format_money(money, lang=lang) for lang in ("vi", "en")] == [vietnamese, english]


@pytest.mark.parametrize(
    ("amount", "vietnamese", "short", "long"),
    [
        ("12040000", "12,04 triệu USD", "USD 12.04m", "USD 12.04 million"),
        ("20000000", "20 triệu USD", "USD 20m", "USD 20 million"),
        ("12500000", "12,5 triệu USD", "USD 12.5m", "USD 12.5 million"),
        ("1212084071.28", "1,21 tỷ USD", "USD 1.21bn", "USD 1.21 billion"),
        ("999994999", "999,99 triệu USD", "USD 999.99m", "USD 999.99 million"),
        ("999995000", "1 tỷ USD", "USD 1bn", "USD 1 billion"),
        ("1234567000000000", "1.234,57 nghìn tỷ USD", "USD 1,234.57tn", "USD 1,234.57 trillion"),
        ("1000000", "1 triệu USD", "USD 1m", "USD 1 million"),
        ("999999.99", "999.999,99 USD", "USD 999,999.99", "USD 999,999.99"),
        ("-20000000", "-20 triệu USD", "USD -20m", "USD -20 million"),
    ],
)
def test_the_short_form_counts_in_millions_and_more(amount, vietnamese, short, long):
    money = Money(amount=Decimal(amount), currency="USD")
    assert [
        format_money_compact(money, lang="vi"),
        format_money_compact(money, lang="en"),
        format_money_compact(money, lang="en", words="long"),
    ] == [vietnamese, short, long]


def test_a_number_keeps_all_its_decimals():
    assert format_number(Decimal("1234.5600"), lang="vi") == "1.234,5600"


def test_another_language_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="not in 'fr'"):
        format_money(Money.zero("USD"), lang="fr")
