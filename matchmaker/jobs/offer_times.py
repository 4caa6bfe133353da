"""Offer freed times to those who wait for one, and end offers that nobody answered."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import waiting_list

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Offer the time that the job names; done a second time it finds those offers and makes no others of the same."""
    del renew
    begin_writing(db.session)
    waiting_list.offer_time(
        db.session, fair_id=uuid.UUID(facts["fair_id"]), slot_id=uuid.UUID(facts["slot_id"]), now=clock.now()
    )
    db.session.commit()


def expire(now: datetime) -> int:
    """End one batch of offers and return how many it was; it looks before it begins to write."""
    is_any_over = waiting_list.is_any_over(db.session, now=now)
    db.session.rollback()
    if not is_any_over:
        return 0
    begin_writing(db.session)
    ended = waiting_list.expire_over(db.session, now=now)
    db.session.commit()
    return ended
