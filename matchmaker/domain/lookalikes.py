"""Signs that two entries are one company: the same number, the same name in other spellings, the same mailbox.

A sign is a reason to look, never a proof: an organizer decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

from matchmaker.domain.names import company_key, same_company

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A Vietnamese branch has the number of its head office and three digits more.
HEAD_OFFICE_DIGITS = 10
# More entries than these under one sign, such as one agent's mailbox, would fill a page with pairs that say nothing.
MOST_OF_A_KIND = 12
# Letters of other alphabets that look like Latin ones; after folding only small letters are left.
LIKE_LATIN = str.maketrans("аеорсхуіѕјһԁԛԝοανρτικ", "aeopcxyisjhdqwoavptik")


class Sign(StrEnum):
    """What two entries have in common, the strongest first."""

    TAX_CODE = "tax_code"
    NAME = "name"
    BRANCH = "branch"
    EMAIL = "email"
    LETTERS = "letters"
    LOOK = "look"


STRENGTH = {sign: place for place, sign in enumerate(Sign)}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a company is compared by. ``key`` is any text that names it."""

    key: str
    name: str
    tax_code: str = ""
    emails: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries, in order of their keys, and what speaks for their being one."""

    one: str
    other: str
    signs: tuple[Sign, ...]


def look_of(name: str) -> str:
    """How a name looks: letters of other alphabets as their Latin doubles, without marks, spaces and legal form."""
    return "".join(letter for letter in company_key(name).translate(LIKE_LATIN) if letter.isalnum())


def digits_of(tax_code: str) -> str:
    """The digits and letters of a tax code, whatever stands between them."""
    return "".join(letter for letter in tax_code.upper() if letter.isalnum())


def lookalikes(entries: Iterable[Entry]) -> list[Pair]:
    """Return the pairs that may be one company, those with the strongest sign first."""
    known = list(entries)
    found: dict[tuple[str, str], set[Sign]] = {}
    for one, other, sign in _candidates(known):
        first, second = sorted((one, other), key=lambda entry: entry.key)
        found.setdefault((first.key, second.key), set()).add(_exact(sign, first, second))
    pairs = [Pair(one, other, tuple(sorted(signs, key=STRENGTH.__getitem__))) for (one, other), signs in found.items()]
    return sorted(pairs, key=lambda pair: (STRENGTH[pair.signs[0]], -len(pair.signs), pair.one, pair.other))


def _exact(sign: Sign, one: Entry, other: Entry) -> Sign:
    """Tell apart what one bucket holds: the same name from the same letters, the same number from a branch's."""
    if sign is Sign.LOOK:
        if same_company(one.name, other.name):
            return Sign.NAME
        return Sign.LETTERS if company_key(one.name) == company_key(other.name) else Sign.LOOK
    if sign is Sign.TAX_CODE and digits_of(one.tax_code) != digits_of(other.tax_code):
        return Sign.BRANCH
    return sign


def _candidates(entries: list[Entry]) -> Iterator[tuple[Entry, Entry, Sign]]:
    buckets: dict[tuple[Sign, str], list[Entry]] = {}
    for entry in entries:
        for bucket in _buckets(entry):
            buckets.setdefault(bucket, []).append(entry)
    for (sign, _), together in buckets.items():
        if len(together) <= MOST_OF_A_KIND:
            for one, other in combinations(together, 2):
                yield one, other, sign


def _buckets(entry: Entry) -> Iterator[tuple[Sign, str]]:
    if look := look_of(entry.name):
        yield Sign.LOOK, look
    if digits := digits_of(entry.tax_code):
        yield Sign.TAX_CODE, digits[:HEAD_OFFICE_DIGITS]
    for email in entry.emails:
        yield Sign.EMAIL, email
