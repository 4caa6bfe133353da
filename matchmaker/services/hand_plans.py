"""Load a fair's plan as it stands, or as a draft would have it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Uuid, and_, bindparam, case, func, or_, select, union_all
from sqlalchemy.orm import aliased

from matchmaker.domain.hand_plan import Entry, Guest, HandPlan, HandTable
from matchmaker.domain.meetings import RECORDED, MeetingState
from matchmaker.domain.places import Opening
from matchmaker.models import (
    Company,
    DraftPlace,
    Fair,
    FairPerson,
    Hall,
    Interpreter,
    InterpreterAbsence,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Participation,
    Representative,
    RepresentativeAbsence,
    Slot,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

HOME_LANGUAGE = "vi"
IN_PLAN = (MeetingState.ACCEPTED, MeetingState.SCHEDULED, *sorted(RECORDED))
FAIR = bindparam("fair_id", type_=Uuid())
_selling, _buying = aliased(Participation), aliased(Participation)
_seller, _buyer = aliased(Company), aliased(Company)
OPENINGS = select(Slot.id, Slot.day, Slot.starts_at, Slot.ends_at).where(Slot.fair_id == FAIR).order_by(Slot.number)
TABLES = (
    select(MeetingTable.id, MeetingTable.code, Hall.code, MeetingTable.host_id, MeetingTable.is_closed)
    .join(Hall, Hall.id == MeetingTable.hall_id)
    .where(MeetingTable.fair_id == FAIR)
    .order_by(Hall.code, MeetingTable.code)
)
# A meeting that is accepted has no place of its own, whatever time was once proposed for it.
STANDS = Meeting.state != MeetingState.ACCEPTED
MEETINGS = (
    select(
        Meeting.id,
        Meeting.state,
        Meeting.exhibitor_id,
        _seller.id.label("seller_id"),
        _buyer.id.label("buyer_id"),
        _seller.name.label("seller"),
        _buyer.name.label("buyer"),
        (_seller.country != _buyer.country).label("is_international"),
        func.coalesce(_selling.meetings_cap, Fair.meetings_cap).label("seller_cap"),
        func.coalesce(_buying.meetings_cap, Fair.meetings_cap).label("buyer_cap"),
        Meeting.is_online,
        Meeting.is_locked,
        Meeting.interpreter_id,
        case((STANDS, Meeting.slot_id), else_=None).label("slot_id"),
        case((STANDS, Meeting.table_id), else_=None).label("table_id"),
        DraftPlace,
    )
    .join(_selling, _selling.id == Meeting.exhibitor_id)
    .join(_seller, _seller.id == _selling.company_id)
    .join(_buying, _buying.id == Meeting.buyer_id)
    .join(_buyer, _buyer.id == _buying.company_id)
    .join(Fair, Fair.id == Meeting.fair_id)
    .outerjoin(
        DraftPlace,
        and_(DraftPlace.meeting_id == Meeting.id, DraftPlace.draft_id == bindparam("draft_id", type_=Uuid())),
    )
    .where(Meeting.fair_id == FAIR, or_(Meeting.state.in_(IN_PLAN), DraftPlace.meeting_id.is_not(None)))
    .order_by(Meeting.requested_at, Meeting.id)
)
ATTENDEES = (
    select(MeetingAttendee.meeting_id, MeetingAttendee.representative_id, Representative.name)
    .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .where(Meeting.fair_id == FAIR, Meeting.state.in_(IN_PLAN))
    .order_by(MeetingAttendee.side.desc(), MeetingAttendee.representative_id)
)
AWAY = union_all(
    select(RepresentativeAbsence.representative_id, RepresentativeAbsence.slot_id)
    .join(Slot, Slot.id == RepresentativeAbsence.slot_id)
    .where(Slot.fair_id == FAIR),
    select(InterpreterAbsence.interpreter_id, InterpreterAbsence.slot_id)
    .join(Slot, Slot.id == InterpreterAbsence.slot_id)
    .where(Slot.fair_id == FAIR),
)
INTERPRETERS = (
    select(Interpreter.id, Interpreter.name, Interpreter.languages)
    .where(Interpreter.fair_id == FAIR, Interpreter.is_active)
    .order_by(Interpreter.name, Interpreter.id)
)
GUESTS = (
    select(
        Representative.id,
        Representative.name,
        Representative.languages,
        select(func.min(FairPerson.daily_cap))
        .join(Participation, Participation.id == FairPerson.participation_id)
        .where(FairPerson.representative_id == Representative.id, Participation.fair_id == FAIR)
        .scalar_subquery(),
    )
    .where(Representative.id.in_(bindparam("people", expanding=True)))
    .order_by(Representative.id)
)


def load(session: Session, *, fair_id: uuid.UUID, draft_id: uuid.UUID | None) -> HandPlan:
    """Return a fair's plan, in six statements whatever its size; without a draft it is the one that stands."""
    key = {"fair_id": fair_id, "draft_id": draft_id}
    people: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    names: dict[uuid.UUID, str] = {}
    for meeting_id, representative_id, name in session.execute(ATTENDEES, key):
        people[meeting_id].append(representative_id)
        names[representative_id] = name
    away: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for one, slot_id in session.execute(AWAY, key):
        away[one].add(slot_id)
    interpreters = tuple(
        Guest(one, name, frozenset({HOME_LANGUAGE, *languages}))
        for one, name, languages in session.execute(INTERPRETERS, key)
    )
    return HandPlan(
        openings=tuple(Opening(*row) for row in session.execute(OPENINGS, key)),
        tables=tuple(HandTable(*row) for row in session.execute(TABLES, key)),
        entries={row.id: _entry(row, people[row.id]) for row in session.execute(MEETINGS, key)},
        away={one: frozenset(slots) for one, slots in away.items()},
        interpreters=interpreters,
        names=names | {one.id: one.name for one in interpreters},
    )


def guests(session: Session, *, fair_id: uuid.UUID, entry: Entry) -> list[Guest]:
    """Return who comes to a meeting, as the rules of a place need to know them."""
    rows = session.execute(GUESTS, {"fair_id": fair_id, "people": list(entry.people)})
    return [Guest(one, name, frozenset(languages), daily_cap) for one, name, languages, daily_cap in rows]


def _entry(row: Any, people: Sequence[uuid.UUID]) -> Entry:
    draft: DraftPlace | None = row.DraftPlace
    state = MeetingState(row.state)
    # What is on record stays where it was held, whatever a draft says.
    draft = None if state in RECORDED else draft
    return Entry(
        id=row.id,
        state=state,
        exhibitor_id=row.exhibitor_id,
        companies=(row.seller_id, row.buyer_id),
        names=(row.seller, row.buyer),
        is_international=row.is_international,
        caps=(row.seller_cap, row.buyer_cap),
        is_online=row.is_online,
        slot_id=draft.slot_id if draft else row.slot_id,
        table_id=draft.table_id if draft else row.table_id,
        interpreter_id=draft.interpreter_id if draft else row.interpreter_id,
        is_locked=draft.is_locked if draft else row.is_locked,
        people=_people(draft) if draft and draft.people else tuple(people),
        is_changed=draft is not None,
        stood=(row.slot_id, row.table_id),
        was=(draft.was_slot_id, draft.was_table_id) if draft else (None, None),
        broken=tuple(draft.broken) if draft else (),
    )


def _people(draft: DraftPlace) -> tuple[uuid.UUID, ...]:
    return tuple(uuid.UUID(one) for side in ("exhibitor", "buyer") for one in draft.people.get(side, ()))
