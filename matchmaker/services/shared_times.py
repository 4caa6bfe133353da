"""The times that two companies both have free."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, literal, select, union_all

from matchmaker.models import FairPerson, RepresentativeAbsence, Seat
from matchmaker.models.base import RowKey
from matchmaker.services import fair_changes, fairs
from matchmaker.services.kept_counts import Kept

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import Marks

# A union takes its types from the first statement: an untyped NULL there would give slots back as text.
NO_SLOT = literal(None, RowKey()).label("slot_id")
NOBODY = literal(None, RowKey()).label("participation_id")


def busy(wanted: Any) -> CompoundSelect[Any]:
    """Return the statement of who comes for some participations, and then of each slot in which they are taken or away.

    Rows that tell of a slot do not say again for whom the person comes.
    """
    comes = FairPerson.participation_id.in_(wanted)
    return union_all(
        select(FairPerson.participation_id, FairPerson.representative_id, NO_SLOT).where(comes),
        select(NOBODY, FairPerson.representative_id, RepresentativeAbsence.slot_id)
        .join(RepresentativeAbsence, RepresentativeAbsence.representative_id == FairPerson.representative_id)
        .where(comes),
        select(NOBODY, FairPerson.representative_id, Seat.slot_id)
        .join(Seat, (Seat.kind == "representative") & (Seat.resource_id == FairPerson.representative_id))
        .where(comes),
    )


BUSY = busy(bindparam("ids", expanding=True))
NO_TIMES: list[datetime] = []
# Of so many companies, each with those that it was asked about together.
COMPANIES_KEPT = 300
KEPT: Kept[Mapping[uuid.UUID, list[datetime]]] = Kept(BUSY, fairs.SLOTS, most=COMPANIES_KEPT)


def shared_times(
    session: Session,
    *,
    fair_id: uuid.UUID,
    mine: uuid.UUID,
    others: Collection[uuid.UUID],
    now: datetime,
    marks: Marks | None = None,
) -> Mapping[uuid.UUID, list[datetime]]:
    """Return, for each other participation, the starts of the coming slots in which both have someone free.

    At most three statements, whatever the number of others. A participation nobody comes for has no times. Who is free
    when is read again only after something of it was written.
    """
    marks = fair_changes.marks_of(session, fair_id=fair_id) if marks is None else marks

    def read() -> Mapping[uuid.UUID, list[datetime]]:
        grid = fairs.KEPT_GRID.of(session, fair_id=fair_id, marks=marks)
        slots = [(slot.id, slot.starts_at) for slot in grid.slots.values()]
        found = free_together(session.execute(BUSY, {"ids": [mine, *others]}), slots=slots, mine=mine)
        return {other: sorted(times) for other, times in found.items()}

    found = KEPT.found(session, fair_id=fair_id, key=(mine, *others), read=read, marks=marks)
    return {other: times[bisect_right(times, now) :] for other in others for times in [found.get(other, NO_TIMES)]}


def free_together(rows: Iterable[Any], *, slots: Sequence[Any], mine: uuid.UUID) -> dict[uuid.UUID, list[datetime]]:
    """Return the same of everyone whom the rows of a ``busy`` statement tell of, for slots given by key and start."""
    # A slot is one bit of a number, so that who is free when is one step for a whole fair.
    keys, starts = zip(*slots, strict=True) if slots else ((), ())
    bits = {slot_id: 1 << place for place, slot_id in enumerate(keys)}
    taken: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    people: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for participation_id, person, slot_id in rows:
        if slot_id is None:
            people[participation_id].append(person)
        else:
            taken[person].append(slot_id)
    everything = (1 << len(starts)) - 1
    free = {}
    for one, come in people.items():
        taken_by_all = everything
        for person in come:
            taken_by_all &= reduce(or_, [bits.get(slot_id, 0) for slot_id in taken[person]], 0)
        free[one] = everything & ~taken_by_all
    ours = free.pop(mine, 0)
    return {
        other: [starts_at for place, starts_at in enumerate(starts) if ours & theirs & 1 << place]
        for other, theirs in free.items()
    }
