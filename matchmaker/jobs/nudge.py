"""Remind those who let requests wait or have none yet, looking once an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import nudging

if TYPE_CHECKING:
    from datetime import datetime

EVERY = timedelta(hours=1)


class Nudging:
    """A timer that looks at everyone, and so not in every round of the loop."""

    def __init__(self) -> None:
        self._next_at: datetime | None = None

    def __call__(self, now: datetime) -> int:
        """Queue what is due and return how many reminders it was. It looks before it begins to write."""
        if self._next_at is not None and self._next_at - EVERY <= now < self._next_at:
            return 0
        self._next_at = now + EVERY
        nudges = nudging.due(db.session, now=now)
        db.session.rollback()
        if not nudges:
            return 0
        begin_writing(db.session)
        done = nudging.remind(db.session, nudges=nudges, now=now)
        db.session.commit()
        return done


run = Nudging()
