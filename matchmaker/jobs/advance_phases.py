"""Move fairs on to the phase whose date has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import phases

if TYPE_CHECKING:
    from datetime import datetime


def run(now: datetime) -> int:
    """Advance what is due and return how many fairs moved. It looks before it begins to write, as every timer does."""
    is_any_due = phases.is_any_due(db.session, now=now)
    db.session.rollback()
    if not is_any_due:
        return 0
    begin_writing(db.session)
    moved = phases.advance_due(db.session, now=now)
    db.session.commit()
    return moved
