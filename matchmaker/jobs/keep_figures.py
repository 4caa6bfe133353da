"""Keep the figures of the fairs of programmes, so that a programme's page counts only what has changed since."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import programme_results

if TYPE_CHECKING:
    from datetime import datetime

EVERY = timedelta(minutes=10)
_looked: dict[str, datetime] = {}


def run(now: datetime) -> int:
    """Count the fairs anew that have changed, when that was not done for a while; return how many are kept.

    Nothing is written while the rows are read, for counting a large fair takes seconds.
    """
    database = str(db.engine.url)
    if now - _looked.get(database, now - EVERY) < EVERY:
        return 0
    _looked[database] = now
    kept = 0
    for fair in programme_results.changed(db.session, now=now):
        counted = programme_results.counted(db.session, fair=fair, now=now)
        db.session.rollback()
        if counted is not None:
            begin_writing(db.session)
            programme_results.keep(db.session, counted=counted, now=now)
            db.session.commit()
            kept += 1
    db.session.rollback()
    return kept
