"""Try other weights beside the current ones before they are used: asked for here, worked out by the jobs process."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from matchmaker.models import Company, MatchTrial, Participation
from matchmaker.services import jobs, match_settings, runs
from matchmaker.services.runs import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.matching.comparison import Comparison
    from matchmaker.domain.matching.matcher import Matcher
    from matchmaker.services.match_profiles import FairProfiles

JOB = "try_weights"


@dataclass(frozen=True, slots=True)
class Trial:
    """The newest trial of a fair; ``names`` are those of the companies in its examples."""

    id: uuid.UUID
    state: str
    weights: dict[str, float]
    result: dict[str, Any]
    started_at: datetime
    names: Mapping[str, str]


LAST = (
    select(MatchTrial.id, MatchTrial.state, MatchTrial.weights, MatchTrial.result, MatchTrial.started_at)
    .where(MatchTrial.fair_id == bindparam("fair_id"))
    .order_by(MatchTrial.started_at.desc(), MatchTrial.id.desc())
    .limit(1)
)


def request_trial(session: Session, *, fair_id: uuid.UUID, weights: Mapping[str, float], now: datetime) -> uuid.UUID:
    """Ask for a run by other weights that proposes nothing; raises Refused as match_settings.checked does."""
    trial = MatchTrial(
        fair_id=fair_id, state=RunState.WAITING, weights=match_settings.checked(weights), result={}, started_at=now
    )
    session.add(trial)
    session.flush()
    jobs.enqueue(session, kind=JOB, once=f"{JOB} {trial.id}", now=now, fair_id=str(fair_id), trial_id=str(trial.id))
    return trial.id


def last_trial(session: Session, *, fair_id: uuid.UUID) -> Trial | None:
    """Return the newest trial of a fair, or None."""
    row = session.execute(LAST, {"fair_id": fair_id}).one_or_none()
    if row is None:
        return None
    keys = {key for name in ("coming", "going") for pair in row.result.get(name, ()) for key in pair}
    names = select(Participation.id, Company.name).join(Company, Company.id == Participation.company_id)
    found = session.execute(names.where(Participation.id.in_({uuid.UUID(key) for key in keys}))) if keys else ()
    return Trial(
        row.id, row.state, row.weights, row.result, row.started_at, names={str(key): name for key, name in found}
    )


def start(session: Session, *, trial_id: uuid.UUID) -> bool:
    """Note that a trial is being done; False when nothing is left to do, see runs.start."""
    return runs.start(session, MatchTrial, run_id=trial_id)


def weights_of(session: Session, *, trial_id: uuid.UUID) -> dict[str, float]:
    """Return the weights that a trial tries, where they differ from the defaults."""
    found: dict[str, float] = session.execute(select(MatchTrial.weights).where(MatchTrial.id == trial_id)).scalar_one()
    return found


def fail(session: Session, *, trial_id: uuid.UUID, now: datetime) -> None:
    """Note that a trial gave up."""
    runs.fail(session, MatchTrial, run_id=trial_id, now=now)


def finish(session: Session, *, trial_id: uuid.UUID, comparison: Comparison, now: datetime) -> None:
    """Keep what a trial found."""
    session.execute(
        update(MatchTrial)
        .where(MatchTrial.id == trial_id)
        .values(state=RunState.DONE, result=asdict(comparison), finished_at=now)
    )


def tried(now: Matcher, then: Matcher, profiles: FairProfiles) -> Comparison:
    """Match a fair by two matchers and compare. Nothing is read or written."""
    # The reason is that of match_settings.tuned.
    from matchmaker.domain.matching.comparison import compare  # noqa: PLC0415

    found = [
        one.for_fair(list_length=profiles.list_length, categories=profiles.own_categories).match(
            profiles.exhibitors, profiles.buyers, profiles.forbidden
        )
        for one in (now, then)
    ]
    return compare(found[0], found[1], (profiles.exhibitors, profiles.buyers))
