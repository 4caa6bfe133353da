"""An amount read back in words, so that a misplaced nought is heard before it is saved."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from matchmaker.domain.money.amount import rounded
from matchmaker.domain.money.currencies import currency_of
from matchmaker.domain.money.formatting import separators_of

if TYPE_CHECKING:
    from matchmaker.domain.money.amount import Money

_VI_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_VI_GROUPS = ((10**6, "triệu"), (10**3, "nghìn"))
_EN_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_GROUPS = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"))

_BILLION = 10**9
_HUNDRED = 100
_TWENTY = 20
_TEN = 10
_ONE, _FOUR, _FIVE = 1, 4, 5


def money_in_words(money: Money, *, lang: str) -> str:
    """The amount in words with its currency, lower case: ``một triệu hai trăm nghìn đô la Mỹ``.

    The amount must not be negative (``ValueError``). It is rounded to the currency's minor unit; decimals are read
    digit by digit after ``phẩy`` or ``point``, which needs no word for each currency's hundredth.
    """
    separators_of(lang)
    if money.amount < 0:
        raise ValueError("only amounts from nought upwards are read in words")
    amount = rounded(money.amount, currency=money.currency)
    whole, _, fraction = f"{amount:f}".partition(".")
    fraction = fraction.rstrip("0")
    currency = currency_of(money.currency)
    if lang == "vi":
        number = _with_decimals(number_in_vietnamese(int(whole)), fraction, mark="phẩy", digits=_VI_DIGITS)
        return f"{number} {currency.name_vi}"
    number = _with_decimals(number_in_english(int(whole)), fraction, mark="point", digits=_EN_SMALL)
    return f"{number} {currency.name_en if amount == Decimal(1) else currency.plural_en}"


def _with_decimals(words: str, fraction: str, *, mark: str, digits: tuple[str, ...]) -> str:
    if not fraction:
        return words
    return " ".join([words, mark, *(digits[int(digit)] for digit in fraction)])


def number_in_vietnamese(number: int) -> str:
    """A whole number from nought upwards in Vietnamese words, in the way amounts are written on contracts.

    An empty group before a smaller one is spoken (``một triệu không nghìn năm trăm``), because ``một triệu năm trăm``
    is heard as one and a half million.
    """
    if number == 0:
        return _VI_DIGITS[0]
    words: list[str] = []
    billions, rest = divmod(number, _BILLION)
    if billions:
        words += [number_in_vietnamese(billions), "tỷ"]
    for size, name in _VI_GROUPS:
        count, rest = divmod(rest, size)
        if count:
            words += [*_three_digits_vi(count, is_first=not words), name]
        elif words and rest:
            words += [_VI_DIGITS[0], name]
    if rest:
        words += _three_digits_vi(rest, is_first=not words)
    return " ".join(words)


def _three_digits_vi(number: int, *, is_first: bool) -> list[str]:
    """One group of up to three digits; a group that follows another names its hundreds even when there are none."""
    hundreds, rest = divmod(number, _HUNDRED)
    words: list[str] = []
    if hundreds or not is_first:
        words += [_VI_DIGITS[hundreds], "trăm"]
    if not rest:
        return words
    tens, units = divmod(rest, _TEN)
    if not tens:
        return [*words, "linh", _VI_DIGITS[units]] if words else [_VI_DIGITS[units]]
    words += ["mười"] if tens == 1 else [_VI_DIGITS[tens], "mươi"]
    if not units:
        return words
    return [*words, _unit_after_tens(units, tens=tens)]


def _unit_after_tens(units: int, *, tens: int) -> str:
    if units == _FIVE:
        return "lăm"
    if tens > 1 and units == _ONE:
        return "mốt"
    if tens > 1 and units == _FOUR:
        return "tư"
    return _VI_DIGITS[units]


def number_in_english(number: int) -> str:
    """A whole number from nought upwards in English words: ``twelve thousand three hundred forty-five``."""
    if number == 0:
        return _EN_SMALL[0]
    words: list[str] = []
    rest = number
    for size, name in _EN_GROUPS:
        count, rest = divmod(rest, size)
        if count:
            words += [number_in_english(count), name]
    if rest >= _HUNDRED:
        hundreds, rest = divmod(rest, _HUNDRED)
        words += [_EN_SMALL[hundreds], "hundred"]
    if rest >= _TWENTY:
        tens, units = divmod(rest, _TEN)
        words.append(_EN_TENS[tens] + (f"-{_EN_SMALL[units]}" if units else ""))
    elif rest:
        words.append(_EN_SMALL[rest])
    return " ".join(words)
