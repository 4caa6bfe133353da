"""Keep a fair's places as they are while a meeting is put there, and meetings away while the places change.

Who places only shares the lock, so bookings never wait for each other here. Both take it before anything else they
lock, so that nobody waits in a circle. The halls carry it because nothing else locks them; on SQLite there is one
writer at a time anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from matchmaker.models import Hall
from matchmaker.models.engine import lock

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

HALLS = select(Hall.id).where(Hall.fair_id == bindparam("fair_id")).order_by(Hall.id)
KEPT, CHANGED = HALLS.with_for_update(read=True), HALLS.with_for_update(key_share=True)


def keep(session: Session, *, fair_id: uuid.UUID) -> None:
    """Let no table, slot or interpreter go away before the transaction ends; wait for whoever takes one away."""
    lock(session, KEPT, {"fair_id": fair_id})


def change(session: Session, *, fair_id: uuid.UUID) -> None:
    """Let nobody be placed before the transaction ends; wait for whoever is being placed."""
    lock(session, CHANGED, {"fair_id": fair_id})
