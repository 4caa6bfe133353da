"""Money as people read it: 1.234.567,89 USD in Vietnamese, USD 1,234,567.89 in English."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from matchmaker.domain.money.amount import rounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matchmaker.domain.money.amount import Money

# Group separator and decimal mark by language of the page.
SEPARATORS: Mapping[str, tuple[str, str]] = MappingProxyType({"vi": (".", ","), "en": (",", ".")})

_COMPACT_FROM = 1_000_000
_THOUSAND = 1_000
_HUNDREDTH = Decimal("0.01")
# Powers of ten with the word after the number: Vietnamese, English in short and at length.
_SCALES = (
    (6, {"vi": " triệu", "short": "m", "long": " million"}),
    (9, {"vi": " tỷ", "short": "bn", "long": " billion"}),
    (12, {"vi": " nghìn tỷ", "short": "tn", "long": " trillion"}),
)


def separators_of(lang: str) -> tuple[str, str]:
    """Group separator and decimal mark of ``vi`` or ``en``; raises ``ValueError`` for another language."""
    try:
        return SEPARATORS[lang]
    except KeyError:
        raise ValueError(f"money is written in vi and en, not in {lang!r}") from None


def format_number(number: Decimal, *, lang: str) -> str:
    """The number with grouped thousands and all its decimals, in the marks of the language."""
    group, mark = separators_of(lang)
    whole, _, fraction = f"{number:,f}".partition(".")
    whole = whole.replace(",", group)
    return f"{whole}{mark}{fraction}" if fraction else whole


def format_money(money: Money, *, lang: str) -> str:
    """The full amount with as many decimals as the currency has: ``1.234.567,89 USD`` or ``USD 1,234,567.89``."""
    return _beside_code(format_number(rounded(money.amount, currency=money.currency), lang=lang), money, lang=lang)


def format_money_compact(money: Money, *, lang: str, words: Literal["short", "long"] = "short") -> str:
    """The amount in millions or more with at most two decimals: ``12,04 triệu USD`` or ``USD 12.04m``.

    ``words="long"`` writes ``USD 12.04 million``. Amounts under a million are written in full.
    """
    separators_of(lang)
    if abs(money.amount) < _COMPACT_FROM:
        return format_money(money, lang=lang)
    power = _power_of(money.amount)
    names = dict(_SCALES)[power]
    number = format_number(_trimmed(_scaled(money.amount, power)), lang=lang)
    return _beside_code(number + names["vi" if lang == "vi" else words], money, lang=lang)


def _beside_code(text: str, money: Money, *, lang: str) -> str:
    return f"{text} {money.currency}" if lang == "vi" else f"{money.currency} {text}"


def _scaled(amount: Decimal, power: int) -> Decimal:
    return amount.scaleb(-power).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def _power_of(amount: Decimal) -> int:
    """The scale in which the rounded number stays under a thousand, so that 999,999,999 becomes one billion."""
    *lower, largest = (power for power, _ in _SCALES)
    return next((power for power in lower if abs(_scaled(amount, power)) < _THOUSAND), largest)


def _trimmed(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
