"""When a company's people can meet: everyone is free in every slot until someone says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select

from matchmaker.domain.errors import NotFound
from matchmaker.models import (
    Company,
    FairPerson,
    Meeting,
    Need,
    Offer,
    Participation,
    Representative,
    RepresentativeAbsence,
    Seat,
    Slot,
)
from matchmaker.services import history
from matchmaker.services.company_names import THIRD_NAME, with_names
from matchmaker.services.profile_state import has_any
from matchmaker.services.rematching import profile_changed
from matchmaker.services.seats import SeatKind

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Membership


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone of the reader's company who comes to the fair; ``has_absences`` once they are away at any fair."""

    id: uuid.UUID
    name: str
    has_absences: bool


@dataclass(frozen=True, slots=True)
class Team:
    """The people of a company who come to the fair, and how far the company's profile is."""

    people: list[Colleague]
    is_checked: bool
    has_items: bool


@dataclass(frozen=True, slots=True)
class PlacedMeeting:
    """A meeting that stands in a slot in which its person is away; ``other_name`` is all it is with."""

    meeting_id: uuid.UUID
    other_name: str
    starts_at: datetime
    slot_id: uuid.UUID


ABSENT = (
    select(RepresentativeAbsence.slot_id)
    .where(RepresentativeAbsence.representative_id == Representative.id)
    .correlate(Representative)
)
COLLEAGUES = (
    select(
        Representative.id,
        Representative.name,
        ABSENT.exists(),
        Company.checked_at.is_not(None),
        has_any(Offer) | has_any(Need),
    )
    .select_from(Participation)
    .join(Company, Company.id == Participation.company_id)
    .outerjoin(FairPerson, FairPerson.participation_id == Participation.id)
    .outerjoin(Representative, Representative.id == FairPerson.representative_id)
    .where(Participation.id == bindparam("participation_id"))
    .order_by(Representative.name, Representative.id)
)
AWAY = (
    select(RepresentativeAbsence.slot_id)
    .join(Slot, Slot.id == RepresentativeAbsence.slot_id)
    .where(
        RepresentativeAbsence.representative_id == bindparam("representative_id"),
        Slot.fair_id == bindparam("fair_id"),
    )
)

STARTS = select(Slot.id, Slot.starts_at).where(Slot.fair_id == bindparam("fair_id"))


def team_of(session: Session, *, me: Membership) -> Team:
    """Return who of the reader's company comes to the fair, the reader first, and how far its profile is."""
    rows = session.execute(COLLEAGUES, {"participation_id": me.participation_id}).all()
    *_, is_checked, has_items = rows[0]
    found = [Colleague(key, name, bool(is_away)) for key, name, is_away, _, _ in rows if key is not None]
    people = sorted(found, key=lambda one: one.id != me.representative_id)
    return Team(people, is_checked=bool(is_checked), has_items=bool(has_items))


def away_slots(session: Session, *, fair_id: uuid.UUID, representative_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the slots of a fair in which a person is away."""
    return set(session.scalars(AWAY, {"representative_id": representative_id, "fair_id": fair_id}))


def set_away(
    session: Session,
    *,
    fair_id: uuid.UUID,
    me: Membership,
    representative_id: uuid.UUID,
    away: Collection[uuid.UUID],
    now: datetime,
) -> bool:
    """Keep in which slots a colleague is away, and return whether that is another answer than before.

    What was said of slots that are over stays. Meetings that stand in these slots stay: see placed_while_away. Raises
    NotFound for who does not come for the reader's company, and for a slot of another fair.
    """
    if representative_id not in {one.id for one in team_of(session, me=me).people}:
        raise NotFound("no_such_person")
    session.execute(select(Representative.id).where(Representative.id == representative_id).with_for_update())
    starts = {slot.id: slot.starts_at for slot in session.execute(STARTS, {"fair_id": fair_id})}
    if not set(away) <= starts.keys():
        raise NotFound("no_such_slot")
    over = {slot_id for slot_id, at in starts.items() if at <= now}
    stored = away_slots(session, fair_id=fair_id, representative_id=representative_id)
    wanted = (set(away) - over) | (stored & over)
    if wanted == stored:
        return False
    _keep(session, representative_id=representative_id, gone=stored - wanted, new=wanted - stored)
    history.record(
        session,
        action="availability_changed",
        subject_kind="representative",
        subject_id=representative_id,
        by=me.account_id,
        now=now,
        fair_id=fair_id,
        away=len(wanted),
    )
    session.flush()
    profile_changed(session, fair_id=fair_id, participation_id=me.participation_id, now=now)
    return True


def _keep(session: Session, *, representative_id: uuid.UUID, gone: set[uuid.UUID], new: set[uuid.UUID]) -> None:
    of_person = RepresentativeAbsence.representative_id == representative_id
    session.execute(delete(RepresentativeAbsence).where(of_person, RepresentativeAbsence.slot_id.in_(gone)))
    if new:
        rows = [{"representative_id": representative_id, "slot_id": slot_id} for slot_id in sorted(new)]
        session.execute(insert(RepresentativeAbsence), rows)


PLACED_WHILE_AWAY = with_names(
    select(
        Meeting.id,
        Meeting.exhibitor_id,
        Meeting.buyer_id,
        Meeting.third_id,
        Slot.starts_at,
        Slot.id.label("slot_id"),
        THIRD_NAME,
    )
    .join(Seat, Seat.meeting_id == Meeting.id)
    .join(
        RepresentativeAbsence,
        (RepresentativeAbsence.slot_id == Seat.slot_id) & (RepresentativeAbsence.representative_id == Seat.resource_id),
    )
    .join(Slot, Slot.id == Seat.slot_id)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Seat.kind == SeatKind.REPRESENTATIVE.value,
        Seat.resource_id == bindparam("representative_id"),
    )
    .order_by(Slot.starts_at, Meeting.id),
    exhibitor=Meeting.exhibitor_id,
    buyer=Meeting.buyer_id,
)


def placed_while_away(
    session: Session, *, fair_id: uuid.UUID, me: Membership, representative_id: uuid.UUID
) -> list[PlacedMeeting]:
    """Return the meetings a colleague sits in while away, in order of time."""
    found = []
    for row in session.execute(PLACED_WHILE_AWAY, {"fair_id": fair_id, "representative_id": representative_id}):
        sides = ((row.exhibitor_id, row.exhibitor), (row.buyer_id, row.buyer), (row.third_id, row.third))
        others = ", ".join(name for key, name in sides if name and key != me.participation_id)
        found.append(PlacedMeeting(row.id, others, row.starts_at, row.slot_id))
    return found
