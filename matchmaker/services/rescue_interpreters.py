"""Interpreters who could help two in the hall that share no language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from matchmaker.domain.rescue import Helper
from matchmaker.domain.waiting_list import OfferState
from matchmaker.models import HallOffer, Interpreter, InterpreterAbsence, Seat
from matchmaker.services import notices
from matchmaker.services.seats import SeatKind
from matchmaker.services.stand_ins import CHANGED

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

HELPERS = (
    select(Interpreter.id, Interpreter.languages, Seat.meeting_id)
    .outerjoin(
        Seat,
        and_(
            Seat.kind == SeatKind.INTERPRETER,
            Seat.resource_id == Interpreter.id,
            Seat.slot_id == bindparam("slot_id"),
        ),
    )
    .where(
        Interpreter.fair_id == bindparam("fair_id"),
        Interpreter.is_active,
        Interpreter.id.not_in(
            select(InterpreterAbsence.interpreter_id).where(InterpreterAbsence.slot_id == bindparam("slot_id"))
        ),
        Interpreter.id.not_in(
            select(HallOffer.interpreter_id).where(
                HallOffer.state == OfferState.OPEN, HallOffer.interpreter_id.is_not(None)
            )
        ),
    )
)


def helpers(session: Session, *, fair_id: uuid.UUID, slot_id: uuid.UUID) -> list[Helper]:
    """Return the interpreters who work in a slot and are in no open offer, each with the meeting they sit in."""
    rows = session.execute(HELPERS, {"fair_id": fair_id, "slot_id": slot_id})
    return [Helper(key, frozenset(languages), meeting_id) for key, languages, meeting_id in rows]


def comes(session: Session, *, interpreter_id: uuid.UUID, slot_id: uuid.UUID) -> bool:
    """Whether an interpreter still works at the fair, and in a slot."""
    away = InterpreterAbsence
    is_away = select(away.slot_id).where(away.interpreter_id == Interpreter.id, away.slot_id == slot_id).exists()
    known = select(Interpreter.id).where(Interpreter.id == interpreter_id, Interpreter.is_active, ~is_away)
    return session.scalar(known) is not None


def tell(session: Session, *, fair: FairFacts, interpreter_id: uuid.UUID, now: datetime) -> None:
    """Tell an interpreter of one more meeting; one without an account hears of it from a host."""
    account_id = session.scalar(select(Interpreter.account_id).where(Interpreter.id == interpreter_id))
    if account_id is None:
        return
    notices.queue(
        session,
        account_id=account_id,
        kind=CHANGED,
        once=f"{CHANGED} rescue {account_id.hex} {now.isoformat()}",
        now=now,
        fair_id=fair.id,
        path=f"/fairs/{fair.slug}/interpreter",
        fair_vi=fair.name_vi,
        fair_en=fair.name_en,
        part="takes_over",
        meetings=1,
    )
