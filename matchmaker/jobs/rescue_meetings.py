"""Offer whoever waits alone at a table somebody else, and end offers that nobody took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import rescue

if TYPE_CHECKING:
    from datetime import datetime


def run(now: datetime) -> int:
    """End what is over, then make the offers there are to make; return how many. It looks before it begins to write."""
    has_work = rescue.is_any_due(db.session, now=now) or bool(rescue.chances(db.session, now=now))
    db.session.rollback()
    if not has_work:
        return 0
    begin_writing(db.session)
    done = rescue.expire_due(db.session, now=now)
    done += len(rescue.offer(db.session, now=now))
    db.session.commit()
    return done
