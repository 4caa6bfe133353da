"""Run the matcher over a fair and keep what it proposes."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from matchmaker.domain.matching.profiles import Side
from matchmaker.domain.matching.spoken_terms import spoken_terms
from matchmaker.domain.search.trade_terms import in_other_language
from matchmaker.models import MatchRun, Participation, Suggestion
from matchmaker.services import advices, history, jobs, rematching, runs
from matchmaker.services.runs import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.matching.explanation import Reason
    from matchmaker.domain.matching.matcher import Matcher
    from matchmaker.domain.matching.results import MatchRun as Matched
    from matchmaker.domain.matching.results import ScoredPair
    from matchmaker.services.match_profiles import FairProfiles

ROWS_AT_ONCE = 500
STEPS = 3


@dataclass(frozen=True, slots=True)
class Stored:
    """What a run left behind."""

    suggestions: int
    companies: int
    without_list: int
    version: str


def request_run(session: Session, *, fair_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> uuid.UUID:
    """Ask the jobs process to match a fair anew; return the run, which is the waiting one if there is one."""
    waiting = runs.under_way(session, MatchRun, fair_id=fair_id, now=now)
    run_id = waiting or _new_run(session, fair_id=fair_id, by=by, now=now)
    jobs.enqueue(
        session,
        kind="refresh_matches",
        once=f"refresh_matches {run_id}",
        now=now,
        fair_id=str(fair_id),
        run_id=str(run_id),
    )
    return run_id


def start_run(session: Session, *, run_id: uuid.UUID) -> bool:
    """Note that a run is being done; False when nothing is left to do, see runs.start."""
    return runs.start(session, MatchRun, run_id=run_id)


def advance_run(session: Session, *, run_id: uuid.UUID, done: int) -> None:
    """Note how many of a run's steps are done."""
    session.execute(update(MatchRun).where(MatchRun.id == run_id).values(done=done))


def fail_run(session: Session, *, run_id: uuid.UUID, now: datetime) -> None:
    """Note that a run gave up; the suggestions of the one before stay."""
    runs.fail(session, MatchRun, run_id=run_id, now=now)


def begin_run(session: Session, *, fair_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> uuid.UUID:
    """Open a run that is done at once, without the jobs process."""
    run_id = _new_run(session, fair_id=fair_id, by=by, now=now)
    start_run(session, run_id=run_id)
    return run_id


def match(matcher: Matcher, profiles: FairProfiles, *, keep: Callable[[Matcher], None] = lambda _own: None) -> Matched:
    """Match a fair's profiles. Nothing is read or written, so it may take as long as it needs.

    ``keep`` gets the fair's own matcher afterwards, with all it worked out on the way.
    """
    own = matcher.for_fair(list_length=profiles.list_length, categories=profiles.own_categories)
    matched = own.match(profiles.exhibitors, profiles.buyers, profiles.forbidden)
    keep(own)
    return matched


def store(
    session: Session,
    *,
    fair_id: uuid.UUID,
    run_id: uuid.UUID,
    matched: Matched,
    matcher: Matcher,
    now: datetime,
    profiles: FairProfiles | None = None,
    advice: Mapping[str, dict[str, Any]] | None = None,
) -> Stored:
    """Put a run's suggestions in the place of the former ones, all in the caller's transaction.

    With the ``profiles`` that were matched, who has changed since is matched alone afterwards, as is who waits to be
    let in. ``advice`` is kept with each.
    """
    ranks = {
        (owner, listed.id): rank
        for owner, places in matched.lists.items()
        for rank, listed in enumerate(places, start=1)
    }
    rows = [suggestion_row(pair, ranks, fair_id=fair_id, run_id=run_id) for pair in matched.pairs.values()]
    session.execute(delete(Suggestion).where(Suggestion.fair_id == fair_id))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(insert(Suggestion), rows[start : start + ROWS_AT_ONCE])
    _finish(session, fair_id=fair_id, run_id=run_id, matched=matched, matcher=matcher, now=now)
    if profiles is not None:
        advices.keep_advice(session, advice or {})
        rematching.note_run(session, fair_id=fair_id, changed_at=profiles.changed_at, now=now)
    return Stored(len(rows), len(matched.lists), len(matched.coverage.without_list), matched.version)


def _finish(
    session: Session, *, fair_id: uuid.UUID, run_id: uuid.UUID, matched: Matched, matcher: Matcher, now: datetime
) -> None:
    """Note what a run did and how evenly it spreads attention."""
    # The results come with scikit-learn; only jobs and commands get here, and pages import this module too.
    from matchmaker.domain.matching.comparison import top_tenth  # noqa: PLC0415
    from matchmaker.domain.matching.results import gini  # noqa: PLC0415

    coverage = matched.coverage
    shown = _times_shown(session, fair_id=fair_id, matched=matched)
    session.execute(
        update(MatchRun)
        .where(MatchRun.id == run_id)
        .values(
            state=RunState.DONE,
            done=STEPS,
            total=STEPS,
            version=matched.version,
            weights=asdict(matcher.weights),
            coverage={
                "without_list": list(coverage.without_list),
                "never_shown": list(coverage.never_shown),
                "gini": max(gini(list(counts.values())) for counts in shown.values()),
                "blocked": {str(code): count for code, count in coverage.blocked.items()},
                "blocked_for": {company: dict(found) for company, found in coverage.blocked_for.items()},
                "has_lexicon": matched.has_lexicon,
                "encoder": matcher.encoder.name if matcher.encoder else "",
                "top_tenth": max(top_tenth(counts.values()) for counts in shown.values()),
            },
            finished_at=now,
        )
    )


def real_pairs_in_top(
    session: Session, *, fair_id: uuid.UUID, pairs: Iterable[tuple[uuid.UUID, uuid.UUID]], places: int = 10
) -> int:
    """Return how many of the given (exhibitor, buyer) pairs stand in the first places of the buyer's list."""
    wanted = set(pairs)
    listed = session.execute(
        select(Suggestion.exhibitor_id, Suggestion.buyer_id).where(
            Suggestion.fair_id == fair_id, Suggestion.buyer_rank <= places
        )
    )
    return sum(1 for exhibitor_id, buyer_id in listed if (exhibitor_id, buyer_id) in wanted)


def _new_run(session: Session, *, fair_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> uuid.UUID:
    run = MatchRun(
        fair_id=fair_id,
        state=RunState.WAITING,
        version="",
        weights={},
        coverage={},
        total=STEPS,
        started_at=now,
    )
    session.add(run)
    session.flush()
    history.record(
        session, action="match_requested", subject_kind="match_run", subject_id=run.id, by=by, now=now, fair_id=fair_id
    )
    return run.id


def suggestion_row(
    pair: ScoredPair, ranks: dict[tuple[str, str], int], *, fair_id: uuid.UUID, run_id: uuid.UUID
) -> dict[str, Any]:
    """Return a pair as a row; ``ranks`` hold its place on each side's list by (owner, other)."""
    best = pair.best_pair
    return {
        "id": uuid.uuid4(),
        "fair_id": fair_id,
        "run_id": run_id,
        "exhibitor_id": uuid.UUID(pair.exhibitor_id),
        "buyer_id": uuid.UUID(pair.buyer_id),
        "exhibitor_rank": ranks.get((pair.exhibitor_id, pair.buyer_id)),
        "buyer_rank": ranks.get((pair.buyer_id, pair.exhibitor_id)),
        "score": pair.score,
        "label": pair.basis,
        "contributions": [asdict(each) for each in pair.contributions],
        "reasons": {side: [_told(reason, pair) for reason in pair.reasons.get(side, ())] for side in Side},
        "gaps": {side: pair.gaps.get(side) for side in Side},
        "best_pair": asdict(best) if best else {},
    }


def _told(reason: Reason, pair: ScoredPair) -> dict[str, Any]:
    """A reason without the two sentences, which the pair keeps once, and with the terms a reader finds in them."""
    told = asdict(reason)
    told["params"] = {name: value for name, value in told["params"].items() if name not in {"need", "offer"}}
    if "terms" in told["params"] and pair.best_pair is not None:
        told["params"]["terms"] = spoken_terms(told["params"]["terms"], pair.best_pair, translate=in_other_language)
    return told


def _times_shown(session: Session, *, fair_id: uuid.UUID, matched: Matched) -> dict[str, dict[str, int]]:
    """How often each company stands on the other side's lists, for each role: the sides differ in number."""
    taking_part = session.execute(select(Participation.id, Participation.role).where(Participation.fair_id == fair_id))
    shown: dict[str, dict[str, int]] = {side: {} for side in Side}
    for participation_id, role in taking_part:
        if str(participation_id) in matched.lists:
            shown[role][str(participation_id)] = 0
    for places in matched.lists.values():
        for listed in places:
            for counts in shown.values():
                if listed.id in counts:
                    counts[listed.id] += 1
    return shown
