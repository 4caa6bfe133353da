"""The times that two companies both have free."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Uuid, bindparam, literal, select, union_all

from matchmaker.models import FairPerson, RepresentativeAbsence, Seat, Slot

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session

SLOT_STARTS = (
    select(Slot.id, Slot.starts_at)
    .where(Slot.fair_id == bindparam("fair_id"), Slot.starts_at > bindparam("now"))
    .order_by(Slot.number)
)
WANTED = FairPerson.participation_id.in_(bindparam("ids", expanding=True))
# A union takes its types from the first statement: an untyped NULL there would give slots back as text.
NO_SLOT = literal(None, Uuid()).label("slot_id")
BUSY: CompoundSelect[Any] = union_all(
    select(FairPerson.participation_id, FairPerson.representative_id, NO_SLOT).where(WANTED),
    select(FairPerson.participation_id, FairPerson.representative_id, RepresentativeAbsence.slot_id)
    .join(RepresentativeAbsence, RepresentativeAbsence.representative_id == FairPerson.representative_id)
    .where(WANTED),
    select(FairPerson.participation_id, FairPerson.representative_id, Seat.slot_id)
    .join(Seat, (Seat.kind == "representative") & (Seat.resource_id == FairPerson.representative_id))
    .where(WANTED),
)


def shared_times(
    session: Session, *, fair_id: uuid.UUID, mine: uuid.UUID, others: Collection[uuid.UUID], now: datetime
) -> Mapping[uuid.UUID, list[datetime]]:
    """Return, for each other participation, the starts of the coming slots in which both have someone free.

    Two statements, whatever the number of others. A participation nobody comes for has no times.
    """
    slots = [
        (slot_id, starts_at) for slot_id, starts_at in session.execute(SLOT_STARTS, {"fair_id": fair_id, "now": now})
    ]
    busy: dict[uuid.UUID, dict[uuid.UUID, set[uuid.UUID]]] = defaultdict(lambda: defaultdict(set))
    for participation_id, person, slot_id in session.execute(BUSY, {"ids": [mine, *others]}):
        taken = busy[participation_id][person]
        if slot_id is not None:
            taken.add(slot_id)

    def has_someone(participation_id: uuid.UUID, slot_id: uuid.UUID) -> bool:
        return any(slot_id not in taken for taken in busy[participation_id].values())

    ours = [(slot_id, starts_at) for slot_id, starts_at in slots if has_someone(mine, slot_id)]
    return {other: [at for slot_id, at in ours if has_someone(other, slot_id)] for other in others}
