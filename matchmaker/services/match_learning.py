"""Let a fair's matcher learn from what its companies answered and what came of their meetings: never from clicks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.meetings import AGREED, DeclineReason, MeetingState
from matchmaker.models import Meeting, OutcomeReport, Participation, Suggestion, SuggestionAnswer
from matchmaker.services.suggestions import NoInterest

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.matching.answers import PairAnswer
    from matchmaker.domain.matching.feedback import LearningReport
    from matchmaker.domain.matching.matcher import Matcher
    from matchmaker.services.match_profiles import FairProfiles
    from matchmaker.services.match_settings import Settings

NO, ASKED, AGREED_TO, HELD, DEAL = 0, 1, 2, 3, 4
DEALS = frozenset({Outcome.AGREEMENT, Outcome.ORDER, Outcome.REALISED})
SIDES = ("exhibitor", "buyer")
# Only pairs that still stand among the suggestions tell which text an answer was about.
TEXTS = select(Suggestion.exhibitor_id, Suggestion.buyer_id, Suggestion.best_pair).where(
    Suggestion.fair_id == bindparam("fair_id")
)
REFUSED = (
    select(SuggestionAnswer.participation_id, SuggestionAnswer.other_id, SuggestionAnswer.at)
    .join(Participation, Participation.id == SuggestionAnswer.participation_id)
    .where(Participation.fair_id == bindparam("fair_id"), SuggestionAnswer.reason == NoInterest.NOT_RELEVANT)
)
MEETINGS = select(
    Meeting.id,
    Meeting.exhibitor_id,
    Meeting.buyer_id,
    Meeting.state,
    Meeting.requested_by,
    Meeting.close_reason,
    Meeting.requested_at,
).where(Meeting.fair_id == bindparam("fair_id"))
WITH_DEAL = (
    select(OutcomeReport.meeting_id)
    .where(OutcomeReport.fair_id == bindparam("fair_id"), OutcomeReport.outcome.in_(sorted(DEALS)))
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Given:
    """One side's grade of a pair, and when the answer began: the moment that the profiles must be of."""

    asker: uuid.UUID
    other: uuid.UUID
    grade: float
    at: datetime


def answers_of(
    session: Session, *, fair_id: uuid.UUID, profiles: FairProfiles, since: datetime | None
) -> list[PairAnswer]:
    """Return the fair's answers to learn from, those given before ``since`` left out."""
    # This module is imported by pages; the matcher's comes with scikit-learn.
    from matchmaker.domain.matching.answers import PairAnswer  # noqa: PLC0415

    key = {"fair_id": fair_id}
    pairs = {(one, other): best for one, other, best in session.execute(TEXTS, key)}
    texts: dict[tuple[uuid.UUID, uuid.UUID], str] = {}
    for (exhibitor, buyer), best in pairs.items():
        if best and best.get("buyer", "buyer") == "buyer":
            texts[exhibitor, buyer], texts[buyer, exhibitor] = best["offer"], best["need"]
    changed = profiles.changed_at
    return [
        PairAnswer(
            asker=str(one.asker),
            other=str(one.other),
            text=texts[one.asker, one.other],
            grade=one.grade,
            at=one.at.isoformat(),
            seen_at=max(changed[one.asker], changed[one.other]).isoformat(),
        )
        for one in _given(session, key)
        if (one.asker, one.other) in texts
        and {one.asker, one.other} <= changed.keys()
        and (since is None or one.at > since)
    ]


def _given(session: Session, key: dict[str, Any]) -> Iterator[Given]:
    for asker, other, at in session.execute(REFUSED, key):
        yield Given(asker, other, NO, at)
    deals = set(session.scalars(WITH_DEAL, key))
    for meeting in session.execute(MEETINGS, key):
        ends = {"exhibitor": meeting.exhibitor_id, "buyer": meeting.buyer_id}
        for side, grade in _grades(meeting, is_deal=meeting.id in deals):
            other = ends[SIDES[1 - SIDES.index(side)]]
            yield Given(ends[side], other, grade, meeting.requested_at)


def _grades(meeting: Any, *, is_deal: bool) -> Iterable[tuple[str, int]]:
    """What each side of a meeting said by it. Declining for want of time, or without a word, says nothing."""
    if is_deal:
        return [(side, DEAL) for side in SIDES]
    if meeting.state == MeetingState.HELD:
        return [(side, HELD) for side in SIDES]
    if meeting.state in AGREED:
        return [(side, AGREED_TO) for side in SIDES]
    if meeting.requested_by not in SIDES:
        return []
    said = [(meeting.requested_by, ASKED)]
    if meeting.state == MeetingState.DECLINED and meeting.close_reason == DeclineReason.NOT_RELEVANT:
        said.append((SIDES[1 - SIDES.index(meeting.requested_by)], NO))
    return said


def learned(
    matcher: Matcher, profiles: FairProfiles, answers: Iterable[PairAnswer], settings: Settings
) -> tuple[dict[str, float], LearningReport] | None:
    """Return the weights that the answers taught (none unless they won) with a report; None while switched off.

    Nothing is read or written. ``matcher`` has the organizer's weights, without anything learned.
    """
    # The reason is the same as above.
    from matchmaker.domain.matching.answers import answered_needs, frozen  # noqa: PLC0415
    from matchmaker.domain.matching.learning import learn_from_answers  # noqa: PLC0415

    if not settings.is_learning:
        return None
    everyone = [frozen(profile) for profile in (*profiles.exhibitors, *profiles.buyers)]
    needs = answered_needs(answers, {profile.id: profile for profile in everyone})
    if not needs:
        return None
    own = matcher.for_fair(list_length=profiles.list_length, categories=profiles.own_categories)
    weights, report = learn_from_answers(own, needs, everyone)
    return asdict(weights) if report.is_promoted else {}, report
