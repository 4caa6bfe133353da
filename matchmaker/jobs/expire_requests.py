"""Let requests expire that nobody answered in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import meetings

if TYPE_CHECKING:
    from datetime import datetime


def run(now: datetime) -> int:
    """Expire one batch and return how many requests it was.

    It looks before it begins to write, because on SQLite a writing transaction keeps everyone else from writing.
    """
    is_any_due = meetings.is_any_due(db.session, now=now)
    db.session.rollback()
    if not is_any_due:
        return 0
    begin_writing(db.session)
    expired = meetings.expire_due(db.session, now=now)
    db.session.commit()
    return expired
