"""What companies answered, as needs that the matcher can learn from, without anything they could not say before.

A company's features are those of its profile. They are as the matcher saw them only if the profile has not changed
since, and they must not hold what the answer itself brought about: a veto, or a time that a meeting took.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from matchmaker.domain.matching.learning import AnsweredNeed
from matchmaker.domain.matching.profiles import Profile
from matchmaker.domain.matching.search import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAnswer:
    """What one company said about another, in answer to one of its own texts: a grade from 0 to 4, and when.

    `seen_at` is when the newer of the two profiles last changed; `at` and `seen_at` are sortable texts of one form.
    """

    asker: str
    other: str
    text: str
    grade: float
    at: str
    seen_at: str


def frozen(profile: Profile) -> Profile:
    """The profile without what answers and meetings leave in it."""
    return replace(
        profile, vetoes=(), competitors=(), excluded_countries=(), free_slots=None, capacity_left=None, published_rank=0
    )


def answered_needs(answers: Iterable[PairAnswer], profiles: Mapping[str, Profile]) -> list[AnsweredNeed]:
    """The answers by asker and text, oldest first; those given before either profile last changed are left out."""
    grouped: dict[tuple[str, str], list[PairAnswer]] = defaultdict(list)
    for answer in answers:
        is_known = answer.asker in profiles and answer.other in profiles
        if is_known and answer.text.strip() and answer.seen_at <= answer.at:
            grouped[answer.asker, answer.text].append(answer)
    needs = [_need(profiles[asker], text, found) for (asker, text), found in grouped.items()]
    return sorted(needs, key=lambda need: (need.at, need.query.id))


def _need(asker: Profile, text: str, answers: list[PairAnswer]) -> AnsweredNeed:
    # A company answers more than once (asks, then meets); the newest word counts.
    ordered = sorted(answers, key=lambda answer: (answer.at, answer.grade))
    query = Query(
        id=f"{asker.id} {text}", text=text, side_wanted=asker.side.other, lang=asker.lang, asker=frozen(asker)
    )
    return AnsweredNeed(query=query, grades={one.other: one.grade for one in ordered}, at=ordered[-1].at)
