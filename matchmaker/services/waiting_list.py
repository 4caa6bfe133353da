"""Offer freed times to those who agreed to meet and have none, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select, union, update

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.waiting_list import (
    OfferState,
    Willing,
    fills_freed_times,
    in_order,
    next_in_line,
    offered_until,
)
from matchmaker.models import (
    Meeting,
    MeetingAttendee,
    RepresentativeAbsence,
    Seat,
    Slot,
    SlotOffer,
)
from matchmaker.services import booking, fairs, ground, history, meetings, places
from matchmaker.services.freed_times import freed
from matchmaker.services.meeting_notices import BOTH, tell

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Unpack

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.meeting_notices import MeetingFacts
    from matchmaker.services.meetings import Acting

# Whoever is further down the line than this waits for the next round.
LOOKED_AT = 50
EXPIRED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that is offered to the two of one meeting."""

    id: uuid.UUID
    slot_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime


SLOT = select(Slot.starts_at, Slot.ends_at).where(Slot.id == bindparam("slot_id"), Slot.fair_id == bindparam("fair_id"))
# A person who sits elsewhere at that time, or can't come, is no hindrance that would pass; a former offer is answered.
HINDERED = union(
    select(MeetingAttendee.meeting_id)
    .join(Seat, Seat.resource_id == MeetingAttendee.representative_id)
    .where(Seat.slot_id == bindparam("slot_id"), Seat.kind == "representative"),
    select(MeetingAttendee.meeting_id)
    .join(
        RepresentativeAbsence,
        RepresentativeAbsence.representative_id == MeetingAttendee.representative_id,
    )
    .where(RepresentativeAbsence.slot_id == bindparam("slot_id")),
    select(SlotOffer.meeting_id).where(
        or_(SlotOffer.slot_id == bindparam("slot_id"), SlotOffer.state == OfferState.OPEN)
    ),
)
WAITING = (
    select(Meeting.id, Meeting.answered_at, Meeting.requested_at, MeetingAttendee.representative_id)
    .join(MeetingAttendee, MeetingAttendee.meeting_id == Meeting.id)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Meeting.state == MeetingState.ACCEPTED,
        Meeting.id.not_in(HINDERED),
    )
)
HOLD_AN_OFFER = (
    select(SlotOffer.meeting_id, MeetingAttendee.representative_id)
    .join(SlotOffer, SlotOffer.meeting_id == MeetingAttendee.meeting_id)
    .where(SlotOffer.slot_id == bindparam("slot_id"), SlotOffer.state == OfferState.OPEN)
)
OPEN_OFFER = (
    select(SlotOffer.id, SlotOffer.slot_id, Slot.starts_at, Slot.ends_at, SlotOffer.expires_at)
    .join(Slot, Slot.id == SlotOffer.slot_id)
    .where(
        SlotOffer.meeting_id == bindparam("meeting_id"),
        SlotOffer.state == OfferState.OPEN,
        SlotOffer.expires_at > bindparam("now"),
    )
)
DUE = (
    select(SlotOffer.id, SlotOffer.fair_id, SlotOffer.slot_id)
    .where(SlotOffer.state == OfferState.OPEN, SlotOffer.expires_at <= bindparam("now"))
    .order_by(SlotOffer.expires_at, SlotOffer.id)
    .limit(EXPIRED_AT_ONCE)
)


def offer_of(session: Session, *, meeting_id: uuid.UUID, now: datetime) -> Offer | None:
    """Return the time that is offered to a meeting just now."""
    row = session.execute(OPEN_OFFER, {"meeting_id": meeting_id, "now": now}).first()
    return None if row is None else Offer(*row)


def offer_time(session: Session, *, fair_id: uuid.UUID, slot_id: uuid.UUID, now: datetime) -> list[uuid.UUID]:
    """Offer a freed time to the next in line and tell them; return the meetings it is offered to.

    Nothing is held for them: whoever takes a time first has it, and an offer says until when it stands.
    """
    session.execute(select(Slot.id).where(Slot.id == slot_id).with_for_update(key_share=True))
    fair = next((one for one in fairs.all_fairs(session) if one.id == fair_id), None)
    slot = session.execute(SLOT, {"fair_id": fair_id, "slot_id": slot_id}).first()
    if fair is None or slot is None or not fills_freed_times(time_choice=fair.time_choice, phase=fair.phase):
        return []
    until = offered_until(now=now, starts_at=slot.starts_at, phase=fair.phase)
    if until is None:
        return []
    holding = session.execute(HOLD_AN_OFFER, {"slot_id": slot_id}).all()
    engaged = frozenset(person_id for _, person_id in holding)
    waiting, room = _who_could(session, fair_id=fair_id, slot_id=slot_id, now=now)
    chosen = next_in_line(waiting, engaged=engaged, room=room - len({key for key, _ in holding}))
    for one in chosen:
        _offer(session, fair_id=fair_id, slot_id=slot_id, meeting_id=one.meeting_id, until=until, now=now)
    return [one.meeting_id for one in chosen]


def take(session: Session, *, fair: FairFacts, offer_id: uuid.UUID, **acting: Unpack[Acting]) -> MeetingFacts:
    """Take an offered time: the meeting has it at once, and the other side is told. Return the meeting.

    Raises NotFound, Conflict('offer_over') when it was answered or has ended, or what booking.place raises.
    """
    ground.keep(session, fair_id=fair.id)
    meeting, party = meetings.load(
        session,
        fair_id=fair.id,
        meeting_id=acting["meeting_id"],
        participation_id=acting["participation_id"],
    )
    offer = _of_meeting(session, meeting=meeting, offer_id=offer_id)
    stands_there = meeting.state is MeetingState.SCHEDULED and meeting.slot_id == offer.slot_id
    if stands_there and offer.state in {OfferState.OPEN, OfferState.TAKEN}:
        # By this offer, or because somebody put it there meanwhile.
        _close(session, offer_id=offer.id, state=OfferState.TAKEN, now=acting["now"])
        return meeting
    if offer.state != OfferState.OPEN or offer.expires_at <= acting["now"]:
        raise Conflict("offer_over")
    placed = booking.put(
        session, meeting=meeting, party=party, fair=fair, slot_id=offer.slot_id, by=acting["by"], now=acting["now"]
    )
    _close(session, offer_id=offer.id, state=OfferState.TAKEN, now=acting["now"])
    return placed


def decline(session: Session, *, fair: FairFacts, offer_id: uuid.UUID, **acting: Unpack[Acting]) -> MeetingFacts:
    """Let an offered time go to the next in line; the meeting stays agreed. Raises as take does."""
    meeting, _ = meetings.load(
        session,
        fair_id=fair.id,
        meeting_id=acting["meeting_id"],
        participation_id=acting["participation_id"],
    )
    offer = _of_meeting(session, meeting=meeting, offer_id=offer_id)
    if offer.state == OfferState.DECLINED:
        return meeting
    if offer.state != OfferState.OPEN:
        raise Conflict("offer_over")
    _close(session, offer_id=offer.id, state=OfferState.DECLINED, now=acting["now"])
    history.record(
        session,
        action="offer_declined",
        subject_kind="meeting",
        subject_id=meeting.id,
        by=acting["by"],
        now=acting["now"],
        fair_id=fair.id,
    )
    freed(session, fair_id=fair.id, slot_id=offer.slot_id, now=acting["now"])
    return meeting


def is_any_over(session: Session, *, now: datetime) -> bool:
    """Whether an offer has ended that nobody answered."""
    return session.execute(DUE.limit(1), {"now": now}).first() is not None


def expire_over(session: Session, *, now: datetime) -> int:
    """End offers that nobody answered, up to EXPIRED_AT_ONCE, and let the next in line have the times."""
    ended = 0
    for offer_id, fair_id, slot_id in session.execute(DUE, {"now": now}).all():
        if _close(session, offer_id=offer_id, state=OfferState.EXPIRED, now=now):
            freed(session, fair_id=fair_id, slot_id=slot_id, now=now)
            ended += 1
    return ended


def _who_could(
    session: Session, *, fair_id: uuid.UUID, slot_id: uuid.UUID, now: datetime
) -> tuple[Sequence[Willing], int]:
    """Who waits and could meet at that time, of the first in line, and at how many tables."""
    agreed: dict[uuid.UUID, datetime] = {}
    people: dict[uuid.UUID, set[uuid.UUID]] = {}
    for meeting_id, answered_at, requested_at, person_id in session.execute(
        WAITING, {"fair_id": fair_id, "slot_id": slot_id}
    ):
        agreed[meeting_id] = answered_at or requested_at
        people.setdefault(meeting_id, set()).add(person_id)
    line = in_order(Willing(key, at, frozenset(people[key])) for key, at in agreed.items())
    able, room = [], 0
    for one in line[:LOOKED_AT]:
        board = places.board_of(session, fair_id=fair_id, meeting_id=one.meeting_id, slot_id=slot_id)
        if board.place_in(slot_id, now=now) is not None:
            able.append(one)
            room = max(room, len(board.ground.spots) if board.ground.has_tables else LOOKED_AT, 1)
    return able, room


def _offer(
    session: Session, *, fair_id: uuid.UUID, slot_id: uuid.UUID, meeting_id: uuid.UUID, until: datetime, now: datetime
) -> None:
    offer = SlotOffer(
        fair_id=fair_id, slot_id=slot_id, meeting_id=meeting_id, state=OfferState.OPEN, offered_at=now, expires_at=until
    )
    session.add(offer)
    session.flush()
    history.record(
        session,
        action="time_offered",
        subject_kind="meeting",
        subject_id=meeting_id,
        by=None,
        now=now,
        fair_id=fair_id,
        slot_id=str(slot_id),
    )
    meeting = meetings.facts_of(session, fair_id=fair_id, meeting_id=meeting_id)
    starts_at, ends_at = session.execute(SLOT, {"fair_id": fair_id, "slot_id": slot_id}).one()
    tell(
        session,
        meeting=meeting,
        kind="time_offered",
        sides=BOTH,
        by=None,
        now=now,
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
        time_zone=meeting.time_zone,
        until=until.isoformat(),
    )


def _of_meeting(session: Session, *, meeting: MeetingFacts, offer_id: uuid.UUID) -> SlotOffer:
    offer = session.scalar(
        select(SlotOffer)
        .where(SlotOffer.id == offer_id, SlotOffer.meeting_id == meeting.id)
        .execution_options(populate_existing=True)
    )
    if offer is None:
        raise NotFound("no_such_offer")
    return offer


def _close(session: Session, *, offer_id: uuid.UUID, state: OfferState, now: datetime) -> bool:
    """Close an offer that is still open; return whether it was."""
    closed = (
        update(SlotOffer)
        .where(SlotOffer.id == offer_id, SlotOffer.state == OfferState.OPEN)
        .values(state=state, answered_at=now)
        .returning(SlotOffer.id)
    )
    return session.scalar(closed) is not None
