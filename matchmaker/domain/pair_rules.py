"""Rules that keep two sides apart: a company, a group or a country never meets another one at this fair."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class SideKind(StrEnum):
    """What a side of a rule names."""

    COMPANY = "company"
    GROUP = "group"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class RuleSide:
    """One side of a rule: the key of a company or group as text, or the two letters of a country."""

    kind: SideKind
    value: str


@dataclass(frozen=True, slots=True)
class Member:
    """A company as rules see it. An investor's country counts beside the one a company is registered in."""

    company: str
    countries: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def belongs_to(self, side: RuleSide) -> bool:
        """Whether a side of a rule speaks of this company."""
        names = {
            SideKind.COMPANY: frozenset({self.company}),
            SideKind.GROUP: self.groups,
            SideKind.COUNTRY: self.countries,
        }
        return side.value in names[side.kind]


@dataclass(frozen=True, slots=True)
class PairRules:
    """The rules of a fair as the sets of companies on either side of each."""

    sides: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()

    def forbids(self, one: str, other: str) -> bool:
        """Whether any rule keeps two companies apart; their order does not matter."""
        return any((one in left and other in right) or (other in left and one in right) for left, right in self.sides)

    def pairs(self, ones: Iterable[str], others: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Give every forbidden pair of a company of one side of the fair and one of the other."""
        first, second = frozenset(ones), frozenset(others)
        found: set[tuple[str, str]] = set()
        for left, right in self.sides:
            found.update((one, other) for one in left & first for other in right & second)
            found.update((one, other) for one in right & first for other in left & second)
        return iter(sorted(found))


def resolve(rules: Iterable[tuple[RuleSide, RuleSide]], members: Iterable[Member]) -> PairRules:
    """Return the rules with every side worked out to the companies it means."""
    known = tuple(members)

    def companies(side: RuleSide) -> frozenset[str]:
        return frozenset(member.company for member in known if member.belongs_to(side))

    return PairRules(tuple((companies(one), companies(other)) for one, other in rules))
