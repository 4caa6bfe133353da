"""Match one company again, after its profile changed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.jobs.refresh_matches import refresh
from matchmaker.models.engine import begin_writing
from matchmaker.services import matching, rematching

if TYPE_CHECKING:
    from collections.abc import Callable


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Match the company that the job names, unless the newest profile has been matched already."""
    fair_id, participation_id = uuid.UUID(facts["fair_id"]), uuid.UUID(facts["participation_id"])
    is_wanted = rematching.is_waiting(db.session, participation_id=participation_id)
    db.session.rollback()
    if not is_wanted:
        return
    begin_writing(db.session)
    run_id = matching.begin_run(db.session, fair_id=fair_id, by=None, now=clock.now())
    db.session.commit()
    refresh(fair_id=fair_id, run_id=run_id, progress=lambda _done: renew())
