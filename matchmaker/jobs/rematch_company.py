"""Match one company again, after its profile changed. Nobody else's pairs are touched."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import current_app

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.jobs.refresh_matches import refresh
from matchmaker.models.engine import begin_writing
from matchmaker.services import advices, match_profiles, match_settings, matching, own_matches, rematching
from matchmaker.services.match_model import fitted_matcher
from matchmaker.services.match_standing import standing_matcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from matchmaker.domain.matching.profiles import Profile
    from matchmaker.services.match_profiles import FairProfiles


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Match the company that the job names, unless the newest profile has been matched already.

    A fair that has never been matched is matched as a whole first.
    """
    fair_id, participation_id = uuid.UUID(facts["fair_id"]), uuid.UUID(facts["participation_id"])
    if not _is_wanted(participation_id):
        return
    run_id = own_matches.last_done_run(db.session, fair_id=fair_id)
    db.session.rollback()
    if run_id is None:
        run_id = _first_run(fair_id, renew)
    if _is_wanted(participation_id):
        _rematch(fair_id, participation_id, run_id)


def _is_wanted(participation_id: uuid.UUID) -> bool:
    is_wanted = rematching.is_waiting(db.session, participation_id=participation_id)
    db.session.rollback()
    return is_wanted


def _first_run(fair_id: uuid.UUID, renew: Callable[[], None]) -> uuid.UUID:
    begin_writing(db.session)
    run_id = matching.begin_run(db.session, fair_id=fair_id, by=None, now=clock.now())
    db.session.commit()
    refresh(fair_id=fair_id, run_id=run_id, progress=lambda _done: renew())
    return run_id


def _rematch(fair_id: uuid.UUID, participation_id: uuid.UUID, run_id: uuid.UUID) -> None:
    config = current_app.extensions["matchmaker"]
    profiles = match_profiles.fair_profiles(db.session, fair_id=fair_id, also=participation_id)
    settings = match_settings.settings_of(db.session, fair_id=fair_id)
    db.session.rollback()
    profile = _profile_of(profiles, participation_id)
    if profile is None:  # It left the fair meanwhile.
        return
    matcher = match_settings.tuned(
        fitted_matcher(cache=config.instance, taxonomy=config.taxonomy, encoder=config.encoder), settings
    )
    own = standing_matcher(matcher, profiles, cache=config.instance, fair_id=fair_id, run_id=run_id)
    present = {one.id for one in (*profiles.exhibitors, *profiles.buyers)}
    gone = (own.standing_.ids() if own.standing_ else set()) - present
    rematch = own.rematch(profile, (*profiles.forbidden, *((profile.id, other) for other in gone)))
    begin_writing(db.session)
    own_matches.store_own(
        db.session,
        fair_id=fair_id,
        run_id=run_id,
        profile=profile,
        pairs=rematch.pairs,
        list_length=profiles.list_length,
        changed_at=profiles.changed_at[participation_id],
    )
    advices.keep_advice(db.session, {profile.id: advices.advice_of(profile, profiles)})
    db.session.commit()


def _profile_of(profiles: FairProfiles, participation_id: uuid.UUID) -> Profile | None:
    everyone = (*profiles.exhibitors, *profiles.buyers)
    return next((one for one in everyone if one.id == str(participation_id)), None)
