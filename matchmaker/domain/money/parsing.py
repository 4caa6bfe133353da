"""Amounts as people type them: ``20 triệu``, ``1,5 tỷ``, ``1.000.000,50``, ``1tr5``, ``USD 20 million``.

A text with one possible reading is read the same on every page; a text with two (``1.000`` is a thousand to a
Vietnamese and one to an American) is refused with both, so that no page ever guesses a factor of a thousand. The
language of the page only decides which reading is shown first.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from matchmaker.domain.money.currencies import currency_of
from matchmaker.domain.money.digits import number_readings
from matchmaker.domain.money.errors import AmbiguousAmount, UnreadableAmount
from matchmaker.domain.money.formatting import separators_of
from matchmaker.domain.money.reading import AmountProblem, Reading
from matchmaker.domain.money.spelling import (
    SHORTHANDS,
    currencies_of,
    is_and_a_half,
    magnitude_of,
    split_glued,
    with_leading_half,
    without_marks,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LARGEST_AMOUNT = Decimal(10) ** 15
LONGEST_TEXT = 64
# No currency has more than three digits in its minor unit.
_MOST_DECIMALS = 3

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys((0x00A0, 0x2002, 0x2003, 0x2007, 0x2008, 0x2009, 0x202F, 0x3000, 0x0009), 0x20)
_NUMBER = re.compile(r"[0-9][0-9.,' ’]*")
_EXPONENT = re.compile(r"[0-9.,] ?e ?[+-]?[0-9]")
_NOT_NUMBERS = frozenset({"nan", "inf", "infinity", "snan", "∞"})
_HALF = Decimal("0.5")
_MINUS_SIGNS = ("-", "−", "–", "(")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One number with the words right after it: factor one without a magnitude word."""

    digits: str
    factor: int
    is_glued_shorthand: bool
    has_magnitude: bool
    and_a_half: bool

    @property
    def whole(self) -> Decimal:
        """The number as it counts in a sum, where only a half may stand beside digits alone."""
        if not self.digits.isdecimal():
            raise UnreadableAmount(code=AmountProblem.UNCLEAR_PARTS)
        return Decimal(self.digits) + (_HALF if self.and_a_half else 0)


def read_amount(text: str, *, lang: str, currency: str | None = None) -> Reading:
    """The amount a person typed.

    ``lang`` is the language of the page, ``currency`` the code chosen in the form beside the field, if there is one.
    The reading's currency is the one in the text, else ``currency``, else None. Raises ``AmbiguousAmount`` with all
    possible readings, or ``UnreadableAmount`` with a code of ``AmountProblem``. Nought is read; rules refuse it later.
    """
    separators_of(lang)
    cleaned = _with_halves_in_digits(_cleaned(text))
    _refuse_what_is_no_amount(cleaned)
    before, parts, after = _dissected(cleaned)
    codes = _currency_codes(before, after, chosen=currency)
    readings = _usable(
        Reading(amount=amount, currency=code)
        for code in codes
        for amount in _amounts(parts, lang=lang, minor_digits=_minor_digits(code))
    )
    if len(readings) > 1:
        raise AmbiguousAmount(readings=readings)
    return readings[0]


def _cleaned(text: str) -> str:
    """Lower case, composed letters, ASCII forms of full-width signs, single kinds of space."""
    return unicodedata.normalize("NFC", text).translate(_FULL_WIDTH).translate(_SPACES).strip(" ").lower()


def _with_halves_in_digits(text: str) -> str:
    """``nửa tỷ`` and ``half a billion`` with 0.5 for the word, where a magnitude follows it."""
    return " ".join(with_leading_half(text.split(" ")))


def _refuse_what_is_no_amount(text: str) -> None:
    problem = None
    if not text:
        problem = AmountProblem.EMPTY
    elif len(text) > LONGEST_TEXT:
        problem = AmountProblem.TOO_LONG
    elif any(letter.isnumeric() and not letter.isascii() and not currencies_of(letter) for letter in text):
        problem = AmountProblem.FOREIGN_DIGITS
    elif any(word.strip("+-−") in _NOT_NUMBERS for word in text.split(" ")):
        problem = AmountProblem.NOT_A_NUMBER
    elif not _NUMBER.search(text):
        problem = AmountProblem.NO_NUMBER
    elif _is_negative(text):
        problem = AmountProblem.NEGATIVE
    elif _EXPONENT.search(text):
        problem = AmountProblem.EXPONENT
    if problem:
        raise UnreadableAmount(code=problem)


def _is_negative(text: str) -> bool:
    """A minus sign or an accountant's bracket right before the first digit, with or without a currency between."""
    first = _NUMBER.search(text)
    before = text[: first.start()].replace(" ", "") if first else ""
    return before.startswith(_MINUS_SIGNS) or before.endswith(_MINUS_SIGNS)


def _dissected(text: str) -> tuple[str, tuple[_Part, ...], str]:
    """What stands before the first number, the numbers with their magnitudes, and what is left after the last."""
    found = list(_NUMBER.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    parts = []
    after = ""
    for match, end in zip(found, ends, strict=True):
        if after:
            raise UnreadableAmount(code=AmountProblem.UNKNOWN_TEXT)
        digits = match.group().rstrip(" ")
        beside = text[match.start() + len(digits) : end]
        beside_words, and_a_half = _without_the_half(beside.split())
        factor, words, after = _magnitude_and_rest(beside_words)
        is_glued = bool(words) and " " not in beside and words[-1] in SHORTHANDS
        parts.append(
            _Part(
                digits=digits,
                factor=factor,
                is_glued_shorthand=is_glued,
                has_magnitude=bool(words),
                and_a_half=and_a_half,
            ),
        )
    return text[: found[0].start()].strip(" "), tuple(parts), after


def _without_the_half(words: list[str]) -> tuple[list[str], bool]:
    """The words without a ``rưỡi`` after the first magnitude (``tỷ rưỡi``, ``trăm rưỡi triệu``), and if it was there.

    After a second magnitude (``nghìn tỷ rưỡi``) it may halve either, so there it stays a word nobody can read.
    """
    if len(words) > 1 and magnitude_of(words[0]) is not None and is_and_a_half(words[1]):
        return [words[0], *words[2:]], True
    return words, False


def _magnitude_and_rest(words: list[str]) -> tuple[int, tuple[str, ...], str]:
    """The product of the leading magnitude words (``nghìn tỷ``), those words unmarked, and the rest of the text."""
    if words and magnitude_of(words[0]) is None:
        words = [*(split_glued(words[0]) or words[:1]), *words[1:]]
    factor, last, used = 1, 0, 0
    for word in words:
        magnitude = magnitude_of(word)
        if magnitude is None:
            break
        if magnitude <= last:
            raise UnreadableAmount(code=AmountProblem.UNCLEAR_PARTS)
        factor, last, used = factor * magnitude, magnitude, used + 1
    return factor, tuple(without_marks(word) for word in words[:used]), " ".join(words[used:])


def _currency_codes(before: str, after: str, *, chosen: str | None) -> tuple[str | None, ...]:
    """The currencies the amount may be in; one None when nothing names any."""
    named = []
    for phrase in (before, after):
        if phrase:
            codes = currencies_of(phrase)
            if not codes:
                raise UnreadableAmount(code=AmountProblem.UNKNOWN_TEXT)
            named.append(codes)
    if not named:
        return (chosen,)
    common = tuple(code for code in named[0] if code in named[-1])
    if not common:
        raise UnreadableAmount(code=AmountProblem.TWO_CURRENCIES)
    if chosen is None:
        return common
    if chosen not in common:
        raise UnreadableAmount(code=AmountProblem.OTHER_CURRENCY)
    return (chosen,)


def _minor_digits(code: str | None) -> int | None:
    return None if code is None else currency_of(code).minor_digits


def _amounts(parts: tuple[_Part, ...], *, lang: str, minor_digits: int | None) -> tuple[Decimal, ...]:
    if len(parts) == 1 and not parts[0].and_a_half:
        decimals = None if parts[0].has_magnitude else minor_digits
        return tuple(
            number * parts[0].factor for number in number_readings(parts[0].digits, lang=lang, decimals=decimals)
        )
    *sums, last = parts
    if sums and sums[-1].has_magnitude and not last.has_magnitude:
        return tuple(_sum_of(sums) + tail for tail in _tails(sums[-1], last.digits))
    return (_sum_of(parts),)


def _tails(leading: _Part, digits: str) -> tuple[Decimal, ...]:
    """What the bare digits after a magnitude may add: ``1tr5``, ``1tr250``, but also ``1 triệu 5``."""
    if len(digits) > _MOST_DECIMALS or not digits.isdecimal() or leading.and_a_half:
        raise UnreadableAmount(code=AmountProblem.UNCLEAR_PARTS)
    as_fraction = Decimal(digits).scaleb(-len(digits)) * leading.factor
    if not leading.is_glued_shorthand:
        return as_fraction, Decimal(digits)
    if len(digits) == 1:
        return (as_fraction,)
    return as_fraction, Decimal(digits) * leading.factor / 1000


def _sum_of(parts: Sequence[_Part]) -> Decimal:
    """Parts of falling size, each smaller than one of the part before: ``2 tỷ 500 triệu``."""
    total = Decimal(0)
    room: Decimal | None = None
    for part in parts:
        value = part.whole * part.factor
        if room is not None and value >= room:
            raise UnreadableAmount(code=AmountProblem.UNCLEAR_PARTS)
        total, room = total + value, Decimal(part.factor)
    return total


def _usable(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """The distinct readings that are amounts of their currency; if there is none, the reason of the first."""
    kept: list[Reading] = []
    problems: list[AmountProblem] = []
    for reading in readings:
        plain = Reading(amount=_plain(reading.amount), currency=reading.currency)
        problem = _problem_of(plain)
        if problem:
            problems.append(problem)
        elif plain not in kept:
            kept.append(plain)
    if not kept:
        raise UnreadableAmount(code=problems[0])
    return tuple(kept)


def _problem_of(reading: Reading) -> AmountProblem | None:
    minor_digits = _minor_digits(reading.currency)
    most = _MOST_DECIMALS if minor_digits is None else minor_digits
    if reading.amount >= LARGEST_AMOUNT:
        return AmountProblem.TOO_LARGE
    exponent = reading.amount.as_tuple().exponent
    return AmountProblem.TOO_MANY_DECIMALS if isinstance(exponent, int) and -exponent > most else None


def _plain(amount: Decimal) -> Decimal:
    """The same number without trailing decimals of nought and without an exponent."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()
