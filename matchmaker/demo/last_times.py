"""Let two who ask a visitor of the demo be there for the same last times alone, so that one has to be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Meeting, MeetingAttendee, RepresentativeAbsence, Slot
from matchmaker.services import speakers

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

RIVALS, LAST = 2, 2


def leave_last_times(session: Session, *, fair: FairFacts, visitor: uuid.UUID, role: Role, now: datetime) -> None:
    """Take the first two who wait for the visitor's answer away from all but the last two times they share with it.

    Only times they have free are given up, so no meeting loses anyone.
    """
    mine, theirs = (Meeting.exhibitor_id, Meeting.buyer_id)[:: 1 if role is Role.EXHIBITOR else -1]
    waiting = session.execute(
        select(Meeting.id, theirs)
        .where(mine == visitor, Meeting.state == MeetingState.REQUESTED, Meeting.requested_by == role.other)
        .order_by(Meeting.expires_at, Meeting.id)
        .limit(RIVALS)
    ).all()
    sits = select(MeetingAttendee.representative_id, MeetingAttendee.side).where(
        MeetingAttendee.meeting_id.in_([key for key, _ in waiting])
    )
    known = speakers.speakers(
        session, fair_id=fair.id, now=now, participation_ids=[visitor, *(one for _, one in waiting)]
    )
    free_of = {one.id: one.free for those in known.values() for one in those}
    people = session.execute(sits).all()
    coming = list(
        session.scalars(select(Slot.id).where(Slot.fair_id == fair.id, Slot.starts_at > now).order_by(Slot.number))
    )
    shared = [place for place in range(len(coming)) if all(free_of[person] >> place & 1 for person, _ in people)]
    kept = set(shared[-LAST:])
    away = [
        {"representative_id": person, "slot_id": slot_id}
        for person in dict.fromkeys(person for person, side in people if side == role.other)
        for place, slot_id in enumerate(coming)
        if place not in kept and free_of[person] >> place & 1
    ]
    if kept and away:
        session.execute(insert(RepresentativeAbsence), away)
