"""The times that two companies both have free."""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, literal, select, union_all

from matchmaker.models import FairPerson, RepresentativeAbsence, Seat, Slot
from matchmaker.models.base import RowKey

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session

SLOT_STARTS = (
    select(Slot.id, Slot.starts_at)
    .where(Slot.fair_id == bindparam("fair_id"), Slot.starts_at > bindparam("now"))
    .order_by(Slot.number)
)
# A union takes its types from the first statement: an untyped NULL there would give slots back as text.
NO_SLOT = literal(None, RowKey()).label("slot_id")


def busy(wanted: Any) -> CompoundSelect[Any]:
    """Return the statement of who comes for some participations, and of each slot in which they are taken or away."""
    comes = FairPerson.participation_id.in_(wanted)
    return union_all(
        select(FairPerson.participation_id, FairPerson.representative_id, NO_SLOT).where(comes),
        select(FairPerson.participation_id, FairPerson.representative_id, RepresentativeAbsence.slot_id)
        .join(RepresentativeAbsence, RepresentativeAbsence.representative_id == FairPerson.representative_id)
        .where(comes),
        select(FairPerson.participation_id, FairPerson.representative_id, Seat.slot_id)
        .join(Seat, (Seat.kind == "representative") & (Seat.resource_id == FairPerson.representative_id))
        .where(comes),
    )


BUSY = busy(bindparam("ids", expanding=True))


def shared_times(
    session: Session, *, fair_id: uuid.UUID, mine: uuid.UUID, others: Collection[uuid.UUID], now: datetime
) -> Mapping[uuid.UUID, list[datetime]]:
    """Return, for each other participation, the starts of the coming slots in which both have someone free.

    Two statements, whatever the number of others. A participation nobody comes for has no times.
    """
    slots = session.execute(SLOT_STARTS, {"fair_id": fair_id, "now": now}).all()
    found = free_together(session.execute(BUSY, {"ids": [mine, *others]}), slots=slots, mine=mine)
    return {other: found.get(other, []) for other in others}


def free_together(rows: Iterable[Any], *, slots: Iterable[Any], mine: uuid.UUID) -> dict[uuid.UUID, list[datetime]]:
    """Return the same of everyone whom the rows of a ``busy`` statement tell of, for slots given by key and start."""
    # A slot is one bit of a number, so that who is free when is one step for a whole fair.
    bits: dict[uuid.UUID | None, int] = {}
    starts: list[datetime] = []
    for place, (slot_id, starts_at) in enumerate(slots):
        bits[slot_id] = 1 << place
        starts.append(starts_at)
    taken: dict[uuid.UUID, dict[uuid.UUID, int]] = defaultdict(lambda: defaultdict(int))
    for participation_id, person, slot_id in rows:
        taken[participation_id][person] |= bits.get(slot_id, 0)
    everything = (1 << len(starts)) - 1
    free = {participation_id: everything & ~reduce(and_, diary.values()) for participation_id, diary in taken.items()}
    ours = free.pop(mine, 0)
    return {
        other: [starts_at for place, starts_at in enumerate(starts) if ours & theirs & 1 << place]
        for other, theirs in free.items()
    }
