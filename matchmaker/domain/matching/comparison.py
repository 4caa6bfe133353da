"""Two runs over the same fair side by side: what other weights would change."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matchmaker.domain.matching.profiles import Profile
from matchmaker.domain.matching.results import MatchRun, gini

MOST_EXAMPLES = 5
TENTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far a run reaches: the last two are those of the less even side."""

    without_list: int
    never_shown: int
    gini: float
    top_tenth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both runs' spread, how many lists differ, and the pairs that come and go, the best first."""

    now: Spread
    then: Spread
    lists: int
    lists_changed: int
    coming: tuple[tuple[str, str], ...]
    going: tuple[tuple[str, str], ...]
    pairs_coming: int
    pairs_going: int


def compare(now: MatchRun, then: MatchRun, sides: Sequence[Sequence[Profile]]) -> Comparison:
    """Compare two runs over the same profiles, given as the two sides."""
    owners = [profile.id for side in sides for profile in side]
    changed = [owner for owner in owners if _partners(now, owner) != _partners(then, owner)]
    coming, going = _only_in(then, now), _only_in(now, then)
    return Comparison(
        now=_spread(now, sides),
        then=_spread(then, sides),
        lists=len(owners),
        lists_changed=len(changed),
        coming=coming[:MOST_EXAMPLES],
        going=going[:MOST_EXAMPLES],
        pairs_coming=len(coming),
        pairs_going=len(going),
    )


def top_tenth(counts: Iterable[int]) -> float:
    """The share of all places on lists that the most shown tenth of companies holds."""
    ordered = sorted(counts, reverse=True)
    total = sum(ordered)
    return sum(ordered[: max(1, len(ordered) // TENTH)]) / total if total else 0.0


def _partners(run: MatchRun, owner: str) -> frozenset[str]:
    return frozenset(listed.id for listed in run.lists.get(owner, ()))


def _only_in(one: MatchRun, other: MatchRun) -> tuple[tuple[str, str], ...]:
    found = [pair for key, pair in one.pairs.items() if key not in other.pairs]
    found.sort(key=lambda pair: (-pair.score, pair.exhibitor_id, pair.buyer_id))
    return tuple((pair.exhibitor_id, pair.buyer_id) for pair in found)


def _spread(run: MatchRun, sides: Sequence[Sequence[Profile]]) -> Spread:
    shown = Counter(listed.id for places in run.lists.values() for listed in places)
    counts = [[shown[profile.id] for profile in side] for side in sides]
    return Spread(
        without_list=len(run.coverage.without_list),
        never_shown=len(run.coverage.never_shown),
        gini=max((gini(one) for one in counts), default=0.0),
        top_tenth=max((top_tenth(one) for one in counts), default=0.0),
    )
