"""Load a fair's plan as it stands, or as a draft would have it."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, Uuid, and_, bindparam, case, cast, func, null, or_, select, union_all
from sqlalchemy.orm import aliased

from matchmaker.domain.hand_plan import Entry, Guest, HandPlan, Rule
from matchmaker.domain.meetings import RECORDED, MeetingState
from matchmaker.domain.pair_rules import PairRules
from matchmaker.domain.third_company import THIRD
from matchmaker.models import (
    Company,
    DraftPlace,
    Fair,
    FairPerson,
    Interpreter,
    InterpreterAbsence,
    Meeting,
    MeetingAttendee,
    Participation,
    Representative,
    RepresentativeAbsence,
    ScheduleMiss,
    ScheduleRun,
    Slot,
    Veto,
)
from matchmaker.services import pair_rules, plan_ground
from matchmaker.services.meeting_sides import is_in
from matchmaker.services.plan_ground import FAIR

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, CompoundSelect
    from sqlalchemy.orm import Session


HOME_LANGUAGE = "vi"
IN_PLAN = (MeetingState.ACCEPTED, MeetingState.SCHEDULED, *sorted(RECORDED))
_selling, _buying = aliased(Participation), aliased(Participation)
_seller, _buyer = aliased(Company), aliased(Company)
_joining, _third = aliased(Participation), aliased(Company)
# A meeting that is accepted has no place of its own, whatever time was once proposed for it.
STANDS = Meeting.state != MeetingState.ACCEPTED
DRAFTS = bindparam("drafts", type_=Uuid(), expanding=True)
NEWEST_RUN = (
    select(ScheduleRun.id)
    .where(ScheduleRun.fair_id == FAIR)
    .order_by(ScheduleRun.started_at.desc(), ScheduleRun.id.desc())
    .limit(1)
    .scalar_subquery()
)
MISSED = (
    select(ScheduleMiss.code)
    .where(ScheduleMiss.run_id == NEWEST_RUN, ScheduleMiss.meeting_id == Meeting.id)
    .scalar_subquery()
)
IS_VETOED = (
    select(Veto.participation_id)
    .where(
        or_(
            and_(Veto.participation_id == Meeting.exhibitor_id, Veto.other_company_id == _buying.company_id),
            and_(Veto.participation_id == Meeting.buyer_id, Veto.other_company_id == _selling.company_id),
        )
    )
    .exists()
)
STATES = {str(state): state for state in MeetingState}
DRAFTED = (
    DraftPlace.draft_id,
    DraftPlace.slot_id,
    DraftPlace.table_id,
    DraftPlace.interpreter_id,
    DraftPlace.is_locked,
    DraftPlace.people,
    DraftPlace.was_slot_id,
    DraftPlace.was_table_id,
    DraftPlace.broken,
)
MEETINGS = (
    select(
        Meeting.id,
        Meeting.requested_at,
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
        IS_VETOED.label("is_vetoed"),
        MISSED.label("missed"),
        *(column.label(f"draft_{column.key}") for column in DRAFTED),
        _third.id.label("third_id"),
        _third.name.label("third"),
        func.coalesce(_joining.meetings_cap, Fair.meetings_cap).label("third_cap"),
    )
    .join(_selling, _selling.id == Meeting.exhibitor_id)
    .join(_seller, _seller.id == _selling.company_id)
    .join(_buying, _buying.id == Meeting.buyer_id)
    .join(_buyer, _buyer.id == _buying.company_id)
    .join(Fair, Fair.id == Meeting.fair_id)
    .outerjoin(_joining, _joining.id == Meeting.third_id)
    .outerjoin(_third, _third.id == _joining.company_id)
    .outerjoin(DraftPlace, and_(DraftPlace.meeting_id == Meeting.id, DraftPlace.draft_id.in_(DRAFTS)))
    .where(Meeting.fair_id == FAIR, or_(Meeting.state.in_(IN_PLAN), DraftPlace.meeting_id.is_not(None)))
    .order_by(Meeting.requested_at, Meeting.id)
)
ATTENDEES = (
    select(
        MeetingAttendee.meeting_id,
        MeetingAttendee.side,
        Representative.id,
        Representative.name,
        # As text, for the same few lists of languages come thousands of times.
        cast(Representative.languages, String),
        Representative.account_id,
        FairPerson.daily_cap,
    )
    .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .outerjoin(
        FairPerson,
        and_(
            FairPerson.representative_id == MeetingAttendee.representative_id,
            is_in(FairPerson.participation_id),
        ),
    )
    .where(Meeting.fair_id == FAIR, Meeting.state.in_(IN_PLAN))
    .order_by(MeetingAttendee.side.desc(), MeetingAttendee.representative_id)
)


def _away(*of_whom: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Who is away when, and the interpreters, of whom those who are never away come with no slot."""
    return union_all(
        select(
            RepresentativeAbsence.representative_id.label("id"),
            RepresentativeAbsence.slot_id,
            null().label("name"),
            cast(null(), Interpreter.languages.type).label("languages"),
        )
        .join(Slot, Slot.id == RepresentativeAbsence.slot_id)
        .where(Slot.fair_id == FAIR, *of_whom),
        select(Interpreter.id, InterpreterAbsence.slot_id, Interpreter.name, Interpreter.languages)
        .outerjoin(InterpreterAbsence, InterpreterAbsence.interpreter_id == Interpreter.id)
        .where(Interpreter.fair_id == FAIR, Interpreter.is_active),
    )


AWAY = _away()
PEOPLE = bindparam("people", type_=Uuid(), expanding=True)
AWAY_AMONG = _away(RepresentativeAbsence.representative_id.in_(PEOPLE))
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


@dataclass(frozen=True, slots=True)
class Seating:
    """Who sits in which meeting on which side, and what the rules of a place need to know of each of them."""

    people: Mapping[uuid.UUID, Mapping[str, Sequence[uuid.UUID]]]
    guests: Mapping[uuid.UUID, Guest]


def load(session: Session, *, fair_id: uuid.UUID, draft_id: uuid.UUID | None) -> HandPlan:
    """Return a fair's plan; without a draft it is the one that stands. Statements as for ``load_all``."""
    return load_all(session, fair_id=fair_id, draft_ids=[draft_id])[draft_id]


def entry_of(
    session: Session, *, fair_id: uuid.UUID, draft_id: uuid.UUID | None, meeting_id: uuid.UUID
) -> Entry | None:
    """Return where a plan has one meeting, as ``entries_of`` reads it; None when it does not have it."""
    found = entries_of(session, fair_id=fair_id, draft_id=draft_id, meeting_ids=[meeting_id])
    return found.get(meeting_id)


def entries_of(
    session: Session, *, fair_id: uuid.UUID, draft_id: uuid.UUID | None, meeting_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Entry]:
    """Return where a plan has some meetings, without who comes to them, in one statement; others are left out."""
    drafts = [draft_id] if draft_id is not None else []
    rows = session.execute(MEETINGS.where(Meeting.id.in_(meeting_ids)), {"fair_id": fair_id, "drafts": drafts})
    plans = plans_of(HandPlan((), (), {}), rows, drafts=drafts, people={}, rules=PairRules())
    return plans[draft_id].entries


def load_all(
    session: Session, *, fair_id: uuid.UUID, draft_ids: Collection[uuid.UUID | None]
) -> dict[uuid.UUID | None, HandPlan]:
    """Return a fair's plan as several drafts would have it, and under None as it stands.

    Six statements at most, whatever the size of the fair and the number of drafts.
    """
    drafts = [one for one in draft_ids if one is not None]
    key = {"fair_id": fair_id, "drafts": drafts}
    seating = seating_of(session.execute(ATTENDEES, key))
    rules = pair_rules.rules_of(session, fair_id=fair_id)
    ground = plan_ground.read(session, fair_id=fair_id)
    common = HandPlan(ground.openings, ground.tables, {}, guests=seating.guests)
    common = with_absences(common, session.execute(AWAY, key))
    rows = session.execute(MEETINGS, key)
    return plans_of(common, rows, drafts=drafts, people=seating.people, rules=rules)


def seating_of(attendees: Iterable[Any]) -> Seating:
    """Return who sits in which meeting, from rows of ATTENDEES."""
    people: dict[uuid.UUID, dict[str, list[uuid.UUID]]] = defaultdict(lambda: defaultdict(list))
    guests: dict[uuid.UUID, Guest] = {}
    for meeting_id, side, one, name, languages, account_id, daily_cap in attendees:
        people[meeting_id][side].append(one)
        known = guests.get(one)
        if known is None:
            guests[one] = Guest(one, name, _tongues(languages), daily_cap, account_id)
        elif daily_cap is not None and (known.daily_cap is None or daily_cap < known.daily_cap):
            guests[one] = replace(known, daily_cap=daily_cap)
    return Seating(people, guests)


def with_absences(plan: HandPlan, absences: Iterable[Any]) -> HandPlan:
    """Return a plan with who can't come when and its interpreters, from rows of AWAY."""
    away: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    interpreters: dict[uuid.UUID, Guest] = {}
    for one, slot_id, name, languages in absences:
        if slot_id is not None:
            away[one].add(slot_id)
        if name is not None:
            interpreters[one] = Guest(one, name, frozenset({HOME_LANGUAGE, *languages}))
    by_name = sorted(interpreters.values(), key=lambda one: (one.name, one.id))
    return replace(plan, away={one: frozenset(slots) for one, slots in away.items()}, interpreters=tuple(by_name))


def plans_of(
    common: HandPlan,
    meetings: Iterable[Any],
    *,
    drafts: Sequence[uuid.UUID],
    people: Mapping[uuid.UUID, Mapping[str, Sequence[uuid.UUID]]],
    rules: PairRules,
) -> dict[uuid.UUID | None, HandPlan]:
    """Return what is common to all plans with the meetings of each, from rows of MEETINGS; under None as they stand."""
    rows: dict[uuid.UUID, Any] = {}
    drafted: dict[uuid.UUID | None, dict[uuid.UUID, Any]] = defaultdict(dict)
    for row in meetings:
        rows[row.id] = row
        if row.draft_draft_id is not None:
            drafted[row.draft_draft_id][row.id] = row
    return {one: replace(common, entries=_entries(rows, drafted[one], people, rules)) for one in (*drafts, None)}


def guests(session: Session, *, fair_id: uuid.UUID, plan: HandPlan, entry: Entry) -> list[Guest]:
    """Return who comes to a meeting, as the rules of a place need to know them."""
    unknown = [one for one in entry.people if one not in plan.guests]
    rows = session.execute(GUESTS, {"fair_id": fair_id, "people": unknown}) if unknown else ()
    found = [Guest(one, name, frozenset(languages), daily_cap) for one, name, languages, daily_cap in rows]
    return sorted([*found, *(plan.guests[one] for one in entry.people if one in plan.guests)], key=lambda one: one.id)


def _entries(
    rows: Mapping[uuid.UUID, Any],
    drafted: Mapping[uuid.UUID, Any],
    people: Mapping[uuid.UUID, Mapping[str, Sequence[uuid.UUID]]],
    rules: PairRules,
) -> dict[uuid.UUID, Entry]:
    return {
        row.id: _entry(row, drafted.get(row.id), people.get(row.id, {}), rules)
        for row in rows.values()
        if row.state in IN_PLAN or row.id in drafted
    }


def _entry(row: Any, draft: Any, people: Mapping[str, Sequence[uuid.UUID]], rules: PairRules) -> Entry:
    """A meeting as a draft has it; ``draft`` is the row in which it stands, None for the plan that stands."""
    state = STATES[row.state]
    # What is on record stays where it was held, whatever a draft says.
    draft = None if state in RECORDED else draft
    has_third = row.third_id is not None
    return Entry(
        id=row.id,
        state=state,
        exhibitor_id=row.exhibitor_id,
        companies=(row.seller_id, row.buyer_id, *([row.third_id] if has_third else [])),
        names=(row.seller, row.buyer, *([row.third] if has_third else [])),
        is_international=row.is_international,
        caps=(row.seller_cap, row.buyer_cap, *([row.third_cap] if has_third else [])),
        is_online=row.is_online,
        slot_id=draft.draft_slot_id if draft else row.slot_id,
        table_id=draft.draft_table_id if draft else row.table_id,
        interpreter_id=draft.draft_interpreter_id if draft else row.interpreter_id,
        is_locked=draft.draft_is_locked if draft else row.is_locked,
        people=_people(draft.draft_people if draft else {}, people, has_third=has_third),
        is_changed=draft is not None,
        stood=(row.slot_id, row.table_id),
        was=(draft.draft_was_slot_id, draft.draft_was_table_id) if draft else (None, None),
        broken=tuple(draft.draft_broken) if draft else (),
        kept_apart=_kept_apart(row, rules),
        missed=row.missed or "",
    )


def _kept_apart(row: Any, rules: PairRules) -> Rule | None:
    companies = [str(key) for key in (row.seller_id, row.buyer_id, row.third_id) if key is not None]
    if any(rules.forbids(one, other) for one, other in combinations(companies, 2)):
        return Rule.FORBIDDEN
    return Rule.VETOED if row.is_vetoed else None


@lru_cache(maxsize=1024)
def _tongues(languages: str) -> frozenset[str]:
    return frozenset(json.loads(languages))


def _people(
    drafted: Mapping[str, Sequence[str]], standing: Mapping[str, Sequence[uuid.UUID]], *, has_third: bool
) -> tuple[uuid.UUID, ...]:
    """Who comes by a draft; where it names nobody, and for a third company that joined since, those who come now."""
    if not drafted:
        return tuple(one for people in standing.values() for one in people)
    named = [uuid.UUID(one) for side in ("exhibitor", "buyer") for one in drafted.get(side, ())]
    thirds = [uuid.UUID(one) for one in drafted.get(THIRD, ())] or [*standing.get(THIRD, ())]
    return (*named, *(thirds if has_third else ()))
