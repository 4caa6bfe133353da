"""Forget registrations that nobody confirmed in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import provisional

if TYPE_CHECKING:
    from datetime import datetime


def run(now: datetime) -> int:
    """End what is due and return how many registrations it was. It looks before it begins to write."""
    is_any_due = provisional.is_any_unconfirmed_due(db.session, now=now)
    db.session.rollback()
    if not is_any_due:
        return 0
    begin_writing(db.session)
    ended = provisional.end_unconfirmed(db.session, now=now)
    db.session.commit()
    return ended
