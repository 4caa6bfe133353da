"""Take an interpreter's name away; the meetings on record keep that somebody interpreted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select, update

from matchmaker.domain.fairs import StaffRole
from matchmaker.domain.meetings import OPEN, MeetingState
from matchmaker.domain.waiting_list import OfferState
from matchmaker.models import DraftPlace, Fair, HallOffer, Interpreter, InterpreterAbsence, Meeting, Seat, Slot
from matchmaker.services import notices, rescue, staff
from matchmaker.services.interpreters import NEEDED
from matchmaker.services.seats import SeatKind

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


COMING = (
    select(func.count())
    .select_from(Meeting)
    .join(Slot, Slot.id == Meeting.slot_id)
    .where(
        Meeting.interpreter_id == bindparam("interpreter_id"),
        Meeting.state == MeetingState.SCHEDULED,
        Slot.ends_at > bindparam("now"),
    )
)
OFFERED = select(HallOffer.id).where(
    HallOffer.interpreter_id == bindparam("interpreter_id"), HallOffer.state == OfferState.OPEN
)
QUIETLY = {"synchronize_session": False}


def leave(session: Session, *, interpreter_ids: Sequence[uuid.UUID], by: uuid.UUID | None, now: datetime) -> None:
    """Take interpreters out of their coming meetings, which then need another, and forget who they were.

    An offer in the hall that needed one of them ends: its two would sit down without a common language. Whoever
    organizes the fair is told how much of this there is, without the name. The row is deleted where no meeting is on
    record, and else keeps neither name nor address.
    """
    for key in interpreter_ids:
        fair = session.get_one(Fair, session.get_one(Interpreter, key).fair_id)
        coming = session.scalar(COMING, {"interpreter_id": key, "now": now}) or 0
        offers = session.scalars(OFFERED, {"interpreter_id": key}).all()
        for offer_id in offers:
            rescue.close(session, offer_id=offer_id, state=OfferState.EXPIRED, now=now)
        if coming or offers:
            _call_organizers(session, fair=fair, key=key, meetings=coming, offers=len(offers), by=by, now=now)
        _take_out(session, key)
        _forget(session, key)


def _take_out(session: Session, key: uuid.UUID) -> None:
    session.execute(
        update(Meeting)
        .where(Meeting.interpreter_id == key, Meeting.state.in_(sorted(OPEN)))
        .values(interpreter_id=None),
        execution_options=QUIETLY,
    )
    session.execute(
        update(DraftPlace).where(DraftPlace.interpreter_id == key).values(interpreter_id=None),
        execution_options=QUIETLY,
    )
    session.execute(
        delete(Seat).where(Seat.kind == SeatKind.INTERPRETER.value, Seat.resource_id == key),
        execution_options=QUIETLY,
    )


def _forget(session: Session, key: uuid.UUID) -> None:
    if session.scalar(select(Meeting.id).where(Meeting.interpreter_id == key).limit(1)) is None:
        session.execute(delete(Interpreter).where(Interpreter.id == key), execution_options=QUIETLY)
        return
    session.execute(
        delete(InterpreterAbsence).where(InterpreterAbsence.interpreter_id == key), execution_options=QUIETLY
    )
    session.execute(
        update(Interpreter)
        .where(Interpreter.id == key)
        .values(name=f"#{key.hex[:6].upper()}", email="", account_id=None, is_active=False),
        execution_options=QUIETLY,
    )


def _call_organizers(
    session: Session, *, fair: Fair, key: uuid.UUID, meetings: int, offers: int, by: uuid.UUID | None, now: datetime
) -> None:
    for one in staff.staff_of(session, fair_id=fair.id):
        if one.role is not StaffRole.ORGANIZER or one.account_id == by:
            continue
        notices.queue(
            session,
            account_id=one.account_id,
            kind=NEEDED,
            once=f"{NEEDED} {key.hex} {one.account_id.hex} gone",
            now=now,
            fair_id=fair.id,
            path=f"/fairs/{fair.slug}/organizer/setup/interpreters",
            fair_vi=fair.name_vi,
            fair_en=fair.name_en,
            interpreter="",
            meetings=meetings,
            offers=offers,
        )
