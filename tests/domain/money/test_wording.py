"""Amounts read back in words; the Vietnamese ones are read again by a small reader written for the test."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.wording import money_in_words, number_in_english, number_in_vietnamese


@pytest.mark.parametrize(
    ("amount", "currency", "vietnamese", "english"),
    [
        ("1200000", "USD", "một triệu hai trăm nghìn đô la Mỹ", "one million two hundred thousand US dollars"),
        ("0", "VND", "không đồng", "zero Vietnamese dong"),
        ("1", "USD", "một đô la Mỹ", "one US dollar"),
        ("12.50", "EUR", "mười hai phẩy năm euro", "twelve point five euros"),
        ("0.05", "USD", "không phẩy không năm đô la Mỹ", "zero point zero five US dollars"),
        (
            "1000000500",
            "JPY",
            "một tỷ không triệu không nghìn năm trăm yên Nhật",
            "one billion five hundred Japanese yen",
        ),
    ],
)
def test_money_is_read_with_its_currency(amount, currency, vietnamese, english):
    money = Money(amount=Decimal(amount), currency=currency)
    assert [money_in_words(money, lang=lang) for lang in ("vi", "en")] == [vietnamese, english]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (101, "một trăm linh một"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_500, "một nghìn năm trăm"),
        (1_000_500, "một triệu không nghìn năm trăm"),
        (21_045_000, "hai mươi mốt triệu không trăm bốn mươi lăm nghìn"),
        (3 * 10**12, "ba nghìn tỷ"),
        (1_200_000_000_000, "một nghìn hai trăm tỷ"),
    ],
)
def test_vietnamese_numbers_follow_the_way_they_are_spoken(number, words):
    assert number_in_vietnamese(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (13, "thirteen"),
        (40, "forty"),
        (45, "forty-five"),
        (105, "one hundred five"),
        (12_345, "twelve thousand three hundred forty-five"),
        (2_000_000_000_001, "two trillion one"),
        (5 * 10**17, "five hundred thousand trillion"),
    ],
)
def test_english_numbers_are_read_in_groups_of_three(number, words):
    assert number_in_english(number) == words


def test_a_negative_amount_has_no_words():
    with pytest.raises(ValueError, match="nought upwards"):
        money_in_words(Money(amount=Decimal(-1), currency="USD"), lang="vi")


DIGITS = {
    "không": 0,
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
    "mốt": 1,
    "tư": 4,
    "lăm": 5,
    "linh": 0,
}


def value_of_vietnamese(words):
    total = group = pending = 0
    for word in words.split():
        if word == "tỷ":
            total, group, pending = (total + group + pending) * 10**9, 0, 0
        elif word in {"triệu", "nghìn"}:
            total, group, pending = total + (group + pending) * {"triệu": 10**6, "nghìn": 10**3}[word], 0, 0
        elif word in {"trăm", "mươi"}:
            group, pending = group + pending * {"trăm": 100, "mươi": 10}[word], 0
        elif word == "mười":
            group += 10
        else:
            pending = DIGITS[word]
    return total + group + pending


@given(number=st.integers(min_value=0, max_value=10**15 - 1))
def test_the_words_say_the_number_and_no_other(number):
    assert value_of_vietnamese(number_in_vietnamese(number)) == number


@given(
    amounts=st.tuples(st.integers(0, 10**15 - 1), st.integers(0, 10**15 - 1)).filter(lambda pair: pair[0] != pair[1])
)
def test_two_numbers_never_share_their_english_words(amounts):
    assert number_in_english(amounts[0]) != number_in_english(amounts[1])
