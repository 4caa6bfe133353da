"""Say that a time was freed, so that whoever waits for one is offered it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.services import jobs

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

KIND = "offer_times"


def freed(session: Session, *, fair_id: uuid.UUID, slot_id: uuid.UUID, now: datetime) -> None:
    """Queue the work of offering a time that someone no longer needs.

    Each moment has a job of its own, since one that is being done may have looked before the time was free.
    """
    jobs.enqueue(
        session,
        kind=KIND,
        once=f"{KIND} {slot_id.hex} {now.isoformat()}",
        now=now,
        fair_id=str(fair_id),
        slot_id=str(slot_id),
    )
