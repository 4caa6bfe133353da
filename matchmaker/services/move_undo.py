"""Take a move back a moment after it was made."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from matchmaker.domain.errors import Conflict
from matchmaker.domain.meetings import Action, MeetingState
from matchmaker.models import HistoryEntry
from matchmaker.services import booking, ground, meetings

if TYPE_CHECKING:
    from typing import Unpack

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.meeting_notices import MeetingFacts
    from matchmaker.services.meetings import Acting

# The page offers it for ten seconds; who has a slow line, or reads slowly, is still answered.
UNDO_WITHIN = timedelta(minutes=2)
LAST_MOVE = (
    select(HistoryEntry.at, HistoryEntry.by_account_id, HistoryEntry.facts)
    .where(
        HistoryEntry.subject_kind == "meeting",
        HistoryEntry.subject_id == bindparam("meeting_id"),
        HistoryEntry.action == "meeting_moved",
    )
    .order_by(HistoryEntry.at.desc(), HistoryEntry.id)
    .limit(1)
)


def undo_move(session: Session, *, fair: FairFacts, **acting: Unpack[Acting]) -> MeetingFacts:
    """Bring a meeting back to where its last move took it from, to the same table if that is free; return it.

    Doing it twice changes nothing the second time. Whoever had no mail about the move never gets one. Raises
    NotFound, Conflict('undo_over') when someone else moved it, or longer ago than UNDO_WITHIN, and what booking.put
    raises when the old time is taken meanwhile.
    """
    ground.keep(session, fair_id=fair.id)
    meeting, party = meetings.load(
        session,
        fair_id=fair.id,
        meeting_id=acting["meeting_id"],
        participation_id=acting["participation_id"],
    )
    if meeting.state is not MeetingState.SCHEDULED:
        raise Conflict("meeting_moved_on", state=meeting.state, action=Action.SCHEDULE)
    last = session.execute(LAST_MOVE, {"meeting_id": meeting.id}).first()
    is_mine = last is not None and last.by_account_id == acting["by"] and acting["now"] - last.at <= UNDO_WITHIN
    if last is None or not is_mine or "was_slot" not in last.facts:
        raise Conflict("undo_over")
    if last.facts.get("is_undo"):
        return meeting
    if last.facts["starts_at"] != meeting.place["starts_at"]:
        raise Conflict("undo_over")
    table = last.facts["was_table_id"]
    return booking.put(
        session,
        meeting=meeting,
        party=party,
        fair=fair,
        slot_id=uuid.UUID(last.facts["was_slot"]),
        undone=booking.Undone(uuid.UUID(table) if table else None),
        by=acting["by"],
        now=acting["now"],
    )
