"""Settle whether a side that is on record as missing was there after all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from matchmaker.domain.attendance import Source, Statement
from matchmaker.domain.errors import Conflict
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import CheckIn, Meeting, Slot
from matchmaker.services import attendance, meetings, presences, reliability
from matchmaker.services.company_names import with_names
from matchmaker.services.outcomes import BOTH

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts


@dataclass(frozen=True, slots=True)
class Appeal:
    """A meeting that one side is said to have missed, and that side says it was there."""

    meeting_id: uuid.UUID
    side: Role
    starts_at: datetime
    exhibitor: str
    buyer: str


# What is said of the sides that are on record as missing.
SAID_OF_MISSING = with_names(
    select(Meeting.id, Slot.starts_at, CheckIn.side, CheckIn.is_present, CheckIn.source, CheckIn.at)
    .join(Slot, Slot.id == Meeting.slot_id)
    .join(CheckIn, CheckIn.meeting_id == Meeting.id)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Meeting.state == MeetingState.NO_SHOW,
        or_(Meeting.no_show_side == CheckIn.side, Meeting.no_show_side == BOTH),
    )
    .order_by(Slot.starts_at, Meeting.id, CheckIn.side),
    exhibitor=Meeting.exhibitor_id,
    buyer=Meeting.buyer_id,
)


def open_ones(session: Session, *, fair_id: uuid.UUID) -> list[Appeal]:
    """Return the appeals that wait for the organizer, by time, in one statement."""
    rows = session.execute(SAID_OF_MISSING, {"fair_id": fair_id})
    said: dict[tuple[uuid.UUID, str], tuple[Appeal, list[Statement]]] = {}
    for row in rows:
        appeal = Appeal(row.id, Role(row.side), row.starts_at, row.exhibitor, row.buyer)
        found = said.setdefault((row.id, row.side), (appeal, []))[1]
        found.append(Statement(is_present=row.is_present, source=Source(row.source), at=row.at))
    return [appeal for appeal, statements in said.values() if reliability.is_appealed(statements)]


def settle(
    session: Session,
    *,
    fair: FairFacts,
    meeting_id: uuid.UUID,
    side: Role,
    was_there: bool,
    by: uuid.UUID,
    now: datetime,
) -> MeetingState:
    """Say as the organizer whether a side was there, which outweighs every other word; return the meeting's state.

    Raises NotFound, and Conflict('settled_already') where no appeal of that side waits.
    """
    meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=None)
    waiting = {(one.meeting_id, one.side) for one in open_ones(session, fair_id=fair.id)}
    if (meeting_id, side) not in waiting:
        raise Conflict("settled_already")
    is_new = presences.keep(
        session,
        fair_id=fair.id,
        meeting_id=meeting_id,
        side=side,
        is_present=was_there,
        source=Source.ORGANIZER,
        by=by,
        at=meeting.starts_at or now,
        once=f"settled-{side}",
        now=now,
    )
    return attendance.settle(session, fair=fair, meeting=meeting, by=by, now=now, is_new=is_new).state
