"""Let a meeting sit at another table at the same time, as a host does when one wobbles or is too loud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from matchmaker.domain.errors import Conflict, NotFound, Refused
from matchmaker.domain.meetings import Action, MeetingState
from matchmaker.models import Meeting, MeetingTable
from matchmaker.services import ground, history, meetings
from matchmaker.services.meeting_notices import tell_place
from matchmaker.services.seats import move_table

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.meeting_notices import MeetingFacts

SEATED = frozenset({MeetingState.SCHEDULED, MeetingState.HELD})


def change_table(
    session: Session,
    *,
    fair: FairFacts,
    meeting_id: uuid.UUID,
    table_id: uuid.UUID,
    by: uuid.UUID | None,
    now: datetime,
) -> MeetingFacts:
    """Give a meeting another table for everyone, in every slot it takes; tell both sides once and return it anew.

    Doing it a second time changes nothing. Raises NotFound, Refused('no_such_table') for a table that is closed or a
    company's own, Conflict('meeting_moved_on', state=…), Conflict('table_taken') where somebody sits there.
    """
    ground.keep(session, fair_id=fair.id)
    meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=None)
    if meeting.state not in SEATED or meeting.slot_id is None:
        raise Conflict("meeting_moved_on", state=meeting.state, action=Action.SCHEDULE)
    if meeting.table_id == table_id:
        return meeting
    _demand_open(session, fair_id=fair.id, table_id=table_id)
    move_table(session, meeting_id=meeting_id, table_id=table_id)
    session.execute(
        update(Meeting).where(Meeting.id == meeting_id).values(table_id=table_id, changed_at=now),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    placed = meetings.facts_of(session, fair_id=fair.id, meeting_id=meeting_id)
    _tell(session, meeting=meeting, placed=placed, by=by, now=now)
    return placed


def _tell(
    session: Session, *, meeting: MeetingFacts, placed: MeetingFacts, by: uuid.UUID | None, now: datetime
) -> None:
    before = {f"was_{key}": meeting.place[key] for key in ("starts_at", "table")}
    history.record(
        session,
        action="meeting_table_changed",
        subject_kind="meeting",
        subject_id=meeting.id,
        by=by,
        now=now,
        fair_id=meeting.fair_id,
        table_id=str(placed.table_id),
        **before,
    )
    tell_place(session, meeting=placed, before=before, by=by, now=now, note="")


def _demand_open(session: Session, *, fair_id: uuid.UUID, table_id: uuid.UUID) -> None:
    table = session.execute(
        select(MeetingTable.is_closed, MeetingTable.host_id).where(
            MeetingTable.id == table_id, MeetingTable.fair_id == fair_id
        )
    ).one_or_none()
    if table is None:
        raise NotFound("no_such_table")
    if table.is_closed or table.host_id is not None:
        raise Refused("no_such_table", field="table")
