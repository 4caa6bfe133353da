"""A run of digits with points, commas, spaces or apostrophes, and every number it may stand for."""

from __future__ import annotations

import re
from decimal import Decimal

from matchmaker.domain.money.errors import UnreadableAmount
from matchmaker.domain.money.formatting import separators_of
from matchmaker.domain.money.reading import AmountProblem

# Decimal arithmetic keeps 28 digits; a longer number would be rounded to a shorter one instead of being refused.
_MOST_DIGITS = 24
_GROUP = 3
_PLAIN = re.compile(r"0|[1-9][0-9]*")
_SPACED = re.compile(r"[1-9][0-9]{0,2}(?:[ '’][0-9]{3})+")
_MARKS = ".,"


def number_readings(digits: str, *, lang: str, decimals: int | None) -> tuple[Decimal, ...]:
    """All numbers the text may mean, the page's own convention first; ``decimals`` is how many the amount may have.

    Raises ``UnreadableAmount`` when groups are not of three, a separator is doubled, or noughts lead.
    """
    if sum(letter.isdigit() for letter in digits) > _MOST_DIGITS:
        raise UnreadableAmount(code=AmountProblem.TOO_LARGE)
    marks = [letter for letter in digits if letter in _MARKS]
    if not marks:
        return (_whole(digits),)
    last = marks[-1]
    whole, _, fraction = digits.rpartition(last)
    if not fraction.isdecimal():
        raise UnreadableAmount(code=AmountProblem.MALFORMED_NUMBER)
    if len(marks) == 1:
        return _one_mark(whole, last, fraction, lang=lang, decimals=decimals)
    if marks.count(last) == len(marks):
        return (_grouped(digits, last),)
    if last in whole:
        raise UnreadableAmount(code=AmountProblem.MALFORMED_NUMBER)
    return (_decimal(_grouped(whole, marks[0]), fraction),)


def _one_mark(whole: str, mark: str, fraction: str, *, lang: str, decimals: int | None) -> tuple[Decimal, ...]:
    """One point or comma: before three digits it may group or divide, otherwise it can only divide."""
    as_decimal = _decimal(_whole(whole), fraction)
    if len(fraction) != _GROUP or whole == "0":
        return (as_decimal,)
    as_grouped = _whole(whole) * 1000 + Decimal(fraction)
    if decimals == 0:
        return (as_grouped,)
    if decimals is not None and decimals < _GROUP < len(whole):
        return (as_decimal,)  # Nobody groups 1234.567, so the currency's decimals must not turn it into a million.
    group, _ = separators_of(lang)
    return (as_grouped, as_decimal) if mark == group else (as_decimal, as_grouped)


def _whole(text: str) -> Decimal:
    """A whole number, plain or in groups of three parted by spaces or apostrophes."""
    kinds = {letter for letter in text if not letter.isdigit()}
    if not _PLAIN.fullmatch(text) and not (len(kinds) == 1 and _SPACED.fullmatch(text)):
        raise UnreadableAmount(code=AmountProblem.MALFORMED_NUMBER)
    return Decimal("".join(letter for letter in text if letter.isdigit()))


def _grouped(text: str, mark: str) -> Decimal:
    """A whole number in groups of three parted by one kind of mark."""
    head, *groups = text.split(mark)
    is_head = _PLAIN.fullmatch(head) is not None and len(head) <= _GROUP and head != "0"
    if not is_head or any(len(group) != _GROUP or not group.isdecimal() for group in groups):
        raise UnreadableAmount(code=AmountProblem.MALFORMED_NUMBER)
    return Decimal(head + "".join(groups))


def _decimal(whole: Decimal, fraction: str) -> Decimal:
    return whole + Decimal(fraction).scaleb(-len(fraction))
