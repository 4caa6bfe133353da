"""Match a fair anew. Reading, matching and writing are three steps, and only the last one locks the tables."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import current_app

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import advices, match_profiles, match_standing, matching
from matchmaker.services.match_model import fitted_matcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from matchmaker.services.matching import Stored


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Do the run that the job names; after a crash it is done again, unless it had been finished."""
    run_id = uuid.UUID(facts["run_id"])
    begin_writing(db.session)
    is_wanted = matching.start_run(db.session, run_id=run_id)
    db.session.commit()
    if is_wanted:
        refresh(fair_id=uuid.UUID(facts["fair_id"]), run_id=run_id, progress=lambda _done: renew())


def refresh(*, fair_id: uuid.UUID, run_id: uuid.UUID, progress: Callable[[int], None]) -> Stored:
    """Match a fair and store the result, committing each step; ``progress`` is told the steps done, of three.

    After any error the run has failed, the suggestions of the run before stand, and the error goes on.
    """
    try:
        return _refresh(fair_id, run_id, progress)
    except BaseException:
        # Also when someone stops the command: the page must not wait for a run that nobody does.
        db.session.rollback()
        begin_writing(db.session)
        matching.fail_run(db.session, run_id=run_id, now=clock.now())
        db.session.commit()
        raise


def _refresh(fair_id: uuid.UUID, run_id: uuid.UUID, progress: Callable[[int], None]) -> Stored:
    config = current_app.extensions["matchmaker"]
    matcher = fitted_matcher(cache=config.instance, taxonomy=config.taxonomy)
    _step(run_id, 1, progress)
    profiles = match_profiles.fair_profiles(db.session, fair_id=fair_id)
    db.session.rollback()
    kept = partial(match_standing.keep, cache=config.instance, fair_id=fair_id, run_id=run_id)
    matched = matching.match(matcher, profiles, keep=kept)
    advice = advices.advice_of_all(profiles)
    _step(run_id, 2, progress)
    begin_writing(db.session)
    stored = matching.store(
        db.session,
        fair_id=fair_id,
        run_id=run_id,
        matched=matched,
        matcher=matcher,
        now=clock.now(),
        profiles=profiles,
        advice=advice,
    )
    db.session.commit()
    progress(matching.STEPS)
    return stored


def _step(run_id: uuid.UUID, done: int, progress: Callable[[int], None]) -> None:
    begin_writing(db.session)
    matching.advance_run(db.session, run_id=run_id, done=done)
    db.session.commit()
    progress(done)
