"""Put meetings on record as missed that are over and at which one side waited alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import attendance

if TYPE_CHECKING:
    from datetime import datetime


def run(now: datetime) -> int:
    """Settle what is over and return how many meetings moved. It looks before it begins to write."""
    is_any_over = attendance.is_any_over(db.session, now=now)
    db.session.rollback()
    if not is_any_over:
        return 0
    begin_writing(db.session)
    moved = attendance.settle_ended(db.session, now=now)
    db.session.commit()
    return moved
