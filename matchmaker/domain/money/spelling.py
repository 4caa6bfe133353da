"""The words and signs that may stand beside a typed number: magnitudes and currencies."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING

from matchmaker.domain.money.currencies import CURRENCIES, TYPED_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

# Without diacritics, because people type "trieu" and "tỉ" as often as "triệu" and "tỷ".
MAGNITUDES: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("tram", "hundred"), 10**2),
        **dict.fromkeys(("nghin", "ngan", "k", "thousand"), 10**3),
        **dict.fromkeys(("trieu", "tr", "m", "mn", "mln", "mio", "million"), 10**6),
        **dict.fromkeys(("ty", "ti", "bn", "b", "billion"), 10**9),
        **dict.fromkeys(("tn", "trillion"), 10**12),
    },
)

# After these a glued digit is a part of the next thousand: "1tr5" is 1.5 million.
SHORTHANDS = frozenset({"k", "nghin", "ngan", "tr", "trieu", "ty", "ti"})

_LETTERS_KEPT_APART = 2


def without_marks(text: str) -> str:
    """The text in lower case without Vietnamese diacritics; ``đ`` becomes ``d``."""
    decomposed = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _currency_names() -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = dict(TYPED_NAMES)
    for currency in CURRENCIES.values():
        for name in (currency.code, currency.name_vi, currency.name_en, currency.plural_en):
            names[name.lower()] = (currency.code,)
    # A lone "đ" keeps its stroke: "5d" is not five dong but a slip of the finger.
    unmarked = {without_marks(name): codes for name, codes in names.items() if len(name) >= _LETTERS_KEPT_APART}
    return {**unmarked, **names}


_CURRENCIES: Mapping[str, tuple[str, ...]] = MappingProxyType(_currency_names())


def magnitude_of(word: str) -> int | None:
    """The power of ten a word stands for, or None."""
    return MAGNITUDES.get(without_marks(word))


def is_and_a_half(word: str) -> bool:
    """Whether the word adds half of the magnitude before it: ``2 tỷ rưỡi`` is 2.5 billion."""
    return without_marks(word) == "ruoi"


def with_leading_half(words: list[str]) -> list[str]:
    """The words with ``nửa``, ``half`` or ``half a`` written 0.5 where a magnitude follows; others are left alone."""
    for at, word in enumerate(words):
        if without_marks(word) in {"nua", "half"}:
            after = at + 1 + (words[at + 1 : at + 2] == ["a"])
            if after < len(words) and magnitude_of(words[after]) is not None:
                return [*words[:at], "0.5", *words[after:]]
    return words


def currencies_of(phrase: str) -> tuple[str, ...]:
    """The codes a name or sign may mean: one, two for the yen and yuan sign, none if it is no currency."""
    phrase = phrase.lower()
    return _CURRENCIES.get(phrase) or _CURRENCIES.get(without_marks(phrase), ())


def split_glued(word: str) -> tuple[str, str] | None:
    """``trđ`` or ``musd`` as magnitude and currency, or None when the word is not made of the two."""
    for cut in range(1, len(word)):
        if magnitude_of(word[:cut]) is not None and currencies_of(word[cut:]):
            return word[:cut], word[cut:]
    return None
