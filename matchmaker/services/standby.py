"""Who is free for more meetings today: say so, take it back, and the organizer's list of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, exists, func, select

from matchmaker.domain.errors import NotAllowed
from matchmaker.domain.fairs import Act, Role, check_phase
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.waiting_list import OfferState
from matchmaker.models import (
    Company,
    FairPerson,
    HallOffer,
    HallOfferSide,
    Meeting,
    Participation,
    Seat,
    Slot,
    Standby,
)
from matchmaker.services import history
from matchmaker.services.seats import SeatKind

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts, Membership


@dataclass(frozen=True, slots=True)
class OnStandby:
    """One person of the list; ``is_seated`` while they sit in a meeting of the slot that runs."""

    company: str
    country: str
    role: Role
    badge: str
    is_seated: bool


@dataclass(frozen=True, slots=True)
class Own:
    """Whether someone is on today's list, should sit in a meeting just now, and whether the day's last slot is over.

    ``is_offered`` says whether an offer of the hall is open to them, see rescue_answers.own_offer.
    """

    is_on: bool
    sits_now: bool
    is_over: bool
    is_offered: bool


COMES = select(FairPerson.representative_id).where(
    FairPerson.participation_id == bindparam("participation_id"),
    FairPerson.representative_id == bindparam("representative_id"),
)
OWN = (
    Standby.participation_id == bindparam("participation_id"),
    Standby.representative_id == bindparam("representative_id"),
    Standby.day == bindparam("day"),
)
STANDING = select(
    exists().where(*OWN),
    exists().where(
        # The kind leads the index; by the person alone PostgreSQL would read all seats.
        Seat.kind == SeatKind.REPRESENTATIVE,
        Seat.resource_id == bindparam("representative_id"),
        Slot.id == Seat.slot_id,
        Slot.starts_at <= bindparam("now"),
        Slot.ends_at > bindparam("now"),
    ),
    select(func.coalesce(func.max(Slot.ends_at) <= bindparam("now"), False))
    .where(Slot.fair_id == bindparam("fair_id"), Slot.day == bindparam("day"))
    .scalar_subquery(),
    exists().where(
        HallOfferSide.representative_id == bindparam("representative_id"),
        HallOffer.id == HallOfferSide.offer_id,
        HallOffer.fair_id == bindparam("fair_id"),
        HallOffer.state == OfferState.OPEN,
        HallOffer.expires_at > bindparam("now"),
    ),
)
ON_LIST = select(func.count()).where(Standby.fair_id == bindparam("fair_id"), Standby.day == bindparam("day"))
OPEN_OFFERS = select(func.count()).where(
    HallOffer.fair_id == bindparam("fair_id"),
    HallOffer.state == OfferState.OPEN,
    HallOffer.expires_at > bindparam("now"),
)
COUNTS = select(ON_LIST.scalar_subquery(), OPEN_OFFERS.scalar_subquery())
LISTED = (
    select(
        Company.name,
        Company.country,
        Participation.role,
        Participation.badge_code,
        exists()
        .where(
            Seat.resource_id == Standby.representative_id,
            Seat.slot_id == bindparam("slot_id"),
            Meeting.id == Seat.meeting_id,
            Meeting.state != MeetingState.NO_SHOW,
        )
        .correlate(Standby),
    )
    .select_from(Standby)
    .join(Participation, Participation.id == Standby.participation_id)
    .join(Company, Company.id == Participation.company_id)
    .where(Standby.fair_id == bindparam("fair_id"), Standby.day == bindparam("day"))
    .order_by(Standby.said_at, Standby.representative_id)
    .limit(bindparam("most"))
)
MOST_LISTED = 100


def today(fair: FairFacts, *, now: datetime) -> date:
    """Return the day it is where the fair is."""
    return now.astimezone(fair.zone).date()


def own(session: Session, *, fair: FairFacts, me: Membership, now: datetime) -> Own:
    """Return how a participant stands to today's list."""
    row = session.execute(STANDING, {**_key(fair, me, now), "fair_id": fair.id, "now": now}).one()
    return Own(*map(bool, row))


def set_standby(session: Session, *, fair: FairFacts, me: Membership, wants: bool, now: datetime) -> None:
    """Put oneself on today's list, or take oneself off it; doing it twice changes nothing.

    Raises NotAllowed('not_in_phase') before the fair's days, NotAllowed('does_not_come') for who does not come.
    """
    check_phase(fair.phase, Act.CHECK_IN)
    key = _key(fair, me, now)
    if session.execute(COMES.with_for_update(), key).first() is None or me.representative_id is None:
        raise NotAllowed("does_not_come")
    if own(session, fair=fair, me=me, now=now).is_on is wants:
        return
    if wants:
        session.add(Standby(fair_id=fair.id, said_at=now, **key))
        session.flush()
    else:
        session.execute(delete(Standby).where(*OWN), key)
    history.record(
        session,
        action="standby_begun" if wants else "standby_ended",
        subject_kind="representative",
        subject_id=me.representative_id,
        by=me.account_id,
        now=now,
        fair_id=fair.id,
    )


def listed(session: Session, *, fair: FairFacts, slot_id: uuid.UUID | None, now: datetime) -> list[OnStandby]:
    """Return who is on today's list, the first hundred in the order they said so."""
    facts = {"fair_id": fair.id, "day": today(fair, now=now), "slot_id": slot_id, "most": MOST_LISTED}
    return [OnStandby(row[0], row[1], Role(row[2]), *row[3:]) for row in session.execute(LISTED, facts)]


def counts(session: Session, *, fair: FairFacts, now: datetime) -> tuple[int, int]:
    """Return how many are on today's list, and how many offers stand."""
    on_list, offered = session.execute(COUNTS, {"fair_id": fair.id, "day": today(fair, now=now), "now": now}).one()
    return on_list, offered


def _key(fair: FairFacts, me: Membership, now: datetime) -> dict[str, object]:
    return {
        "participation_id": me.participation_id,
        "representative_id": me.representative_id,
        "day": today(fair, now=now),
    }
