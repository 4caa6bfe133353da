"""Store the matches of one company that was matched again; every pair without it stays as it is."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select

from matchmaker.domain.matching.profiles import Side
from matchmaker.models import MatchRun, Participation, Suggestion
from matchmaker.services.matching import suggestion_row
from matchmaker.services.rematching import note_matched
from matchmaker.services.runs import RunState
from matchmaker.services.visibility import is_suggested

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.matching.profiles import Profile
    from matchmaker.domain.matching.results import ScoredPair


def last_done_run(session: Session, *, fair_id: uuid.UUID) -> uuid.UUID | None:
    """Return the run whose suggestions a fair has, or None before the first."""
    return session.scalar(
        select(MatchRun.id)
        .where(MatchRun.fair_id == fair_id, MatchRun.state == RunState.DONE)
        .order_by(MatchRun.finished_at.desc(), MatchRun.id)
        .limit(1)
    )


def store_own(
    session: Session,
    *,
    fair_id: uuid.UUID,
    run_id: uuid.UUID,
    profile: Profile,
    pairs: Iterable[ScoredPair],
    list_length: int,
    changed_at: datetime,
) -> int:
    """Put a company's pairs in the place of its former ones and return how many partners it is proposed.

    It gets its best partners as its list. On theirs it gets a place where it beats someone listed or one is free, on
    at most as many lists as its own is long, so that a newcomer is not shown to everybody; the others keep their
    places. A company that waits to be let in, or does not agree to be shown, stands on nobody's list.
    """
    best = sorted(pairs, key=lambda pair: (-pair.score, pair.partner_of(profile.id)))
    own = [pair.partner_of(profile.id) for pair in best[:list_length]]
    ranks = {(profile.id, other): rank for rank, other in enumerate(own, start=1)}
    me = uuid.UUID(profile.id)
    is_listed = session.scalar(select(Participation.id).where(Participation.id == me, is_suggested()))
    session.execute(delete(Suggestion).where(or_(Suggestion.exhibitor_id == me, Suggestion.buyer_id == me)))
    if is_listed:
        listed = _scores_on_lists(session, fair_id=fair_id, side=profile.side.other, owners=best, me=profile.id)
        ranks |= _places(best, listed, me=profile.id, list_length=list_length)
    shown = [pair for pair in best if _is_on_a_list(pair, ranks)]
    if shown:
        rows = [suggestion_row(pair, ranks, fair_id=fair_id, run_id=run_id) for pair in shown]
        session.execute(insert(Suggestion), rows)
    note_matched(session, participation_id=me, changed_at=changed_at)
    return len(own)


def _scores_on_lists(
    session: Session, *, fair_id: uuid.UUID, side: Side, owners: Iterable[ScoredPair], me: str
) -> dict[str, list[float]]:
    """The scores of all that stand on the lists of the other companies, by owner."""
    owner, rank = (
        (Suggestion.exhibitor_id, Suggestion.exhibitor_rank)
        if side is Side.EXHIBITOR
        else (Suggestion.buyer_id, Suggestion.buyer_rank)
    )
    keys = [uuid.UUID(pair.partner_of(me)) for pair in owners]
    found: dict[str, list[float]] = defaultdict(list)
    rows = session.execute(
        select(owner, Suggestion.score).where(Suggestion.fair_id == fair_id, owner.in_(keys), rank.is_not(None))
    )
    for key, score in rows:
        found[str(key)].append(score)
    return found


def _places(
    best: Iterable[ScoredPair], listed: dict[str, list[float]], *, me: str, list_length: int
) -> dict[tuple[str, str], int]:
    """On whose lists a company gets a place, and which."""
    places: dict[tuple[str, str], int] = {}
    for pair in best:
        other = pair.partner_of(me)
        scores = listed.get(other, [])
        if len(places) < list_length and (len(scores) < list_length or pair.score > min(scores)):
            places[other, me] = 1 + sum(score > pair.score for score in scores)
    return places


def _is_on_a_list(pair: ScoredPair, ranks: dict[tuple[str, str], int]) -> bool:
    return (pair.exhibitor_id, pair.buyer_id) in ranks or (pair.buyer_id, pair.exhibitor_id) in ranks
