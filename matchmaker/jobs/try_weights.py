"""Match a fair by other weights and compare with the current ones; nobody is proposed anything."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import current_app

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import match_profiles, match_settings, match_trials
from matchmaker.services.match_model import fitted_matcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from matchmaker.domain.matching.comparison import Comparison


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Do the trial that the job names; after any error it has failed, and the error goes on."""
    trial_id = uuid.UUID(facts["trial_id"])
    begin_writing(db.session)
    is_wanted = match_trials.start(db.session, trial_id=trial_id)
    db.session.commit()
    if not is_wanted:
        return
    try:
        found = _compared(uuid.UUID(facts["fair_id"]), trial_id)
        renew()
        begin_writing(db.session)
        match_trials.finish(db.session, trial_id=trial_id, comparison=found, now=clock.now())
    except BaseException:
        db.session.rollback()
        begin_writing(db.session)
        match_trials.fail(db.session, trial_id=trial_id, now=clock.now())
        db.session.commit()
        raise
    db.session.commit()


def _compared(fair_id: uuid.UUID, trial_id: uuid.UUID) -> Comparison:
    config = current_app.extensions["matchmaker"]
    settings = match_settings.settings_of(db.session, fair_id=fair_id)
    tried = replace(settings, weights=match_trials.weights_of(db.session, trial_id=trial_id), learned={})
    profiles = match_profiles.fair_profiles(db.session, fair_id=fair_id)
    db.session.rollback()
    matcher = fitted_matcher(cache=config.instance, taxonomy=config.taxonomy, encoder=config.encoder)
    return match_trials.tried(match_settings.tuned(matcher, settings), match_settings.tuned(matcher, tried), profiles)
