"""A search model learned from answered needs, promoted only when it wins."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from matchmaker.domain.matching.factors import Floats, Weights
from matchmaker.domain.matching.feedback import ENOUGH_NEEDS, LATEST_SHARE, LearningReport, learned_weights, ndcg
from matchmaker.domain.matching.profiles import Profile, Side
from matchmaker.domain.matching.results import gini
from matchmaker.domain.matching.scoring import score_pairs
from matchmaker.domain.matching.search import Query, SearchTable
from matchmaker.domain.matching.words import fold

if TYPE_CHECKING:
    from matchmaker.domain.matching.matcher import Matcher

SHOWN = 10
# "At equal Gini": more than this much more inequality loses, whatever the gain in accuracy.
EQUAL_GINI = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredNeed:
    """One need, what was answered to it (profile id to grade), and when (sortable text)."""

    query: Query
    grades: Mapping[str, float]
    at: str = ""


def learn_from_answers(
    matcher: "Matcher", answered: Sequence[AnsweredNeed], profiles: Sequence[Profile]
) -> tuple[Weights, LearningReport]:
    """New weights when they win on the latest block of answers at equal Gini, else the ones in use; and why.

    Profiles should be as they were when the suggestions were made; an offer that repeats a need its company was chosen
    for is the outcome itself, and is left out.
    """
    side = _side(answered)
    known = {profile.id for profile in profiles if profile.side is side}
    needs = sorted(
        (need for need in answered if need.query.side_wanted is side and known & need.grades.keys()),
        key=lambda need: (need.at, need.query.id),
    )
    both = {grade > 0 for need in needs for grade in need.grades.values()}
    if len(needs) < ENOUGH_NEEDS or len(both) == 1:
        reason = "too_few_answers" if len(needs) < ENOUGH_NEEDS else "one_outcome_only"
        return matcher.weights, LearningReport(answered_needs=len(needs), is_promoted=False, reason=reason)
    cut = int(len(needs) * (1 - LATEST_SHARE))
    table = matcher.searcher(_before_answers(profiles, needs)).table([need.query for need in needs], side)
    trial = _learn(table, needs[:cut], 0, matcher.weights)
    if trial is None:
        return matcher.weights, LearningReport(answered_needs=len(needs), is_promoted=False, reason="one_outcome_only")
    now, then = _measure(table, needs, cut, matcher.weights), _measure(table, needs, cut, trial)
    wins = then[0] > now[0] and then[1] <= now[1] + EQUAL_GINI
    report = LearningReport(
        answered_needs=len(needs),
        is_promoted=wins,
        reason="won_latest_block" if wins else "did_not_win",
        ndcg_default=now[0],
        ndcg_learned=then[0],
        gini_default=now[1],
        gini_learned=then[1],
        never_shown_default=now[2],
        never_shown_learned=then[2],
    )
    return (_learn(table, needs, 0, matcher.weights) or matcher.weights) if wins else matcher.weights, report


def _before_answers(profiles: Sequence[Profile], needs: Sequence[AnsweredNeed]) -> list[Profile]:
    """The profiles without what they can only say because of the answers."""
    won: dict[str, set[str]] = defaultdict(set)
    for need in needs:
        for profile, grade in need.grades.items():
            if grade > 0:
                won[profile].add(fold(need.query.text).strip())
    return [
        replace(
            profile,
            offers=[item for item in profile.offers if fold(item.text).strip() not in won[profile.id]],
            needs=[item for item in profile.needs if fold(item.text).strip() not in won[profile.id]],
        )
        if profile.id in won
        else profile
        for profile in profiles
    ]


def _side(answered: Sequence[AnsweredNeed]) -> Side:
    wanted = Counter(need.query.side_wanted for need in answered)
    return max(Side, key=lambda side: wanted[side])


def _learn(table: SearchTable, needs: Sequence[AnsweredNeed], first: int, default: Weights) -> Weights | None:
    """Weights learned from consecutive needs of the table starting at `first`; None when all answers are alike."""
    place = {profile.id: number for number, profile in enumerate(table.direction.candidates.profiles)}
    lines = [
        (first + number, place[profile], grade)
        for number, need in enumerate(needs)
        for profile, grade in sorted(need.grades.items())
        if profile in place
    ]
    grades: Floats = np.array([line[2] for line in lines], dtype=float)
    if not ((grades > 0).any() and (grades < grades.max()).any()):
        return None
    ends = np.array([line[:2] for line in lines], dtype=np.int64)
    features = score_pairs(table.direction, default, ends[:, 0], ends[:, 1]).features
    return learned_weights(features, grades, len(needs), default)


def _measure(
    table: SearchTable, needs: Sequence[AnsweredNeed], first: int, weights: Weights
) -> tuple[float, float, float]:
    """NDCG@10, Gini of exposure and share never shown, over the needs from `first` on."""
    queries, candidates = SearchTable(direction=table.direction, weights=weights).best(SHOWN)
    names = [profile.id for profile in table.direction.candidates.profiles]
    shown: Counter[int] = Counter()
    gains = []
    for number in range(first, len(needs)):
        found = candidates[queries == number].tolist()
        shown.update(found)
        grades = needs[number].grades
        if any(grade > 0 for grade in grades.values()):
            gains.append(ndcg([grades.get(names[place], 0.0) for place in found], list(grades.values()), SHOWN))
    times = [shown[place] for place in range(len(names))]
    never = sum(1 for count in times if not count) / max(1, len(times))
    return float(np.mean(gains)) if gains else 0.0, gini(times), never
