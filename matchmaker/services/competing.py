"""Waiting requests that want the same last times: show them together, accept one, tell the others what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from matchmaker.domain.competing import groups
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Meeting, MeetingAttendee, Slot
from matchmaker.services import booking, ground, meetings, speakers
from matchmaker.services.held_back import is_told, untold
from matchmaker.services.meeting_notices import tell

if TYPE_CHECKING:
    import uuid
    from datetime import datetime
    from typing import Unpack

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.meeting_notices import MeetingFacts
    from matchmaker.services.meetings import Acting

FEWER = "times_fewer"


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A coming slot in which everyone of a request is free."""

    slot_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Competitor:
    """A waiting request that competes with others, and the last times it could have."""

    meeting_id: uuid.UUID
    times: tuple[FreeTime, ...]


COMING = (
    select(Slot.id, Slot.starts_at, Slot.ends_at)
    .where(Slot.fair_id == bindparam("fair_id"), Slot.starts_at > bindparam("now"))
    .order_by(Slot.number)
)


def _waiting(role: Role) -> Select[uuid.UUID, uuid.UUID, uuid.UUID]:
    """Who sits in each request that waits for one side's answer, the soonest to expire first."""
    mine, theirs = (Meeting.exhibitor_id, Meeting.buyer_id)[:: 1 if role is Role.EXHIBITOR else -1]
    return (
        select(Meeting.id, theirs, MeetingAttendee.representative_id)
        .join(MeetingAttendee, MeetingAttendee.meeting_id == Meeting.id)
        .where(
            Meeting.fair_id == bindparam("fair_id"),
            mine == bindparam("participation_id"),
            Meeting.state == MeetingState.REQUESTED,
            Meeting.requested_by == role.other,
            or_(Meeting.expires_at.is_(None), Meeting.expires_at > bindparam("now")),
            is_told(Meeting.requested_at),
        )
        .order_by(Meeting.expires_at, Meeting.id)
    )


WAITING = {role: _waiting(role) for role in Role}


def competing(
    session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, role: Role, now: datetime
) -> list[list[Competitor]]:
    """Return the groups of requests to one side that compete for the same last times, in five statements at most."""
    key = {"fair_id": fair_id, "participation_id": participation_id, "now": now, **untold(now)}
    people: dict[uuid.UUID, list[uuid.UUID]] = {}
    sides = {participation_id}
    for meeting_id, other_id, person in session.execute(WAITING[role], key):
        people.setdefault(meeting_id, []).append(person)
        sides.add(other_id)
    if len(people) < 2:  # noqa: PLR2004 - One alone competes with nobody.
        return []
    known = speakers.speakers(session, fair_id=fair_id, now=now, participation_ids=sides)
    free_of = {one.id: one.free for those in known.values() for one in those}
    free = {key: _shared([free_of.get(person, 0) for person in those]) for key, those in people.items()}
    found = groups(free)
    if not found:
        return []
    slots = [FreeTime(*row) for row in session.execute(COMING, {"fair_id": fair_id, "now": now})]
    return [
        [Competitor(key, tuple(slot for place, slot in enumerate(slots) if free[key] >> place & 1)) for key in members]
        for members in found
    ]


def accept_at(session: Session, *, fair: FairFacts, slot_id: uuid.UUID, **acting: Unpack[Acting]) -> MeetingFacts:
    """Accept a request at one of its times; those that competed for this time are told how many they have left.

    They go on waiting. Raises what meetings.accept and booking.place raise.
    """
    ground.keep(session, fair_id=fair.id)
    before = meetings.facts_of(session, fair_id=fair.id, meeting_id=acting["meeting_id"])
    rivals = _rivals(session, meeting=before, slot_id=slot_id, now=acting["now"], mine=acting["participation_id"])
    meetings.accept(session, **acting)
    placed = booking.place(session, fair=fair, slot_id=slot_id, **acting)
    for meeting_id, left in rivals:
        rival = meetings.facts_of(session, fair_id=fair.id, meeting_id=meeting_id)
        asker = () if rival.asker is None else (rival.asker,)
        tell(session, meeting=rival, kind=FEWER, sides=asker, by=acting["by"], now=acting["now"], left=left)
    return placed


def _rivals(
    session: Session, *, meeting: MeetingFacts, slot_id: uuid.UUID, mine: uuid.UUID | None, now: datetime
) -> list[tuple[uuid.UUID, int]]:
    """The requests that compete with one and want its slot too, each with the number of other times it has."""
    if mine is None or meeting.state is not MeetingState.REQUESTED:
        return []
    found = competing(session, fair_id=meeting.fair_id, participation_id=mine, role=meeting.side_of(mine), now=now)
    group = next((those for those in found if any(one.meeting_id == meeting.id for one in those)), [])
    return [
        (one.meeting_id, len(one.times) - 1)
        for one in group
        if one.meeting_id != meeting.id and any(time.slot_id == slot_id for time in one.times)
    ]


def _shared(free: list[int]) -> int:
    shared = -1
    for bits in free:
        shared &= bits
    return shared
