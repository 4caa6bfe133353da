"""What the matcher hands back: plain values with codes, ready to be stored and worded elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from matchmaker.domain.matching.explanation import BestPair, Reason, Term
from matchmaker.domain.matching.profiles import Side


class Basis(StrEnum):
    """What a score rests on, best first; every suggestion carries one."""

    LEARNED = "learned"
    DEFAULT = "default"
    STRUCTURED = "structured"
    FEW_DETAILS = "few_details"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One side's wish for the other: its direction score and whether its texts could be compared."""

    score: float
    goal: str
    is_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One term of a pair's score: whose wish it belongs to, the factor's code, and its part of the score."""

    side: Side
    code: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPair:
    """An exhibitor and a buyer with their reciprocal score in (0, 1) and everything it was made of.

    `contributions` sum to `score`. `reasons` hold the same figures worded as codes, once per side.
    """

    exhibitor_id: str
    buyer_id: str
    score: float
    basis: Basis
    exhibitor_view: View
    buyer_view: View
    contributions: tuple[Contribution, ...]
    best_pair: BestPair | None
    reasons: Mapping[Side, tuple[Reason, ...]]
    gaps: Mapping[Side, str | None]

    def partner_of(self, profile_id: str) -> str:
        """The other end of the pair."""
        return self.buyer_id if profile_id == self.exhibitor_id else self.exhibitor_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One place on a profile's list; `is_mutual` when the partner sees this profile too.

    `passed_over` counts better partners left out because they are already shown to as many as is fair.
    """

    id: str
    score: float
    is_mutual: bool
    passed_over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Who got nothing, who is shown to nobody, how evenly attention is spread, and what blockers stopped.

    `blocked_for` counts the blockers of each company without a list.
    """

    without_list: tuple[str, ...]
    never_shown: tuple[str, ...]
    gini: float
    blocked: Mapping[str, int]
    blocked_for: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRun:
    """One full match of a fair. `pairs` are keyed by (exhibitor id, buyer id); `lists` hold every profile's list."""

    pairs: Mapping[tuple[str, str], ScoredPair]
    lists: Mapping[str, tuple[Listed, ...]]
    coverage: Coverage
    has_lexicon: bool
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rematch:
    """One profile matched again against a standing run: its pairs, best first, and whose lists it would enter."""

    pairs: tuple[ScoredPair, ...]
    enters: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One place in the answer to a search: a direction score with the contributions that sum to it."""

    id: str
    score: float
    contributions: Mapping[str, float]
    best_pair: BestPair | None
    terms: Sequence[Term]


def gini(counts: Sequence[int]) -> float:
    """Inequality of the counts: 0 when all are equal, towards 1 when one has everything; 0 for nothing at all."""
    ordered = sorted(counts)
    total, size = sum(ordered), len(ordered)
    if total == 0:
        return 0.0
    return sum((2 * place - size - 1) * count for place, count in enumerate(ordered, start=1)) / (size * total)
