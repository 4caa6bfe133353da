"""Who could speak for a company at a fair: their languages, and the coming times they have free."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, union_all

from matchmaker.domain.requests import Speaker
from matchmaker.models import FairPerson, Participation, Representative, RepresentativeAbsence, Seat, Slot

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import CompoundSelect, Select
    from sqlalchemy.orm import Session

SPEAKERS = (
    select(
        FairPerson.participation_id,
        Representative.id,
        Representative.languages,
        Representative.account_id.is_not(None),
    )
    .join(Representative, Representative.id == FairPerson.representative_id)
    .join(Participation, Participation.id == FairPerson.participation_id)
    .where(Participation.fair_id == bindparam("fair_id"))
)
COMING = (
    select(Slot.id).where(Slot.fair_id == bindparam("fair_id"), Slot.starts_at > bindparam("now")).order_by(Slot.number)
)
ABSENT: Select[*tuple[Any, ...]] = (
    select(RepresentativeAbsence.representative_id, RepresentativeAbsence.slot_id)
    .join(FairPerson, FairPerson.representative_id == RepresentativeAbsence.representative_id)
    .join(Participation, Participation.id == FairPerson.participation_id)
    .where(Participation.fair_id == bindparam("fair_id"))
)
SEATED: Select[*tuple[Any, ...]] = (
    select(Seat.resource_id, Seat.slot_id)
    .join(FairPerson, (FairPerson.representative_id == Seat.resource_id) & (Seat.kind == "representative"))
    .join(Participation, Participation.id == FairPerson.participation_id)
    .where(Participation.fair_id == bindparam("fair_id"))
)


def speakers(
    session: Session, *, fair_id: uuid.UUID, now: datetime, participation_ids: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, list[Speaker]]:
    """Return who comes to the fair for some participations, or for all; one without people is absent.

    Three statements, whatever their number.
    """
    wanted, busy_of = SPEAKERS, (ABSENT, SEATED)
    if participation_ids is not None:
        only = FairPerson.participation_id.in_(list(participation_ids))
        wanted, busy_of = wanted.where(only), (ABSENT.where(only), SEATED.where(only))
    bits = {key: 1 << place for place, key in enumerate(session.scalars(COMING, {"fair_id": fair_id, "now": now}))}
    every = (1 << len(bits)) - 1
    busy: dict[uuid.UUID, int] = defaultdict(int)
    either: CompoundSelect[Any] = union_all(*busy_of)
    for person_id, slot_id in session.execute(either, {"fair_id": fair_id}):
        busy[person_id] |= bits.get(slot_id, 0)
    found: dict[uuid.UUID, list[Speaker]] = {}
    for participation_id, key, languages, can_sign_in in session.execute(wanted, {"fair_id": fair_id}):
        one = Speaker(key, frozenset(languages), bool(can_sign_in), free=every & ~busy[key])
        found.setdefault(participation_id, []).append(one)
    return found
