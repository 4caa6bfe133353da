"""Forget once a day what has been kept long enough."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import retention

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger("matchmaker.privacy")


def run(now: datetime) -> int:
    """Run the rules of retention, and return how much they took."""
    is_due = retention.is_due_today(db.session, now=now)
    db.session.rollback()
    if not is_due:
        return 0
    begin_writing(db.session)
    taken = retention.run(db.session, now=now) or {}
    db.session.commit()
    done = {keeping.value: count for keeping, count in taken.items() if count}
    if done:
        log.info("kept long enough", extra={"taken": done})
    return sum(done.values())
