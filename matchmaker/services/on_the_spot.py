"""Seat two sides at a table in the slot that runs now, outside the plan."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from matchmaker.domain.errors import Conflict
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import Action, MeetingState, Origin, Party, next_state
from matchmaker.models import (
    Company,
    FairPerson,
    Hall,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Participation,
    Representative,
    Seat,
    Slot,
)
from matchmaker.models.engine import lock
from matchmaker.services import history, meetings, third_on_the_spot, third_people
from matchmaker.services.seats import Booking, SeatKind, free_seats, take_seats

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

REQUESTED_BY = "organizer"


@dataclass(frozen=True, slots=True)
class Running:
    """The slot that runs now."""

    id: uuid.UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class FreeTable:
    """A table nobody sits at in the slot that runs now."""

    id: uuid.UUID
    code: str
    hall: str


RUNNING = (
    select(Slot.id, Slot.starts_at, Slot.ends_at)
    .where(
        Slot.fair_id == bindparam("fair_id"),
        Slot.starts_at <= bindparam("now"),
        Slot.ends_at > bindparam("now"),
    )
    .order_by(Slot.starts_at)
    .limit(1)
)
# Who sits in a meeting that was missed does not sit there any more.
TAKEN = (
    select(Seat.resource_id)
    .join(Meeting, Meeting.id == Seat.meeting_id)
    .where(Seat.slot_id == bindparam("slot_id"), Meeting.state != MeetingState.NO_SHOW)
)
FREE_TABLES = (
    select(MeetingTable.id, MeetingTable.code, Hall.code)
    .join(Hall, Hall.id == MeetingTable.hall_id)
    .where(
        MeetingTable.fair_id == bindparam("fair_id"),
        ~MeetingTable.is_closed,
        MeetingTable.host_id.is_(None),
        MeetingTable.id.not_in(TAKEN.where(Seat.kind == SeatKind.TABLE)),
    )
    .order_by(Hall.code, MeetingTable.code)
)
COMERS = (
    select(
        FairPerson.participation_id,
        FairPerson.representative_id,
        FairPerson.representative_id.in_(TAKEN.where(Seat.kind == SeatKind.REPRESENTATIVE)),
    )
    .join(Representative, Representative.id == FairPerson.representative_id)
    .where(FairPerson.participation_id.in_(bindparam("ids", expanding=True)))
    .order_by(Representative.account_id.is_(None), FairPerson.representative_id)
)
MISSED_SEATS = (
    select(Seat.meeting_id)
    .join(Meeting, Meeting.id == Seat.meeting_id)
    .where(
        Seat.slot_id == bindparam("slot_id"),
        Seat.resource_id.in_(bindparam("resources", expanding=True)),
        Meeting.state == MeetingState.NO_SHOW,
    )
    .distinct()
)
# Of two who record the same pair at once the second waits here, and then finds what the first one made.
SIDES = (
    select(Participation.id, Participation.company_id, Company.name, Participation.role, Participation.status)
    .join(Company, Company.id == Participation.company_id)
    .where(
        Participation.fair_id == bindparam("fair_id"),
        Participation.id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(Participation.id)
    .with_for_update(of=Participation, key_share=True)
)


def running_slot(session: Session, *, fair_id: uuid.UUID, now: datetime) -> Running | None:
    """Return the slot that runs now; None in a break and outside the fair's hours."""
    row = session.execute(RUNNING, {"fair_id": fair_id, "now": now}).first()
    return None if row is None else Running(*row)


def free_tables(session: Session, *, fair_id: uuid.UUID, slot_id: uuid.UUID) -> list[FreeTable]:
    """Return the tables for everyone that are free in a slot; a company's own booth is not among them."""
    return [FreeTable(*row) for row in session.execute(FREE_TABLES, {"fair_id": fair_id, "slot_id": slot_id})]


def free_people(
    session: Session, *, participation_ids: Collection[uuid.UUID], slot_id: uuid.UUID
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return who of each participation comes and sits nowhere in a slot; an empty list where all of them sit.

    A participation of which nobody is named is left out.
    """
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    rows = session.execute(COMERS, {"ids": list(participation_ids), "slot_id": slot_id})
    for participation_id, person_id, is_taken in rows:
        people = found.setdefault(participation_id, [])
        if not is_taken:
            people.append(person_id)
    return found


def agree(
    session: Session,
    *,
    fair_id: uuid.UUID,
    pair: Mapping[Role, uuid.UUID],
    origin: Origin,
    by: uuid.UUID | None,
    now: datetime,
) -> uuid.UUID:
    """Make a meeting that both sides of a pair want just now, and return its key."""
    meeting_id = uuid.uuid4()
    row = {
        "id": meeting_id,
        "fair_id": fair_id,
        "exhibitor_id": pair[Role.EXHIBITOR],
        "buyer_id": pair[Role.BUYER],
        "state": next_state(MeetingState.REQUESTED, Action.ACCEPT, Party.SYSTEM),
        "origin": origin,
        "requested_by": REQUESTED_BY,
        "requested_at": now,
        "answered_at": now,
        "changed_at": now,
    }
    session.execute(insert(Meeting).values(row))
    history.record(
        session,
        action=f"meeting_{MeetingState.ACCEPTED}",
        subject_kind="meeting",
        subject_id=meeting_id,
        by=by,
        now=now,
        fair_id=fair_id,
        origin=str(origin),
    )
    return meeting_id


def sit_down(
    session: Session,
    *,
    fair_id: uuid.UUID,
    meeting_id: uuid.UUID,
    slot_id: uuid.UUID,
    table_id: uuid.UUID | None,
    people: Mapping[Role, uuid.UUID],
    by: uuid.UUID | None,
    now: datetime,
    interpreter_id: uuid.UUID | None = None,
) -> None:
    """Give an agreed meeting the slot that runs now, these people, a table and an interpreter, outside the plan.

    Seats of meetings that were missed are given up first. A third company that has joined comes along if its people
    are free, and is let go and told where they are not. Raises Conflict('slot_taken', kinds=…) when someone or the
    table is taken, Conflict('meeting_moved_on') when the meeting is not waiting for a place any more.
    """
    thirds = _thirds(session, meeting_id=meeting_id)
    wanted = [*people.values(), *thirds, *(key for key in (table_id, interpreter_id) if key)]
    _give_up_missed(session, slot_id=slot_id, wanted=wanted)
    is_joined = _take(session, Booking(meeting_id, slot_id, tuple(people.values()), table_id, interpreter_id))
    place: dict[str, Any] = {"slot_id": slot_id, "table_id": table_id}
    if interpreter_id is not None:
        place["interpreter_id"] = interpreter_id
    target = _place(session, meeting_id=meeting_id, place=place, now=now)
    _name_people(session, meeting_id=meeting_id, people=people)
    third_on_the_spot.settle(session, fair_id=fair_id, meeting_id=meeting_id, comes=is_joined, by=by, now=now)
    history.record(
        session,
        action=f"meeting_{target}",
        subject_kind="meeting",
        subject_id=meeting_id,
        by=by,
        now=now,
        fair_id=fair_id,
        is_on_the_spot=True,
        slot=str(slot_id),
        table_id=str(table_id or ""),
    )


def _thirds(session: Session, *, meeting_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """Who is to sit for the third company, as left by whoever joins or leaves the meeting just now."""
    lock(session, meetings.LOCK, {"meeting_id": meeting_id})
    return third_people.named(session, meeting_id=meeting_id)


def _take(session: Session, booking: Booking) -> bool:
    """Take everyone's seats in one go, without the third company's people where one of them can't come.

    Returns whether they sit there.
    """
    if thirds := third_people.free_then(session, meeting_id=booking.meeting_id, slot_id=booking.slot_id):
        everyone = replace(booking, representatives=(*booking.representatives, *thirds))
        with suppress(Conflict):
            take_seats(session, bookings=[everyone])
            return True
    take_seats(session, bookings=[booking])
    return False


def _place(session: Session, *, meeting_id: uuid.UUID, place: Mapping[str, Any], now: datetime) -> MeetingState:
    target = next_state(MeetingState.ACCEPTED, Action.SCHEDULE, Party.SYSTEM)
    written = session.scalar(
        update(Meeting)
        .where(Meeting.id == meeting_id, Meeting.state == MeetingState.ACCEPTED)
        .values({"state": target, **place, "is_walk_in": True, "answered_at": now, "changed_at": now})
        .returning(Meeting.id)
    )
    if written is None:
        raise Conflict("meeting_moved_on", action=Action.SCHEDULE)
    return target


def _give_up_missed(session: Session, *, slot_id: uuid.UUID, wanted: Collection[uuid.UUID]) -> None:
    missed = session.scalars(MISSED_SEATS, {"slot_id": slot_id, "resources": list(wanted)}).all()
    free_seats(session, meeting_ids=missed)


def _name_people(session: Session, *, meeting_id: uuid.UUID, people: Mapping[Role, uuid.UUID]) -> None:
    """Let these people sit in a meeting, and nobody else of the two; who sits there for a third company stays."""
    of_pair = MeetingAttendee.side.in_(list(Role))
    session.execute(delete(MeetingAttendee).where(MeetingAttendee.meeting_id == meeting_id, of_pair))
    rows = [{"meeting_id": meeting_id, "representative_id": key, "side": side} for side, key in people.items()]
    if rows:
        session.execute(insert(MeetingAttendee), rows)
