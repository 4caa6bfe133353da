"""How many meetings a day someone wants at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from matchmaker.domain.errors import NotAllowed
from matchmaker.models import FairPerson
from matchmaker.services import history

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Membership


def set_daily_cap(session: Session, *, fair_id: uuid.UUID, me: Membership, cap: int | None, now: datetime) -> None:
    """Set it for oneself; meetings that stand already stay. Raises NotAllowed for who does not come to the fair."""
    changed = session.scalar(
        update(FairPerson)
        .where(
            FairPerson.participation_id == me.participation_id,
            FairPerson.representative_id == me.representative_id,
        )
        .values(daily_cap=cap)
        .returning(FairPerson.representative_id)
    )
    if changed is None:
        raise NotAllowed("does_not_come")
    history.record(
        session,
        action="daily_cap_set",
        subject_kind="representative",
        subject_id=changed,
        by=me.account_id,
        now=now,
        fair_id=fair_id,
        cap=cap,
    )
