"""Keep and read what was said of who is at a table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, insert, select
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.attendance import Source, Statement, standing
from matchmaker.domain.fairs import Role
from matchmaker.models import CheckIn, Meeting, Slot

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.attendance import Standing
    from matchmaker.services.fairs import FairFacts

# Every meeting comes with at least one row, so that those of which nothing was said have their start as well.
SAID = (
    select(
        Meeting.id.label("meeting_id"),
        # Who sits down on the spot, while the slot runs already, is not late from its start.
        case((Meeting.is_walk_in, None), else_=Slot.starts_at).label("starts_at"),
        CheckIn.side,
        CheckIn.is_present,
        CheckIn.source,
        CheckIn.at,
    )
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .outerjoin(CheckIn, CheckIn.meeting_id == Meeting.id)
    .where(Meeting.fair_id == bindparam("fair_id"), Meeting.id.in_(bindparam("ids", expanding=True)))
)


def keep(
    session: Session,
    *,
    fair_id: uuid.UUID,
    meeting_id: uuid.UUID,
    side: Role,
    is_present: bool,
    source: Source,
    by: uuid.UUID | None,
    at: datetime,
    once: str,
    now: datetime,
) -> bool:
    """Keep one statement and return True; False for one that is there already."""
    known = select(CheckIn.id).where(CheckIn.meeting_id == meeting_id, CheckIn.once == once)
    if session.scalar(known) is not None:
        return False
    row = {
        "fair_id": fair_id,
        "meeting_id": meeting_id,
        "side": side,
        "is_present": is_present,
        "source": source,
        "by_account_id": by,
        "once": once,
        "at": at,
        "recorded_at": now,
    }
    try:
        with session.begin_nested():
            session.execute(insert(CheckIn).values(row))
    except IntegrityError:
        # The same statement was on its way twice, and the other one came in first.
        if session.scalar(known) is None:
            raise
        return False
    return True


def standings(
    session: Session, *, fair: FairFacts, meeting_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, dict[Role, Standing]]:
    """Return how both sides of meetings stand, in one statement; meetings of other fairs are left out."""
    starts: dict[uuid.UUID, datetime | None] = {}
    said: dict[tuple[uuid.UUID, Role], list[Statement]] = {}
    wanted = sorted(set(meeting_ids))
    if not wanted:
        return {}
    for row in session.execute(SAID, {"fair_id": fair.id, "ids": wanted}):
        starts[row.meeting_id] = row.starts_at
        if row.side is not None:
            statement = Statement(is_present=row.is_present, source=Source(row.source), at=row.at)
            said.setdefault((row.meeting_id, Role(row.side)), []).append(statement)
    grace = timedelta(minutes=fair.late_minutes)
    return {
        key: {role: standing(said.get((key, role), ()), starts_at=at, grace=grace) for role in Role}
        for key, at in starts.items()
    }
