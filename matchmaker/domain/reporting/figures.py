"""The shapes of a report's figures: counts that carry the ids of their rows, and shares of one count in another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHARE_UNIT = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of rows under a stable key such as ``meetings.held``; ``ids`` are those rows, sorted."""

    key: str
    ids: tuple[str, ...]

    @property
    def number(self) -> int:
        """How many rows."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One count as a part of another."""

    part: Count
    whole: Count

    @property
    def ratio(self) -> Decimal | None:
        """Part by whole to four decimals, rounded half up; None when the whole is nought."""
        return ratio_of(Decimal(self.part.number), Decimal(self.whole.number))


def count_of(key: str, ids: Iterable[str]) -> Count:
    """The count of distinct ids under a key."""
    # A dict keeps the order of the ids, and what is in order already is sorted in no time.
    return Count(key=key, ids=tuple(sorted(dict.fromkeys(ids))))


def ratio_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """Part by whole to four decimals, rounded half up; None when the whole is nought."""
    return None if whole == 0 else (part / whole).quantize(_SHARE_UNIT, rounding=ROUND_HALF_UP)
