"""Read the offers of the hall, and answer them: with two times yes the two sit down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import aliased

from matchmaker.domain.attendance import Source
from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import Act, Role, check_phase
from matchmaker.domain.meetings import Action, MeetingState, Origin, Party
from matchmaker.domain.waiting_list import OfferState
from matchmaker.models import (
    Company,
    Hall,
    HallOffer,
    HallOfferSide,
    Interpreter,
    Meeting,
    MeetingTable,
    Participation,
    Slot,
    Suggestion,
)
from matchmaker.services import ground, history, meetings, on_the_spot, presences, rescue_interpreters
from matchmaker.services.rescue import YES, close

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

NO = "no"


@dataclass(frozen=True, slots=True)
class OfferSide:
    """One side of an offer; ``sits_there`` is who was left alone at the table."""

    participation_id: uuid.UUID
    representative_id: uuid.UUID
    company: str
    country: str
    badge: str
    answer: str
    sits_there: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Two who are offered to each other, where, until when, and why; ``wanted`` says that both asked for it before.

    ``interpreter`` is who comes along where they share no language.
    """

    id: uuid.UUID
    table: str
    hall_vi: str
    hall_en: str
    until: datetime
    slot_ends_at: datetime
    sides: dict[Role, OfferSide]
    reasons: dict[str, Any]
    wanted: bool
    interpreter: str


_Exhibitor, _Buyer = aliased(HallOfferSide), aliased(HallOfferSide)
_Seller, _Purchaser = aliased(Participation), aliased(Participation)
_SellerCompany, _BuyerCompany = aliased(Company), aliased(Company)


def _side(label: str, side: Any, participation: Any, company: Any) -> tuple[Any, ...]:
    return (
        participation.id.label(f"{label}_id"),
        side.representative_id.label(f"{label}_person"),
        company.name.label(f"{label}_company"),
        company.country.label(f"{label}_country"),
        participation.badge_code.label(f"{label}_badge"),
        side.answer.label(f"{label}_answer"),
        side.missed_id.is_not(None).label(f"{label}_sits"),
    )


OFFERS = (
    select(
        HallOffer.id,
        HallOffer.expires_at,
        HallOffer.meeting_id.is_not(None).label("wanted"),
        MeetingTable.code.label("table"),
        Hall.name_vi,
        Hall.name_en,
        Slot.ends_at,
        Suggestion.reasons,
        Interpreter.name.label("interpreter"),
        *_side("exhibitor", _Exhibitor, _Seller, _SellerCompany),
        *_side("buyer", _Buyer, _Purchaser, _BuyerCompany),
    )
    .join(Slot, Slot.id == HallOffer.slot_id)
    .join(_Exhibitor, (_Exhibitor.offer_id == HallOffer.id) & (_Exhibitor.side == Role.EXHIBITOR))
    .join(_Buyer, (_Buyer.offer_id == HallOffer.id) & (_Buyer.side == Role.BUYER))
    .join(_Seller, _Seller.id == _Exhibitor.participation_id)
    .join(_SellerCompany, _SellerCompany.id == _Seller.company_id)
    .join(_Purchaser, _Purchaser.id == _Buyer.participation_id)
    .join(_BuyerCompany, _BuyerCompany.id == _Purchaser.company_id)
    .outerjoin(MeetingTable, MeetingTable.id == HallOffer.table_id)
    .outerjoin(Hall, Hall.id == MeetingTable.hall_id)
    .outerjoin(Interpreter, Interpreter.id == HallOffer.interpreter_id)
    .outerjoin(
        Suggestion,
        (Suggestion.fair_id == HallOffer.fair_id)
        & (Suggestion.exhibitor_id == _Seller.id)
        & (Suggestion.buyer_id == _Purchaser.id),
    )
    .where(
        HallOffer.fair_id == bindparam("fair_id"),
        HallOffer.state == OfferState.OPEN,
        HallOffer.expires_at > bindparam("now"),
    )
    .order_by(HallOffer.offered_at, HallOffer.id)
)
OWN = OFFERS.where(
    (_Exhibitor.representative_id == bindparam("me")) | (_Buyer.representative_id == bindparam("me"))
).limit(1)
MOST_LISTED = 50
LISTED = OFFERS.limit(MOST_LISTED)


def open_offers(session: Session, *, fair_id: uuid.UUID, now: datetime) -> list[Offer]:
    """Return the offers that stand, the oldest first, fifty at most."""
    return [_offer(row) for row in session.execute(LISTED, {"fair_id": fair_id, "now": now})]


def own_offer(session: Session, *, fair_id: uuid.UUID, representative_id: uuid.UUID, now: datetime) -> Offer | None:
    """Return what a person is offered just now; nobody holds two offers."""
    row = session.execute(OWN, {"fair_id": fair_id, "me": representative_id, "now": now}).first()
    return None if row is None else _offer(row)


def answer(
    session: Session,
    *,
    fair: FairFacts,
    offer_id: uuid.UUID,
    side: Role,
    is_yes: bool,
    by: uuid.UUID | None,
    now: datetime,
    representative_id: uuid.UUID | None = None,
) -> uuid.UUID | None:
    """Answer an offer for one side; return the meeting once both said yes.

    With a representative it must be that person's own side; without one it is a host or an organizer who speaks for
    it, and the record names them. The same answer again changes nothing. Raises NotFound, NotAllowed('not_in_phase'),
    Conflict('offer_over') for one that was answered, has ended, or whose partner came or interpreter left, and
    Conflict('slot_taken') when somebody sits elsewhere by now.
    """
    check_phase(fair.phase, Act.CHECK_IN)
    ground.keep(session, fair_id=fair.id)
    offer = _locked(session, fair=fair, offer_id=offer_id)
    sides = _sides(session, offer_id=offer_id)
    if offer is None or side not in sides or representative_id not in {None, sides[side].representative_id}:
        raise NotFound("no_such_offer")
    said = YES if is_yes else NO
    if sides[side].answer == said and offer.state in {OfferState.OPEN, OfferState.TAKEN, OfferState.DECLINED}:
        return offer.meeting_id if offer.state == OfferState.TAKEN else None
    if offer.state != OfferState.OPEN or offer.expires_at <= now:
        raise Conflict("offer_over")
    _say(session, fair=fair, offer_id=offer_id, side=side, said=said, by=by, now=now)
    if not is_yes:
        close(session, offer_id=offer_id, state=OfferState.DECLINED, now=now)
        return None
    if sides[side.other].answer != YES:
        return None
    return _seat(session, fair=fair, offer=offer, sides=sides, by=by, now=now)


def _locked(session: Session, *, fair: FairFacts, offer_id: uuid.UUID) -> HallOffer | None:
    """The offer as it stands; of two who answer at once the second waits here."""
    return session.scalar(
        select(HallOffer)
        .where(HallOffer.id == offer_id, HallOffer.fair_id == fair.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _sides(session: Session, *, offer_id: uuid.UUID) -> dict[Role, HallOfferSide]:
    rows = session.scalars(
        select(HallOfferSide).where(HallOfferSide.offer_id == offer_id).execution_options(populate_existing=True)
    )
    return {Role(row.side): row for row in rows}


def _say(
    session: Session,
    *,
    fair: FairFacts,
    offer_id: uuid.UUID,
    side: Role,
    said: str,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    session.execute(
        update(HallOfferSide)
        .where(HallOfferSide.offer_id == offer_id, HallOfferSide.side == side)
        .values(answer=said, answered_at=now, by_account_id=by)
    )
    history.record(
        session,
        action=f"hall_offer_{said}",
        subject_kind="hall_offer",
        subject_id=offer_id,
        by=by,
        now=now,
        fair_id=fair.id,
        side=str(side),
    )


def _seat(
    session: Session,
    *,
    fair: FairFacts,
    offer: HallOffer,
    sides: Mapping[Role, HallOfferSide],
    by: uuid.UUID | None,
    now: datetime,
) -> uuid.UUID:
    """Put the missed meetings on record, and let the two sit down in the same slot."""
    helper = offer.interpreter_id
    if helper is not None and not rescue_interpreters.comes(session, interpreter_id=helper, slot_id=offer.slot_id):
        raise Conflict("offer_over")
    for role, one in sides.items():
        if one.missed_id is not None:
            _miss(session, fair=fair, meeting_id=one.missed_id, by_side=role.other, by=by, now=now)
    pair = {role: one.participation_id for role, one in sides.items()}
    meeting_id = offer.meeting_id or on_the_spot.agree(
        session, fair_id=fair.id, pair=pair, origin=Origin.RESCUE, by=by, now=now
    )
    on_the_spot.sit_down(
        session,
        fair_id=fair.id,
        meeting_id=meeting_id,
        slot_id=offer.slot_id,
        table_id=offer.table_id,
        people={role: one.representative_id for role, one in sides.items()},
        interpreter_id=helper,
        by=by,
        now=now,
    )
    if helper is not None:
        rescue_interpreters.tell(session, fair=fair, interpreter_id=helper, now=now)
    for role, one in sides.items():
        if one.missed_id is not None:
            _is_there(session, fair=fair, meeting_id=meeting_id, side=role, by=by, now=now)
    close(session, offer_id=offer.id, state=OfferState.TAKEN, now=now, meeting_id=meeting_id)
    return meeting_id


def _miss(
    session: Session, *, fair: FairFacts, meeting_id: uuid.UUID, by_side: Role, by: uuid.UUID | None, now: datetime
) -> None:
    """Put on record that a side did not come; where it has come meanwhile, the offer is over."""
    meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=None)
    if meeting.state is MeetingState.SCHEDULED:
        meetings.move(session, meeting=meeting, action=Action.MISS, party=Party.ORGANIZER, by=by, now=now)
        session.execute(update(Meeting).where(Meeting.id == meeting_id).values(no_show_side=by_side))
    elif meeting.state is not MeetingState.NO_SHOW:
        raise Conflict("offer_over")


def _is_there(
    session: Session, *, fair: FairFacts, meeting_id: uuid.UUID, side: Role, by: uuid.UUID | None, now: datetime
) -> None:
    """Who was left alone at the table is there for the next meeting as well, without saying so again."""
    presences.keep(
        session,
        fair_id=fair.id,
        meeting_id=meeting_id,
        side=side,
        is_present=True,
        source=Source.AGENDA,
        by=by,
        at=now,
        once=f"rescue-{side}",
        now=now,
    )


def _offer(row: Any) -> Offer:
    read = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping.
    sides = {
        role: OfferSide(
            *(read[f"{role}_{name}"] for name in ("id", "person", "company", "country", "badge", "answer", "sits"))
        )
        for role in Role
    }
    return Offer(
        id=row.id,
        table=row.table or "",
        hall_vi=row.name_vi or "",
        hall_en=row.name_en or "",
        until=row.expires_at,
        slot_ends_at=row.ends_at,
        sides=sides,
        reasons=row.reasons or {},
        wanted=bool(row.wanted),
        interpreter=row.interpreter or "",
    )
