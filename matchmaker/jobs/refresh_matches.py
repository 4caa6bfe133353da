"""Match a fair anew. Reading, matching and writing are three steps, and only the last one locks the tables."""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import current_app

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import advices, match_learning, match_profiles, match_settings, match_standing, matching
from matchmaker.services.match_model import fitted_matcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from matchmaker.domain.matching.feedback import LearningReport
    from matchmaker.domain.matching.matcher import Matcher
    from matchmaker.services.match_profiles import FairProfiles
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
    fitted = fitted_matcher(cache=config.instance, taxonomy=config.taxonomy, encoder=config.encoder)
    _step(run_id, 1, progress)
    profiles = match_profiles.fair_profiles(db.session, fair_id=fair_id)
    matcher, learned = _taught(fitted, profiles, fair_id)
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
    if learned is not None:
        match_settings.keep_learned(db.session, fair_id=fair_id, learned=learned[0], report=learned[1])
    db.session.commit()
    progress(matching.STEPS)
    return stored


def _taught(
    fitted: Matcher, profiles: FairProfiles, fair_id: uuid.UUID
) -> tuple[Matcher, tuple[dict[str, float], LearningReport] | None]:
    """The matcher with the fair's weights and what its answers teach now; and that, if it may learn and has any."""
    settings = match_settings.settings_of(db.session, fair_id=fair_id)
    answers = match_learning.answers_of(db.session, fair_id=fair_id, profiles=profiles, since=settings.learns_from)
    db.session.rollback()
    own = match_settings.tuned(fitted, settings, with_learned=False)
    learned = match_learning.learned(own, profiles, answers, settings)
    if learned is not None:
        settings = replace(settings, learned=learned[0])
    return match_settings.tuned(fitted, settings), learned


def _step(run_id: uuid.UUID, done: int, progress: Callable[[int], None]) -> None:
    begin_writing(db.session)
    matching.advance_run(db.session, run_id=run_id, done=done)
    db.session.commit()
    progress(done)
