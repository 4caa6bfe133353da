"""What people type for an amount, and what must be read, asked back or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.currencies import CURRENCIES
from matchmaker.domain.money.errors import AmbiguousAmount, UnreadableAmount
from matchmaker.domain.money.formatting import format_money, format_money_compact
from matchmaker.domain.money.parsing import LARGEST_AMOUNT, read_amount
from matchmaker.domain.money.reading import AmountProblem, Reading

MILLION = 10**6
BILLION = 10**9

ONE_READING = [
    # Plain numbers and the marks of both languages, wherever only one reading is possible.
    ("0", "0", None),
    ("7", "7", None),
    ("1234567", "1234567", None),
    ("1.000.000,50", "1000000.5", None),
    ("1,000,000.50", "1000000.5", None),
    ("1.000.000", "1000000", None),
    ("1,000,000", "1000000", None),
    ("1 000 000", "1000000", None),
    ("1 000", "1000", None),
    ("1\u00a0000\u202f000", "1000000", None),
    ("1'000'000", "1000000", None),
    ("1 000 000,50", "1000000.5", None),
    ("1'250.75", "1250.75", None),
    ("0,5", "0.5", None),
    ("0.500", "0.5", None),
    ("1,50", "1.5", None),
    ("12.5", "12.5", None),
    ("1.234,5", "1234.5", None),
    ("1,234.500", "1234.5", None),
    ("  42  ", "42", None),
    # Full-width digits and marks as a Japanese keyboard sends them.
    ("１２３４", "1234", None),
    ("１，０００，０００．５０", "1000000.5", None),
    ("ＵＳＤ　２０，０００．００", "20000", "USD"),
    # Vietnamese magnitudes, with and without marks, composed or not.
    ("20 triệu", 20 * MILLION, None),
    ("20 trieu", 20 * MILLION, None),
    ("20 trie\u0323\u0302u", 20 * MILLION, None),
    ("20TRIỆU", 20 * MILLION, None),
    ("20tr", 20 * MILLION, None),
    ("1,5 tỷ", 1500 * MILLION, None),
    ("1.5 tỉ", 1500 * MILLION, None),
    ("1,5 ty", 1500 * MILLION, None),
    ("500 nghìn", 500_000, None),
    ("500 ngàn", 500_000, None),
    ("500k", 500_000, None),
    ("2 trăm triệu", 200 * MILLION, None),
    ("3 nghìn tỷ", 3000 * BILLION, None),
    ("1,2345 triệu", 1_234_500, None),
    ("2 tỷ 500 triệu", 2500 * MILLION, None),
    ("1 tỷ 200 triệu 500 nghìn", 1_200_500_000, None),
    # The spoken shorthand: the digit after the word is the next decimal.
    ("1tr5", 1_500_000, None),
    ("1tr250", 1_250_000, None),
    ("2k5", 2500, None),
    ("1tỷ2", 1_200 * MILLION, None),
    ("1tr5đ", 1_500_000, "VND"),
    # Halves as they are spoken: of the magnitude right before, or of the one right after.
    ("2 tỷ rưỡi", 2500 * MILLION, None),
    ("2 ty ruoi", 2500 * MILLION, None),
    ("1 triệu rưỡi", 1_500_000, None),
    ("1tr rưỡi", 1_500_000, None),
    ("2tỷ rưỡi đồng", 2500 * MILLION, "VND"),
    ("1 trăm rưỡi triệu", 150 * MILLION, None),
    ("2 nghìn rưỡi tỷ", 2500 * BILLION, None),
    ("2 tỷ 500 triệu rưỡi", 2_500_500_000, None),
    ("nửa tỷ", 500 * MILLION, None),
    ("Nửa triệu USD", 500_000, "USD"),
    ("USD half a million", 500_000, "USD"),
    ("half billion", 500 * MILLION, None),
    # English magnitudes.
    ("20m", 20 * MILLION, None),
    ("20 million", 20 * MILLION, None),
    ("2.5bn", 2500 * MILLION, None),
    ("1.2 billion", 1200 * MILLION, None),
    ("3 thousand", 3000, None),
    ("1 trillion", 1000 * BILLION, None),
    # Currencies before or after, by code, sign or name.
    ("USD 20 million", 20 * MILLION, "USD"),
    ("20 million USD", 20 * MILLION, "USD"),
    ("20 triệu USD", 20 * MILLION, "USD"),
    ("usd20m", 20 * MILLION, "USD"),
    ("$20m", 20 * MILLION, "USD"),
    ("20m$", 20 * MILLION, "USD"),
    ("US$ 1,250.00", "1250", "USD"),
    ("USD 20 USD", "20", "USD"),
    ("20 triệu đô la Mỹ", 20 * MILLION, "USD"),
    ("20 trieu do la", 20 * MILLION, "USD"),
    ("5trđ", 5 * MILLION, "VND"),
    ("500.000 đ", 500_000, "VND"),
    ("500,000 VND", 500_000, "VND"),
    ("1.000 ₫", 1000, "VND"),
    ("5 tỷ đồng", 5 * BILLION, "VND"),
    ("€ 12,50", "12.5", "EUR"),
    ("12,50 euro", "12.5", "EUR"),
    ("30,000 円", 30_000, "JPY"),
    ("JPY 3.000", 3000, "JPY"),
    ("100 nhân dân tệ", 100, "CNY"),
    ("S$ 5.50", "5.5", "SGD"),
    ("KWD 1.5", "1.5", "KWD"),
    ("999999999999999", 999_999_999_999_999, None),
]

TWO_READINGS = [
    ("1.000", "vi", [("1000", None), ("1", None)]),
    ("1.000", "en", [("1", None), ("1000", None)]),
    ("1,000", "vi", [("1", None), ("1000", None)]),
    ("1,000", "en", [("1000", None), ("1", None)]),
    ("20.000 USD", "vi", [("20000", "USD"), ("20", "USD")]),
    ("1234.567", "vi", [("1234567", None), ("1234.567", None)]),
    ("1.250 triệu", "vi", [("1250000000", None), ("1250000", None)]),
    ("1.250 triệu đồng", "en", [("1250000", "VND"), ("1250000000", "VND")]),
    ("KWD 1.250", "en", [("1.25", "KWD"), ("1250", "KWD")]),
    ("1 000,500", "vi", [("1000.5", None), ("1000500", None)]),
    ("1tr50", "vi", [("1500000", None), ("1050000", None)]),
    ("1tr05", "vi", [("1050000", None), ("1005000", None)]),
    ("1 triệu 5", "vi", [("1500000", None), ("1000005", None)]),
    ("2 tỷ 500", "vi", [("2500000000", None), ("2000000500", None)]),
    ("¥ 500", "vi", [("500", "JPY"), ("500", "CNY")]),
]

REFUSED = [
    ("", AmountProblem.EMPTY),
    (" \u3000\t", AmountProblem.EMPTY),
    ("1" * 65, AmountProblem.TOO_LONG),
    ("1" * 64, AmountProblem.TOO_LARGE),
    ("hai mươi triệu", AmountProblem.NO_NUMBER),
    ("USD", AmountProblem.NO_NUMBER),
    ("NaN", AmountProblem.NOT_A_NUMBER),
    ("-Infinity", AmountProblem.NOT_A_NUMBER),
    ("1 nan", AmountProblem.NOT_A_NUMBER),
    ("-5", AmountProblem.NEGATIVE),
    ("-0", AmountProblem.NEGATIVE),
    ("−20", AmountProblem.NEGATIVE),
    ("－20", AmountProblem.NEGATIVE),
    ("USD -20", AmountProblem.NEGATIVE),
    ("- USD 20", AmountProblem.NEGATIVE),
    ("(1,000.00)", AmountProblem.NEGATIVE),
    ("1e9", AmountProblem.EXPONENT),
    ("1E+9", AmountProblem.EXPONENT),
    ("2.5 e3", AmountProblem.EXPONENT),
    ("١٢٣", AmountProblem.FOREIGN_DIGITS),
    ("1٢3", AmountProblem.FOREIGN_DIGITS),
    ("१२३", AmountProblem.FOREIGN_DIGITS),
    ("10²", AmountProblem.FOREIGN_DIGITS),
    ("½", AmountProblem.FOREIGN_DIGITS),
    ("1.2.3", AmountProblem.MALFORMED_NUMBER),
    ("1,00,000", AmountProblem.MALFORMED_NUMBER),
    ("1.000,000.00", AmountProblem.MALFORMED_NUMBER),
    ("1,,000", AmountProblem.MALFORMED_NUMBER),
    ("1 00", AmountProblem.MALFORMED_NUMBER),
    ("12 5", AmountProblem.MALFORMED_NUMBER),
    ("1'000 000", AmountProblem.MALFORMED_NUMBER),
    ("5.", AmountProblem.MALFORMED_NUMBER),
    ("007", AmountProblem.MALFORMED_NUMBER),
    ("0.000.000", AmountProblem.MALFORMED_NUMBER),
    (".5", AmountProblem.UNKNOWN_TEXT),
    ("+5", AmountProblem.UNKNOWN_TEXT),
    ("5d", AmountProblem.UNKNOWN_TEXT),
    ("0x1f", AmountProblem.UNKNOWN_TEXT),
    ("1_000", AmountProblem.UNKNOWN_TEXT),
    ("20-30 triệu", AmountProblem.UNKNOWN_TEXT),
    ("khoảng 20 triệu", AmountProblem.UNKNOWN_TEXT),
    ("=1+1", AmountProblem.UNKNOWN_TEXT),
    ("1\u200b000", AmountProblem.UNKNOWN_TEXT),
    ("1\x00", AmountProblem.UNKNOWN_TEXT),
    ("5 \ud800", AmountProblem.UNKNOWN_TEXT),
    ("50%", AmountProblem.UNKNOWN_TEXT),
    ("1 triệu tỷ triệu", AmountProblem.UNCLEAR_PARTS),
    ("1,5 tỷ 200 triệu", AmountProblem.UNCLEAR_PARTS),
    ("5 triệu 2 tỷ", AmountProblem.UNCLEAR_PARTS),
    ("1 tỷ 1200 triệu", AmountProblem.UNCLEAR_PARTS),
    ("1 tỷ 1000 triệu", AmountProblem.UNCLEAR_PARTS),
    ("5 triệu triệu", AmountProblem.UNCLEAR_PARTS),
    ("1tr2500", AmountProblem.UNCLEAR_PARTS),
    ("1,5 tỷ rưỡi", AmountProblem.UNCLEAR_PARTS),
    ("1.500 tỷ rưỡi", AmountProblem.UNCLEAR_PARTS),
    ("2 tỷ rưỡi 5", AmountProblem.UNCLEAR_PARTS),
    ("2 tỷ nửa triệu", AmountProblem.UNCLEAR_PARTS),
    ("2 nửa tỷ", AmountProblem.MALFORMED_NUMBER),
    ("2 nghìn tỷ rưỡi", AmountProblem.UNKNOWN_TEXT),
    ("2 rưỡi", AmountProblem.UNKNOWN_TEXT),
    ("2 tỷ nửa", AmountProblem.UNKNOWN_TEXT),
    ("nửa", AmountProblem.NO_NUMBER),
    ("USD 20 EUR", AmountProblem.TWO_CURRENCIES),
    ("12.5 JPY", AmountProblem.TOO_MANY_DECIMALS),
    ("USD 1.2345", AmountProblem.TOO_MANY_DECIMALS),
    ("1.2345", AmountProblem.TOO_MANY_DECIMALS),
    ("1000000000000000", AmountProblem.TOO_LARGE),
    ("9999 nghìn tỷ", AmountProblem.TOO_LARGE),
    ("9" * 40, AmountProblem.TOO_LARGE),
    ("1." + "0" * 40 + "1", AmountProblem.TOO_LARGE),
]


@pytest.mark.parametrize(("text", "amount", "currency"), ONE_READING)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_text_with_one_reading_is_read_the_same_on_every_page(text, amount, currency, lang):
    assert read_amount(text, lang=lang) == Reading(amount=Decimal(amount), currency=currency)


@pytest.mark.parametrize(("text", "lang", "readings"), TWO_READINGS)
def test_a_text_with_two_readings_is_refused_with_both_the_pages_own_first(text, lang, readings):
    with pytest.raises(AmbiguousAmount) as refusal:
        read_amount(text, lang=lang)
    assert refusal.value.readings == tuple(
        Reading(amount=Decimal(amount), currency=currency) for amount, currency in readings
    )


@pytest.mark.parametrize(("text", "problem"), REFUSED)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_no_amount_is_refused_with_its_reason(text, problem, lang):
    with pytest.raises(UnreadableAmount) as refusal:
        read_amount(text, lang=lang)
    assert refusal.value.code == problem


def test_the_currency_chosen_beside_the_field_is_used_when_the_text_names_none():
    assert read_amount("20,5", lang="vi", currency="EUR") == Reading(amount=Decimal("20.5"), currency="EUR")


def test_the_chosen_currency_settles_what_its_minor_unit_can_settle():
    assert read_amount("1.000", lang="en", currency="VND") == Reading(amount=Decimal(1000), currency="VND")


def test_the_chosen_currency_settles_a_sign_of_two_currencies():
    assert read_amount("¥500", lang="vi", currency="CNY") == Reading(amount=Decimal(500), currency="CNY")


def test_a_typed_currency_other_than_the_chosen_one_is_refused():
    with pytest.raises(UnreadableAmount) as refusal:
        read_amount("500 triệu đồng", lang="vi", currency="USD")
    assert refusal.value.code == AmountProblem.OTHER_CURRENCY


def test_a_reading_becomes_money_in_its_own_currency_before_any_other():
    assert read_amount("5 EUR", lang="vi").as_money(currency="USD") == Money(amount=Decimal(5), currency="EUR")
    assert read_amount("5", lang="vi").as_money(currency="USD") == Money(amount=Decimal(5), currency="USD")


def test_a_page_in_a_third_language_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="not in 'fr'"):
        read_amount("5", lang="fr")


@st.composite
def moneys(draw):
    currency = draw(st.sampled_from(sorted(CURRENCIES)))
    digits = CURRENCIES[currency].minor_digits
    units = draw(st.integers(min_value=0, max_value=10 ** (15 + digits) - 1))
    return Money(amount=Decimal(units).scaleb(-digits), currency=currency)


@given(money=moneys(), lang=st.sampled_from(["vi", "en"]), page=st.sampled_from(["vi", "en"]))
def test_every_amount_this_program_writes_is_read_back_on_every_page(money, lang, page):
    text = format_money(money, lang=lang)
    is_three_decimals_only = CURRENCIES[money.currency].minor_digits == 3 and money.amount < 10**3
    if is_three_decimals_only and money.amount >= 1:
        with pytest.raises(AmbiguousAmount) as refusal:
            read_amount(text, lang=page)
        assert Reading(amount=money.amount, currency=money.currency) in refusal.value.readings
    else:
        assert read_amount(text, lang=page) == Reading(amount=money.amount, currency=money.currency)


@given(
    hundredths=st.integers(min_value=100, max_value=99_999),
    power=st.sampled_from([6, 9, 12]),
    lang=st.sampled_from(["vi", "en"]),
    words=st.sampled_from(["short", "long"]),
)
def test_a_short_form_that_rounds_nothing_is_read_back_whole(hundredths, power, lang, words):
    money = Money(amount=Decimal(hundredths) * Decimal(10) ** (power - 2), currency="USD")
    assert read_amount(format_money_compact(money, lang=lang, words=words), lang=lang) == Reading(
        amount=money.amount, currency="USD"
    )


def answer_to(text):
    """The readings of a text, or the code of its refusal."""
    try:
        return [read_amount(text, lang="vi")]
    except AmbiguousAmount as ambiguous:
        return list(ambiguous.readings)
    except UnreadableAmount as unreadable:
        return unreadable.code


@given(
    text=st.text(max_size=80)
    | st.text(alphabet=st.sampled_from("0123456789.,' -+eEkmtrỷiệuđ$¥１％USDnghì\u00a0"), max_size=20)
)
def test_any_text_is_read_asked_back_or_refused_and_never_breaks(text):
    answer = answer_to(text)
    if isinstance(answer, list):
        assert len(set(answer)) == len(answer) > 0
        assert all(0 <= reading.amount < LARGEST_AMOUNT for reading in answer)
    else:
        assert answer in set(AmountProblem)


@pytest.mark.parametrize("text", ["1234.567", "1234,567", "12345.678"])
def test_a_long_head_before_three_digits_is_never_a_group_of_thousands(text):
    with pytest.raises(UnreadableAmount) as refusal:
        read_amount(text, lang="en", currency="SGD")
    assert refusal.value.code == AmountProblem.TOO_MANY_DECIMALS
