"""Take and free the seats of meetings. Everything that books goes through here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.errors import Conflict
from matchmaker.models import Seat

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

# So many keys stay well below the number of parameters either database takes in a statement.
ROWS_A_STATEMENT = 1000
# With something to return, the rows of a statement go in together, and its text is made once.
TAKE = insert(Seat).returning(Seat.kind)


class SeatKind(StrEnum):
    """What can be taken in a slot."""

    INTERPRETER = "interpreter"
    REPRESENTATIVE = "representative"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Booking:
    """A meeting in a slot with everyone and everything it needs there."""

    meeting_id: uuid.UUID
    slot_id: uuid.UUID
    representatives: tuple[uuid.UUID, ...]
    table_id: uuid.UUID | None = None
    interpreter_id: uuid.UUID | None = None

    def seats(self) -> Iterator[dict[str, object]]:
        """Give one row for each person and thing."""
        taken: list[tuple[SeatKind, uuid.UUID | None]] = [
            *((SeatKind.REPRESENTATIVE, key) for key in self.representatives),
            (SeatKind.TABLE, self.table_id),
            (SeatKind.INTERPRETER, self.interpreter_id),
        ]
        for kind, key in taken:
            if key is not None:
                yield {"kind": kind, "resource_id": key, "slot_id": self.slot_id, "meeting_id": self.meeting_id}


def take_seats(session: Session, *, bookings: Iterable[Booking]) -> None:
    """Take all seats of some bookings, or none.

    Raises Conflict('slot_taken', kinds=…) when anyone or anything is taken in its slot already; ``kinds`` says of
    which kind. Nothing is looked up beforehand: two who looked at once would both find the seat free, so the
    primary key decides. Rows go in by the order of their keys, so that two bookings wait for each other in line
    instead of in a circle.
    """
    rows = sorted((row for booking in bookings for row in booking.seats()), key=_key)
    try:
        with session.begin_nested():
            if rows:
                session.connection().execute(TAKE, rows)
    except IntegrityError as error:
        if not _is_taken(error):
            raise
        raise Conflict("slot_taken", kinds=_taken_kinds(session, rows)) from error


def join_seats(session: Session, *, bookings: Iterable[Booking]) -> None:
    """Let others sit in meetings that have their seats, in every slot each of them takes: one that goes on takes two.

    Raises as take_seats does.
    """
    joining = list(bookings)
    held = slots_held(session, meeting_ids=[one.meeting_id for one in joining])
    take_seats(
        session,
        bookings=[
            replace(one, slot_id=slot_id) for one in joining for slot_id in sorted({one.slot_id, *held[one.meeting_id]})
        ],
    )


def slots_held(session: Session, *, meeting_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return in which slots some meetings hold seats."""
    held: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    keys = sorted(set(meeting_ids))
    for start in range(0, len(keys), ROWS_A_STATEMENT):
        rows = select(Seat.meeting_id, Seat.slot_id).where(Seat.meeting_id.in_(keys[start : start + ROWS_A_STATEMENT]))
        for meeting_id, slot_id in session.execute(rows.distinct()):
            held[meeting_id].add(slot_id)
    return held


def has_seats(session: Session, *, meeting_id: uuid.UUID) -> bool:
    """Whether a meeting holds any seat."""
    return session.execute(select(Seat.kind).where(Seat.meeting_id == meeting_id).limit(1)).first() is not None


def free_seats(session: Session, *, meeting_ids: Iterable[uuid.UUID]) -> int:
    """Free every seat of some meetings and return how many there were."""
    keys = sorted(set(meeting_ids))
    freed = 0
    for start in range(0, len(keys), ROWS_A_STATEMENT):
        gone = delete(Seat).where(Seat.meeting_id.in_(keys[start : start + ROWS_A_STATEMENT])).returning(Seat.kind)
        freed += len(session.execute(gone, execution_options={"synchronize_session": False}).all())
    return freed


def move_table(session: Session, *, meeting_id: uuid.UUID, table_id: uuid.UUID) -> None:
    """Let a meeting's table seats be at another table; a meeting without any gets none.

    Raises Conflict('table_taken') where somebody else sits at the other table then.
    """
    move = update(Seat).where(Seat.meeting_id == meeting_id, Seat.kind == SeatKind.TABLE).values(resource_id=table_id)
    try:
        with session.begin_nested():
            session.execute(move, execution_options={"synchronize_session": False})
    except IntegrityError as error:
        if not _is_taken(error):
            raise
        raise Conflict("table_taken") from error


def free_interpreter(session: Session, *, meeting_ids: Iterable[uuid.UUID]) -> None:
    """Free the interpreters of some meetings; everyone else keeps their seats."""
    session.execute(
        delete(Seat).where(Seat.meeting_id.in_(sorted(set(meeting_ids))), Seat.kind == SeatKind.INTERPRETER),
        execution_options={"synchronize_session": False},
    )


def _key(row: dict[str, object]) -> tuple[str, ...]:
    return tuple(str(row[part]) for part in ("kind", "resource_id", "slot_id"))


def _is_taken(error: IntegrityError) -> bool:
    """Whether the primary key refused, and not a reference to something that does not exist."""
    said = str(error.orig)
    return "pk_seat" in said or "UNIQUE constraint failed: seat." in said


def _taken_kinds(session: Session, rows: Sequence[dict[str, object]]) -> tuple[str, ...]:
    """Say what is taken, for the message; more than the first rows would only repeat it."""
    wanted = [
        and_(Seat.kind == row["kind"], Seat.resource_id == row["resource_id"], Seat.slot_id == row["slot_id"])
        for row in rows[:100]
    ]
    return tuple(sorted(session.scalars(select(Seat.kind).where(or_(*wanted)).distinct())))
