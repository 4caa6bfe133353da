"""Pairs that must not meet, each with a code. A blocker always wins over any score."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matchmaker.domain.matching.profiles import Profile


class Blocker(StrEnum):
    """Why a pair must not meet; the first that applies is reported."""

    SAME_COMPANY = "same_company"
    FORBIDDEN = "forbidden"
    VETOED = "vetoed"
    COMPETITOR = "competitor"
    EXCLUDED_COUNTRY = "excluded_country"
    NO_CAPACITY = "no_capacity"


_ORDER = tuple(Blocker)
FREE = -1


def blocker_of(one: Profile, other: Profile, forbidden: frozenset[frozenset[str]] = frozenset()) -> Blocker | None:
    """The first blocker between two profiles, None when they may meet; the order of the two does not matter.

    `vetoes`, `competitors` and `forbidden` may name a profile or its company.
    """
    names, others = {one.id, one.company}, {other.id, other.company}
    applies = {
        Blocker.SAME_COMPANY: one.company == other.company,
        Blocker.FORBIDDEN: any(frozenset((first, second)) in forbidden for first in names for second in others),
        Blocker.VETOED: bool(others & set(one.vetoes) or names & set(other.vetoes)),
        Blocker.COMPETITOR: bool(others & set(one.competitors) or names & set(other.competitors)),
        Blocker.EXCLUDED_COUNTRY: _excludes(one, other) or _excludes(other, one),
        Blocker.NO_CAPACITY: one.capacity_left == 0 or other.capacity_left == 0,
    }
    return next((blocker for blocker in Blocker if applies[blocker]), None)


def _excludes(one: Profile, other: Profile) -> bool:
    return bool(({other.country, other.parent_country} - {None}) & set(one.excluded_countries))


def block_table(
    rows: Sequence[Profile], columns: Sequence[Profile], forbidden: Iterable[Iterable[str]] = ()
) -> NDArray[np.int8]:
    """The blocker of every pair as an index into `Blocker`'s order, -1 where the pair may meet.

    Only pairs that could be blocked are looked at one by one, so that a fair without vetoes costs almost nothing.
    """
    pairs = frozenset(frozenset(pair) for pair in forbidden)
    table = np.full((len(rows), len(columns)), FREE, dtype=np.int8)
    for row, column in _suspects(rows, columns, pairs):
        found = blocker_of(rows[row], columns[column], pairs)
        if found is not None:
            table[row, column] = _ORDER.index(found)
    return table


def _suspects(
    rows: Sequence[Profile], columns: Sequence[Profile], forbidden: frozenset[frozenset[str]]
) -> Iterable[tuple[int, int]]:
    """Every pair that any blocker could touch, and few others."""
    row_names, column_names = _named(rows), _named(columns)
    found: set[tuple[int, int]] = set()
    for name, members in row_names.items():
        found.update((row, column) for row in members for column in column_names.get(name, ()))
    for pair in forbidden:
        for one in pair:
            for other in pair - {one} or {one}:
                found.update((r, c) for r in row_names.get(one, ()) for c in column_names.get(other, ()))
    for row, profile in enumerate(rows):
        named = {*profile.vetoes, *profile.competitors}
        found.update((row, column) for name in named for column in column_names.get(name, ()))
        if profile.excluded_countries or profile.capacity_left == 0:
            found.update((row, column) for column in range(len(columns)))
    for column, profile in enumerate(columns):
        named = {*profile.vetoes, *profile.competitors}
        found.update((row, column) for name in named for row in row_names.get(name, ()))
        if profile.excluded_countries or profile.capacity_left == 0:
            found.update((row, column) for row in range(len(rows)))
    return sorted(found)


def _named(profiles: Sequence[Profile]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, profile in enumerate(profiles):
        for name in {profile.id, profile.company}:
            places.setdefault(name, []).append(place)
    return places


def count_blockers(table: NDArray[np.int8]) -> dict[str, int]:
    """How many pairs each blocker stops."""
    counts = Counter(int(code) for code in table[table != FREE].ravel())
    return {_ORDER[code].value: count for code, count in sorted(counts.items())}
