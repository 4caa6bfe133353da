"""Offer whoever waits alone at a table somebody else to meet there."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.rescue import LEAST_LEFT, Fit, Waiting, offered_until, picks, waits_alone
from matchmaker.domain.waiting_list import OfferState
from matchmaker.models import (
    Fair,
    FairPerson,
    Hall,
    HallOffer,
    HallOfferSide,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Participation,
    Representative,
    RepresentativeAbsence,
    Seat,
    Slot,
    Standby,
    Suggestion,
    SuggestionAnswer,
    Veto,
)
from matchmaker.services import fairs, history, pair_rules, presences, rescue_interpreters
from matchmaker.services.rescue_notices import tell_offer
from matchmaker.services.seats import SeatKind
from matchmaker.services.suggestions import Answer
from matchmaker.services.visibility import is_suggested

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter
    from sqlalchemy.orm import Session

    from matchmaker.domain.rescue import Pick
    from matchmaker.services.fairs import FairFacts

Pair = tuple[uuid.UUID, uuid.UUID]
YES = "yes"


@dataclass(frozen=True, slots=True)
class Chance:
    """A slot that runs at a fair, and who could sit down together in it."""

    fair: FairFacts
    slot_id: uuid.UUID
    until: datetime
    picks: list[Pick]


RUNNING = (
    select(Fair.slug, Slot.id, Slot.day, Slot.starts_at, Slot.ends_at)
    .join(Fair, Fair.id == Slot.fair_id)
    .where(
        Fair.phase == Phase.FAIR_DAYS,
        Slot.starts_at <= bindparam("now"),
        Slot.ends_at > bindparam("least"),
    )
    .order_by(Slot.starts_at, Slot.id)
)
IN_SLOT = (
    select(
        Meeting.id,
        Meeting.state,
        Meeting.no_show_side,
        Meeting.exhibitor_id,
        Meeting.buyer_id,
        Meeting.table_id,
        Hall.code.label("hall"),
    )
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .outerjoin(Hall, Hall.id == MeetingTable.hall_id)
    .where(
        Meeting.slot_id == bindparam("slot_id"),
        Meeting.state.in_([MeetingState.SCHEDULED, MeetingState.NO_SHOW]),
        ~Meeting.is_online,
        ~Meeting.is_walk_in,
    )
)
SITTING = (
    select(
        MeetingAttendee.meeting_id, MeetingAttendee.side, MeetingAttendee.representative_id, Representative.languages
    )
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .where(MeetingAttendee.meeting_id.in_(bindparam("ids", expanding=True)))
    .order_by(Representative.account_id.is_(None), Representative.id)
)
READY = (
    select(Standby.participation_id, Participation.role, Standby.representative_id, Representative.languages)
    .join(Participation, Participation.id == Standby.participation_id)
    .join(Representative, Representative.id == Standby.representative_id)
    .join(
        FairPerson,
        and_(
            FairPerson.participation_id == Standby.participation_id,
            FairPerson.representative_id == Standby.representative_id,
        ),
    )
    .where(
        Standby.fair_id == bindparam("fair_id"),
        Standby.day == bindparam("day"),
        Standby.representative_id.not_in(
            select(RepresentativeAbsence.representative_id).where(RepresentativeAbsence.slot_id == bindparam("slot_id"))
        ),
    )
    .order_by(Standby.said_at, Standby.representative_id)
)
# Who sits in another meeting, holds an offer, or did not take one in this slot.
ENGAGED = select(Seat.resource_id, Seat.meeting_id).where(
    Seat.slot_id == bindparam("slot_id"), Seat.kind == SeatKind.REPRESENTATIVE
)
ASKED = (
    select(HallOfferSide.representative_id)
    .join(HallOffer, HallOffer.id == HallOfferSide.offer_id)
    .where(or_(HallOfferSide.is_open, and_(HallOffer.slot_id == bindparam("slot_id"), HallOfferSide.answer != YES)))
)
AMONG: tuple[BindParameter[Any], BindParameter[Any]] = (
    bindparam("exhibitors", expanding=True),
    bindparam("buyers", expanding=True),
)
MATCHED = select(Suggestion.exhibitor_id, Suggestion.buyer_id, Suggestion.score).where(
    Suggestion.exhibitor_id.in_(AMONG[0]), Suggestion.buyer_id.in_(AMONG[1])
)
MET = select(Meeting.exhibitor_id, Meeting.buyer_id, Meeting.id, Meeting.state, Meeting.slot_id).where(
    Meeting.exhibitor_id.in_(AMONG[0]), Meeting.buyer_id.in_(AMONG[1])
)
EVERYONE: BindParameter[Any] = bindparam("everyone", expanding=True)
SHOWN = select(Participation.id, Participation.company_id).where(Participation.id.in_(EVERYONE), is_suggested())
VETOES = select(Veto.participation_id, Veto.other_company_id).where(Veto.participation_id.in_(EVERYONE))
TURNED_AWAY = select(SuggestionAnswer.participation_id, SuggestionAnswer.other_id).where(
    SuggestionAnswer.participation_id.in_(EVERYONE), SuggestionAnswer.answer == Answer.NOT_INTERESTED
)
DUE = select(HallOffer.id).where(
    HallOffer.state == OfferState.OPEN,
    or_(
        HallOffer.expires_at <= bindparam("now"),
        # The other side came after all.
        HallOffer.id.in_(
            select(HallOfferSide.offer_id)
            .join(Meeting, Meeting.id == HallOfferSide.missed_id)
            .where(HallOfferSide.is_open, Meeting.state.not_in([MeetingState.SCHEDULED, MeetingState.NO_SHOW]))
        ),
    ),
)


def chances(session: Session, *, now: datetime) -> list[Chance]:
    """Return the slots that run now with who could be offered to whom; nothing is written.

    One statement where no slot runs, and a bounded number for each one that does.
    """
    found = []
    for slug, slot_id, day, starts_at, ends_at in session.execute(
        RUNNING, {"now": now, "least": now + LEAST_LEFT}
    ).all():
        fair = fairs.by_slug(session, slug=slug)
        until = offered_until(now=now, ends_at=ends_at)
        alone = _alone(session, fair=fair, slot_id=slot_id, starts_at=starts_at, now=now) if until else []
        if until is None or not alone:
            continue
        waiting = [*alone, *_ready(session, fair=fair, slot_id=slot_id, day=day)]
        free = _not_engaged(session, slot_id=slot_id, waiting=waiting)
        spoken = rescue_interpreters.helpers(session, fair_id=fair.id, slot_id=slot_id)
        chosen = picks(free, _fits(session, fair=fair, waiting=free), spoken)
        if chosen:
            found.append(Chance(fair, slot_id, until, chosen))
    return found


def offer(session: Session, *, now: datetime) -> list[uuid.UUID]:
    """Offer whoever waits alone somebody to meet, and return the offers. Nobody holds two at once."""
    made = []
    for chance in chances(session, now=now):
        for pick in chance.picks:
            key = _add(session, chance=chance, pick=pick, now=now)
            if key is not None:
                made.append(key)
    return made


def is_any_due(session: Session, *, now: datetime) -> bool:
    """Whether an offer has ended, or is of no use any more."""
    return session.execute(DUE.limit(1), {"now": now}).first() is not None


def expire_due(session: Session, *, now: datetime) -> int:
    """End the offers nobody took in time, and those whose partner came after all; return how many."""
    return sum(
        close(session, offer_id=key, state=OfferState.EXPIRED, now=now)
        for key in session.scalars(DUE, {"now": now}).all()
    )


def close(
    session: Session,
    *,
    offer_id: uuid.UUID,
    state: OfferState,
    now: datetime,
    meeting_id: uuid.UUID | None = None,
) -> bool:
    """Close an offer that is open, so that its people can have others; return whether it was."""
    values: dict[str, Any] = {"state": state, "closed_at": now}
    if meeting_id is not None:
        values["meeting_id"] = meeting_id
    closed = session.scalar(
        update(HallOffer)
        .where(HallOffer.id == offer_id, HallOffer.state == OfferState.OPEN)
        .values(values)
        .returning(HallOffer.id)
    )
    if closed is None:
        return False
    session.execute(update(HallOfferSide).where(HallOfferSide.offer_id == offer_id).values(is_open=False))
    return True


def _alone(
    session: Session, *, fair: FairFacts, slot_id: uuid.UUID, starts_at: datetime, now: datetime
) -> list[Waiting]:
    """Who is at a table where the other side is not, by the words said of both or by the record."""
    rows = session.execute(IN_SLOT, {"slot_id": slot_id}).all()
    standings = presences.standings(session, fair=fair, meeting_ids=[row.id for row in rows])
    patience = timedelta(minutes=fair.rescue_minutes)
    sides = {}
    for row in rows:
        wait = timedelta() if row.state == MeetingState.NO_SHOW else patience
        role = waits_alone(standings.get(row.id, {}), starts_at=starts_at, patience=wait, now=now)
        if role is not None:
            sides[row.id] = (role, row)
    people: dict[tuple[uuid.UUID, str], tuple[uuid.UUID, list[str]]] = {}
    for meeting_id, side, person_id, languages in session.execute(SITTING, {"ids": list(sides)}) if sides else ():
        people.setdefault((meeting_id, side), (person_id, languages))
    return [
        Waiting(
            participation_id=row.exhibitor_id if role is Role.EXHIBITOR else row.buyer_id,
            role=role,
            person_id=people[meeting_id, role][0],
            languages=frozenset(people[meeting_id, role][1]),
            hall=row.hall or "",
            table_id=row.table_id,
            missed_id=meeting_id,
        )
        for meeting_id, (role, row) in sides.items()
        if (meeting_id, role) in people
    ]


def _ready(session: Session, *, fair: FairFacts, slot_id: uuid.UUID, day: Any) -> list[Waiting]:
    rows = session.execute(READY, {"fair_id": fair.id, "day": day, "slot_id": slot_id})
    return [
        Waiting(participation_id=row[0], role=Role(row[1]), person_id=row[2], languages=frozenset(row[3]))
        for row in rows
    ]


def _not_engaged(session: Session, *, slot_id: uuid.UUID, waiting: Iterable[Waiting]) -> list[Waiting]:
    """Those who sit in no other meeting and have no offer; the seat of the missed meeting is no hindrance."""
    seats: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for person_id, meeting_id in session.execute(ENGAGED, {"slot_id": slot_id}):
        seats[person_id].add(meeting_id)
    asked = set(session.scalars(ASKED, {"slot_id": slot_id}))
    return [one for one in waiting if one.person_id not in asked and seats[one.person_id] <= {one.missed_id}]


def _fits(session: Session, *, fair: FairFacts, waiting: Sequence[Waiting]) -> dict[Pair, Fit]:
    """What speaks for each pair that may meet: matched, or agreed and without a time; never what somebody ruled out."""
    keys = {role: sorted({one.participation_id for one in waiting if one.role is role}) for role in Role}
    if not all(keys.values()):
        return {}
    pairs = {"exhibitors": keys[Role.EXHIBITOR], "buyers": keys[Role.BUYER]}
    fits = {(row[0], row[1]): Fit(row[2]) for row in session.execute(MATCHED, pairs)}
    over: set[Pair] = set()
    for exhibitor, buyer, meeting_id, state, slot_id in session.execute(MET, pairs):
        pair = (exhibitor, buyer)
        if state == MeetingState.ACCEPTED and slot_id is None:
            fits[pair] = Fit(fits.get(pair, Fit()).score, meeting_id)
        elif state not in {MeetingState.WITHDRAWN, MeetingState.EXPIRED}:
            over.add(pair)
    everyone = {"everyone": [*keys[Role.EXHIBITOR], *keys[Role.BUYER]]}
    companies: dict[uuid.UUID, uuid.UUID] = dict(session.execute(SHOWN, everyone).all())
    over |= _ruled_out(session, fair=fair, pairs=fits, companies=companies, everyone=everyone)
    return {pair: fit for pair, fit in fits.items() if pair not in over}


def _ruled_out(
    session: Session,
    *,
    fair: FairFacts,
    pairs: Collection[Pair],
    companies: dict[uuid.UUID, uuid.UUID],
    everyone: dict[str, list[uuid.UUID]],
) -> set[Pair]:
    rules = pair_rules.rules_of(session, fair_id=fair.id)
    vetoes = {(row[0], row[1]) for row in session.execute(VETOES, everyone)}
    turned = {frozenset(row) for row in session.execute(TURNED_AWAY, everyone)}
    found = set()
    for exhibitor, buyer in pairs:
        one, other = companies.get(exhibitor), companies.get(buyer)
        if (
            one is None
            or other is None
            or one == other
            or (exhibitor, other) in vetoes
            or (buyer, one) in vetoes
            or frozenset((exhibitor, buyer)) in turned
            or rules.forbids(str(one), str(other))
        ):
            found.add((exhibitor, buyer))
    return found


def _add(session: Session, *, chance: Chance, pick: Pick, now: datetime) -> uuid.UUID | None:
    """Write one offer; None when somebody holds another one by now."""
    key = uuid.uuid4()
    row = {
        "id": key,
        "fair_id": chance.fair.id,
        "slot_id": chance.slot_id,
        "table_id": pick.table_id,
        "meeting_id": pick.fit.waiting_id,
        "interpreter_id": pick.interpreter_id,
        "state": OfferState.OPEN,
        "offered_at": now,
        "expires_at": chance.until,
    }
    sides = [
        {
            "offer_id": key,
            "side": one.role,
            "participation_id": one.participation_id,
            "representative_id": one.person_id,
            "missed_id": one.missed_id,
        }
        for one in (pick.exhibitor, pick.buyer)
    ]
    try:
        with session.begin_nested():
            session.execute(insert(HallOffer).values(row))
            session.execute(insert(HallOfferSide), sides)
    except IntegrityError:
        return None
    about: dict[str, Any] = {"subject_kind": "hall_offer", "subject_id": key, "fair_id": chance.fair.id}
    history.record(session, action="hall_offer_made", by=None, now=now, **about)
    tell_offer(session, fair=chance.fair, offer_id=key, now=now)
    return key
