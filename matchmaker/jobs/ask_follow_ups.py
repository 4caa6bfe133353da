"""Ask what became of deals when a wave's day has come, and remind those who have not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import follow_ups

if TYPE_CHECKING:
    from datetime import datetime


def run(now: datetime) -> int:
    """Put what is due and return how many people are told. It looks before it begins to write, as every timer does."""
    asked = follow_ups.due(db.session, now=now)
    is_reminder_due = follow_ups.is_any_reminder_due(db.session, now=now)
    db.session.rollback()
    if not asked and not is_reminder_due:
        return 0
    begin_writing(db.session)
    done = sum(
        follow_ups.ask(
            db.session,
            fair_id=fair_id,
            wave=wave,
            asked=follow_ups.receivers(db.session, fair_id=fair_id, wave=wave),
            by=None,
            now=now,
        )
        for fair_id, wave in asked
    )
    done += follow_ups.remind_due(db.session, now=now)
    db.session.commit()
    return done
