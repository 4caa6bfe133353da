"""Who is at the table of the meeting that is next or under way, as the agenda says it and asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from matchmaker.domain.attendance import Presence, Source, is_heard, is_there
from matchmaker.domain.fairs import Act, allows
from matchmaker.extensions import db
from matchmaker.services import attendance
from matchmaker.web.filters import time
from matchmaker.web.meetings.day import next_of
from matchmaker.web.statements import new_mark

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from matchmaker.services.agenda import Agenda
    from matchmaker.services.fairs import FairFacts, Membership


@dataclass(frozen=True, slots=True)
class PresenceLine:
    """How both sides stand to the next meeting. ``since`` is empty while one is not checked in oneself."""

    meeting_id: uuid.UUID
    since: str
    is_other_here: bool
    is_other_missing: bool
    may_miss: bool
    once: str


def presence_of(agenda: Agenda, *, fair: FairFacts, me: Membership, now: datetime) -> PresenceLine | None:
    """Return how both sides stand to the meeting that is next, while one can check in for it; None otherwise."""
    found = next_of(agenda, now=now)
    # Nobody checks in as a third company: the two decide what the meeting was.
    if found is None or found.row.third_state or not allows(fair.phase, Act.CHECK_IN):
        return None
    row, slot = found
    if not is_heard(Source.AGENDA, at=now, starts_at=slot.starts_at, ends_at=slot.ends_at):
        return None
    standings = attendance.standings(db.session, fair=fair, meeting_ids=[row.id])[row.id]
    mine, theirs = standings[me.role], standings[me.role.other]
    is_over_grace = now > slot.starts_at + timedelta(minutes=fair.late_minutes)
    return PresenceLine(
        meeting_id=row.id,
        since=time(mine.since) if is_there(mine) and mine.since else "",
        is_other_here=is_there(theirs),
        is_other_missing=theirs.presence is Presence.ABSENT,
        may_miss=is_over_grace and theirs.presence is Presence.UNKNOWN,
        once=new_mark(),
    )
