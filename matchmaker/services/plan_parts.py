"""Load of a fair's plan all that may clash in it and what a page asks about, whatever the size of the fair.

The database finds the meetings; what clashes or contradicts itself and which places are free the domain says of them,
as it does of a whole plan. What is found may be more than needed, never less. In the plan that stands nobody has two
seats in a slot, for the seats' key refuses it, so only what a draft changes is searched for that.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, bindparam, or_, select, union_all

from matchmaker.domain.hand_plan import HandPlan
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.plan_counts import PlanCounts, counts_of, with_changes
from matchmaker.models import (
    DraftPlace,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Participation,
    RepresentativeAbsence,
    Seat,
    Slot,
    Veto,
)
from matchmaker.services import hand_plans, pair_rules, ruled_out
from matchmaker.services.hand_plans import DRAFTS
from matchmaker.services.meeting_sides import SIDES, is_in
from matchmaker.services.plan_ground import FAIR
from matchmaker.services.seats import SeatKind
from matchmaker.services.slot_loads import ON_GRID

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from matchmaker.services.drafts import DraftFacts
    from matchmaker.services.plan_ground import PlanGround

# A draft that changes more meetings than these is read whole, with the plan it goes out from.
MOST_CHANGES = 300
# So is a part of more meetings: their keys, and those of all their people, are values of a statement, and SQLite takes
# 32,766 of these.
MOST_MEETINGS = 2000
NOW: Any = bindparam("now", type_=Slot.starts_at.type)
HELD = bindparam("held", type_=Meeting.id.type)
STANDS = (Meeting.fair_id == FAIR, Meeting.state == MeetingState.SCHEDULED)


@dataclass(frozen=True, slots=True)
class Part:
    """What of a plan is wanted besides what may clash: a held meeting, some by their keys.

    ``unplaced`` is how many meetings without a place are wanted, those asked for first.
    """

    held: uuid.UUID | None = None
    named: tuple[uuid.UUID, ...] = ()
    unplaced: int = 0
    # Whether the fair has rules on who must not meet whom; the rules are read to see that where it is not known.
    has_rules: bool | None = None


@dataclass(frozen=True, slots=True)
class LoadedPart:
    """The wanted part of a plan and of the one that stands, and how many meetings each of them has as a whole."""

    plan: HandPlan
    standing: HandPlan
    counts: PlanCounts
    counts_before: PlanCounts


def _in(name: str) -> Any:
    return bindparam(name, type_=Meeting.id.type, expanding=True)


_changed = select(DraftPlace.meeting_id).where(DraftPlace.draft_id.in_(DRAFTS))
# What leads to few meetings is asked first and names the fair; the meetings do not, or all of the fair's would be read.
_at_closed_tables = select(Meeting.id).where(
    Meeting.table_id.in_(select(MeetingTable.id).where(MeetingTable.fair_id == FAIR, MeetingTable.is_closed)),
    Meeting.state == MeetingState.SCHEDULED,
)
_with_people_away = (
    select(Seat.meeting_id)
    .join(
        RepresentativeAbsence,
        and_(
            RepresentativeAbsence.representative_id == Seat.resource_id, RepresentativeAbsence.slot_id == Seat.slot_id
        ),
    )
    .join(Slot, Slot.id == Seat.slot_id)
    .where(Slot.fair_id == FAIR, Slot.starts_at > NOW, Seat.kind == SeatKind.REPRESENTATIVE)
)
_locked = select(Meeting.id).where(*STANDS, Meeting.is_locked)


def _unplaced(*conditions: Any) -> Select[Any]:
    """The first meetings without a place."""
    waiting = (
        select(Meeting.id)
        .where(Meeting.fair_id == FAIR, Meeting.state == MeetingState.ACCEPTED, *conditions)
        .order_by(Meeting.requested_at, Meeting.id)
        .limit(bindparam("unplaced", type_=Integer()))
    )
    return select(waiting.subquery().c.id)


_named = select(Meeting.id).where(Meeting.id.in_(_in("named")))
# What the companies of the held meeting have in any of their roles: their people's diaries, and their limits.
_of_held = select(Participation.company_id).join(Meeting, is_in(Participation.id)).where(Meeting.id == HELD)
_roles_of_held = select(Participation.id).where(Participation.fair_id == FAIR, Participation.company_id.in_(_of_held))
_beside_held = (select(Meeting.id).where(side.in_(_roles_of_held)) for side in SIDES)

# Asked of each veto, of which there are few, and not of each company for its vetoes.
VETOING = select(Veto.participation_id).where(
    select(Participation.id).where(Participation.id == Veto.participation_id, Participation.fair_id == FAIR).exists()
)


def _vetoed(one: Any, other: Any) -> Select[Any]:
    """Meetings of which one side does not want to meet the other's company."""
    return (
        select(Meeting.id)
        .join(Participation, Participation.id == other)
        .join(Veto, and_(Veto.participation_id == one, Veto.other_company_id == Participation.company_id))
        .where(one.in_(VETOING), Meeting.state == MeetingState.SCHEDULED)
    )


# What may clash in the plan that stands, and what may with a draft or a held meeting besides. The keys are asked for
# alone, as mostly there are none, and the rows of the plan only where there are.
_in_plan = (
    _at_closed_tables,
    _with_people_away,
    _locked,
    _vetoed(Meeting.exhibitor_id, Meeting.buyer_id),
    _vetoed(Meeting.buyer_id, Meeting.exhibitor_id),
)
_besides = (
    _changed,
    _unplaced(Meeting.id.not_in(_changed.where(DraftPlace.slot_id.is_not(None)))),
    _named,
    *_beside_held,
)
# By whether the plan that stands is looked at alone, and whether the fair has rules on who must not meet whom.
WANTED = {
    (is_alone, has_rules): union_all(
        *_in_plan,
        *((_unplaced(),) if is_alone else _besides),
        *((ruled_out.among(STANDS),) if has_rules else ()),
    )
    for is_alone in (True, False)
    for has_rules in (True, False)
}
ROWS = hand_plans.MEETINGS.where(Meeting.id.in_(_in("meetings")))
SEATED = hand_plans.MEETINGS.where(
    Meeting.id.in_(
        select(Seat.meeting_id).where(
            Seat.slot_id.in_(_in("slots")),
            or_(
                Seat.resource_id.in_(_in("resources")),
                Seat.resource_id.in_(
                    select(MeetingAttendee.representative_id).where(MeetingAttendee.meeting_id.in_(_changed))
                ),
            ),
        )
    )
)
ATTENDEES = hand_plans.ATTENDEES.where(Meeting.id.in_(_in("meetings")))
TAKEN = (
    select(Meeting.id, Meeting.slot_id, Meeting.table_id, Meeting.interpreter_id)
    .join(Slot, Slot.id == Meeting.slot_id)
    .where(
        Meeting.fair_id == FAIR,
        Meeting.state.in_(ON_GRID),
        Slot.starts_at > NOW,
    )
)


def load(
    session: Session, *, fair_id: uuid.UUID, draft: DraftFacts | None, ground: PlanGround, part: Part, now: datetime
) -> LoadedPart:
    """Return the part of a plan that is wanted, with all of it that may clash; without a draft of the one that stands.

    At most eight statements; as many as ``hand_plans.load`` for a draft that changes most of the plan, and two or three
    more for a part that is most of it.
    """
    if draft is not None and draft.changes > MOST_CHANGES:
        return _whole(session, fair_id=fair_id, draft_id=draft.id)
    drafts = [draft.id] if draft is not None and draft.changes else []
    key: dict[str, Any] = {"fair_id": fair_id, "drafts": drafts, "now": now}
    pairs = pair_rules.side_pairs(session, fair_id=fair_id) if part.has_rules is not False else []
    found = _wanted(session, key, part, has_rules=bool(pairs))
    rows = _rows(session, key, found) if len(found) <= MOST_MEETINGS else []
    if max(len(found), len(rows)) > MOST_MEETINGS:
        return _whole(session, fair_id=fair_id, draft_id=draft.id if drafts and draft is not None else None)
    attendees = session.execute(ATTENDEES, {**key, "meetings": [row.id for row in rows]}) if rows else ()
    seating = hand_plans.seating_of(attendees)
    common = HandPlan(ground.openings, ground.tables, {}, guests=seating.guests)
    rules = pair_rules.rules_among(session, fair_id=fair_id, pairs=pairs, company_ids=_companies(rows))
    plans = hand_plans.plans_of(common, rows, drafts=drafts, people=seating.people, rules=rules)
    plan, standing = plans[drafts[0] if drafts else None], plans[None]
    people = sorted({one for entry in (*plan.entries.values(), *standing.entries.values()) for one in entry.people})
    if plan.entries:
        plan = hand_plans.with_absences(plan, session.execute(hand_plans.AWAY_AMONG, {**key, "people": people}))
    if part.held in plan.entries:
        plan = replace(plan, others=_others(session, key, plan))
    counts = with_changes(ground.counts, plan.entries.values())
    return LoadedPart(plan, replace(standing, away=plan.away, interpreters=plan.interpreters), counts, ground.counts)


def _whole(session: Session, *, fair_id: uuid.UUID, draft_id: uuid.UUID | None) -> LoadedPart:
    plans = hand_plans.load_all(session, fair_id=fair_id, draft_ids=[draft_id])
    plan, standing = plans[draft_id], plans[None]
    return LoadedPart(plan, standing, counts_of(plan), counts_of(standing))


def _wanted(session: Session, key: dict[str, Any], part: Part, *, has_rules: bool) -> list[uuid.UUID]:
    """The keys of the meetings that are wanted or may clash by what the database alone can tell."""
    is_alone = not (key["drafts"] or part.named or part.held)
    values = {**key, "held": part.held, "named": part.named, "unplaced": part.unplaced}
    return list(dict.fromkeys(session.scalars(WANTED[is_alone, has_rules], values)))


def _rows(session: Session, key: dict[str, Any], found: list[uuid.UUID]) -> list[Any]:
    """The meetings with these keys, and those whose seats a draft takes, in the order of the plan."""
    rows = {row.id: row for row in session.execute(ROWS, {**key, "meetings": found})} if found else {}
    if key["drafts"]:
        rows |= {row.id: row for row in session.execute(SEATED, {**key, **_seats_in(rows.values())})}
    return sorted(rows.values(), key=lambda row: (row.requested_at, row.id))


def _seats_in(rows: Iterable[Any]) -> dict[str, list[uuid.UUID]]:
    """The slots that a draft uses, and whom and what it takes in any of them."""
    drafted = [row for row in rows if row.draft_draft_id is not None and row.draft_slot_id is not None]
    taken = {key for row in drafted for key in (row.draft_table_id, row.draft_interpreter_id) if key is not None}
    taken |= {uuid.UUID(person) for row in drafted for people in row.draft_people.values() for person in people}
    return {"slots": list({row.draft_slot_id for row in drafted}), "resources": list(taken)}


def _companies(rows: Iterable[Any]) -> list[uuid.UUID]:
    return list({key for row in rows for key in (row.seller_id, row.buyer_id, row.third_id) if key is not None})


def _others(
    session: Session, key: dict[str, Any], plan: HandPlan
) -> dict[tuple[uuid.UUID, uuid.UUID], list[uuid.UUID]]:
    """The tables and interpreters that meetings to come use, as far as they are not in the part."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[uuid.UUID]] = defaultdict(list)
    for meeting_id, slot_id, table_id, interpreter_id in session.execute(TAKEN, key):
        if meeting_id not in plan.entries:
            for one in (table_id, interpreter_id):
                if one is not None and slot_id is not None:
                    found[one, slot_id].append(meeting_id)
    return found
