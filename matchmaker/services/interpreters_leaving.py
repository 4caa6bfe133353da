"""Take an interpreter's name away; the meetings on record keep that somebody interpreted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from matchmaker.domain.meetings import OPEN
from matchmaker.models import DraftPlace, Interpreter, InterpreterAbsence, Meeting, Seat
from matchmaker.services.seats import SeatKind

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def leave(session: Session, *, interpreter_ids: Sequence[uuid.UUID]) -> None:
    """Take interpreters out of their coming meetings, which then need another, and forget who they were.

    The row is deleted where no meeting is on record, and else keeps neither name nor address.
    """
    quietly = {"synchronize_session": False}
    for key in interpreter_ids:
        session.execute(
            update(Meeting)
            .where(Meeting.interpreter_id == key, Meeting.state.in_(sorted(OPEN)))
            .values(interpreter_id=None),
            execution_options=quietly,
        )
        session.execute(
            update(DraftPlace).where(DraftPlace.interpreter_id == key).values(interpreter_id=None),
            execution_options=quietly,
        )
        session.execute(
            delete(Seat).where(Seat.kind == SeatKind.INTERPRETER.value, Seat.resource_id == key),
            execution_options=quietly,
        )
        if session.scalar(select(Meeting.id).where(Meeting.interpreter_id == key).limit(1)) is None:
            session.execute(delete(Interpreter).where(Interpreter.id == key), execution_options=quietly)
            continue
        session.execute(
            delete(InterpreterAbsence).where(InterpreterAbsence.interpreter_id == key), execution_options=quietly
        )
        session.execute(
            update(Interpreter)
            .where(Interpreter.id == key)
            .values(name=f"#{key.hex[:6].upper()}", email="", account_id=None, is_active=False),
            execution_options=quietly,
        )
