"""Keep the database's own statistics fresh, by which it chooses how to answer, and its marks of changes few."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing, gather_statistics
from matchmaker.services import fair_changes

if TYPE_CHECKING:
    from datetime import datetime

EVERY = timedelta(minutes=30)
_gathered: dict[str, datetime] = {}


def run(now: datetime) -> int:
    """Do so when it was not done for a while. It is no work that anyone waits for, so it counts none."""
    database = str(db.engine.url)
    if now - _gathered.get(database, now - EVERY) >= EVERY:
        _gathered[database] = now
        begin_writing(db.session)
        gather_statistics(db.session)
        fair_changes.condense(db.session)
        db.session.commit()
    return 0
