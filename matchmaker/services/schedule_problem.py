"""A fair's accepted meetings as the problem that the scheduler solves."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from matchmaker.domain.meetings import RECORDED, Grade, MeetingState
from matchmaker.domain.scheduling.plan import Assignment
from matchmaker.domain.scheduling.problem import (
    Company,
    Interpreter,
    Meeting,
    Party,
    Person,
    Place,
    Problem,
    Table,
)
from matchmaker.domain.scheduling.slots import Slot
from matchmaker.domain.third_company import THIRD
from matchmaker.models import (
    Fair,
    FairPerson,
    Hall,
    InterpreterAbsence,
    MeetingAttendee,
    MeetingTable,
    Participation,
    Representative,
    RepresentativeAbsence,
    Seat,
)
from matchmaker.models import Interpreter as InterpreterRow
from matchmaker.models import Meeting as MeetingRow
from matchmaker.models import Slot as SlotRow
from matchmaker.services import pair_rules

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    # Who has a seat in each meeting, by side; the first of a side is the one whom the plan places.
    Seated = dict[uuid.UUID, dict[str, list[uuid.UUID]]]


LONGEST_BREAK = timedelta(minutes=30)
HOME_LANGUAGE = "vi"
BOTH_SIDES = 2
TO_PLACE = frozenset({MeetingState.ACCEPTED, MeetingState.SCHEDULED})
SLOTS = (
    select(SlotRow.id, SlotRow.starts_at, SlotRow.ends_at, SlotRow.day)
    .where(SlotRow.fair_id == bindparam("fair_id"))
    .order_by(SlotRow.number)
)
TABLES = (
    select(MeetingTable.id, Hall.code, MeetingTable.host_id)
    .join(Hall, Hall.id == MeetingTable.hall_id)
    .where(MeetingTable.fair_id == bindparam("fair_id"), ~MeetingTable.is_closed)
    .order_by(Hall.code, MeetingTable.code)
)
COMPANIES = (
    select(
        Participation.id,
        Participation.company_id,
        Participation.is_hosted,
        func.coalesce(Participation.meetings_cap, Fair.meetings_cap),
    )
    .join(Fair, Fair.id == Participation.fair_id)
    .where(Participation.fair_id == bindparam("fair_id"))
    .order_by(Participation.badge_code)
)
PEOPLE = (
    select(FairPerson.participation_id, Representative.id, Representative.languages, FairPerson.daily_cap)
    .join(Representative, Representative.id == FairPerson.representative_id)
    .join(Participation, Participation.id == FairPerson.participation_id)
    .where(Participation.fair_id == bindparam("fair_id"))
    .order_by(Representative.email, Representative.id)
)
ABSENCES = (
    select(RepresentativeAbsence.representative_id, RepresentativeAbsence.slot_id)
    .join(SlotRow, SlotRow.id == RepresentativeAbsence.slot_id)
    .where(SlotRow.fair_id == bindparam("fair_id"))
)
INTERPRETERS = (
    select(InterpreterRow.id, InterpreterRow.languages)
    .where(InterpreterRow.fair_id == bindparam("fair_id"), InterpreterRow.is_active)
    .order_by(InterpreterRow.name, InterpreterRow.id)
)
INTERPRETER_ABSENCES = (
    select(InterpreterAbsence.interpreter_id, InterpreterAbsence.slot_id)
    .join(InterpreterRow, InterpreterRow.id == InterpreterAbsence.interpreter_id)
    .where(InterpreterRow.fair_id == bindparam("fair_id"))
)
RECORDED_SEATS = (
    select(Seat.resource_id, Seat.slot_id)
    .join(MeetingRow, MeetingRow.id == Seat.meeting_id)
    .where(MeetingRow.fair_id == bindparam("fair_id"), MeetingRow.state.in_(sorted(RECORDED)))
)
MEETINGS = (
    select(
        MeetingRow.id,
        MeetingRow.exhibitor_id,
        MeetingRow.buyer_id,
        MeetingRow.third_id,
        MeetingRow.state,
        MeetingRow.slot_id,
        MeetingRow.table_id,
        MeetingRow.interpreter_id,
        MeetingRow.is_locked,
        MeetingRow.is_online,
        MeetingRow.exhibitor_grade,
        MeetingRow.buyer_grade,
    )
    .where(MeetingRow.fair_id == bindparam("fair_id"), MeetingRow.state.in_(sorted(TO_PLACE | RECORDED)))
    .order_by(MeetingRow.requested_at, MeetingRow.exhibitor_id, MeetingRow.buyer_id, MeetingRow.id)
)
ATTENDEES = (
    select(MeetingAttendee.meeting_id, MeetingAttendee.representative_id, MeetingAttendee.side)
    .join(MeetingRow, MeetingRow.id == MeetingAttendee.meeting_id)
    .where(MeetingRow.fair_id == bindparam("fair_id"), MeetingRow.state == MeetingState.SCHEDULED)
    .order_by(MeetingAttendee.side.desc(), MeetingAttendee.representative_id)
)


@dataclass(frozen=True, slots=True)
class FairProblem:
    """The problem, the plan that stands, what may not move, and how numbers map to slots' keys and to days."""

    problem: Problem
    standing: tuple[Assignment, ...]
    locked: frozenset[str]
    slot_ids: tuple[uuid.UUID, ...]
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The slots of a fair by number, who or what can't be used in which, and which have begun.

    ``begun`` is empty once all have: such a fair is recorded afterwards, and nothing is left to protect.
    """

    slots: tuple[Slot, ...]
    ids: tuple[uuid.UUID, ...]
    days: tuple[date, ...]
    away: dict[uuid.UUID, set[int]]
    begun: frozenset[int]

    def numbers(self, key: uuid.UUID) -> frozenset[int]:
        """Return the slots in which a person, table or interpreter can't be used."""
        return frozenset(self.away.get(key, ()))

    @property
    def allowed(self) -> frozenset[int] | None:
        """The slots in which a meeting may still be placed; None means all."""
        return frozenset(range(len(self.slots))) - self.begun if self.begun else None


@dataclass(frozen=True, slots=True)
class _Rows:
    """A fair's meetings by what the plan may do with them; ``number`` gives the slot of those that have one."""

    to_place: tuple[Any, ...]
    number: Mapping[uuid.UUID, int]
    spent: Counter[uuid.UUID]


def fair_problem(session: Session, *, fair_id: uuid.UUID, now: datetime) -> FairProblem:
    """Return what is to be scheduled at a fair, from at most fourteen statements whatever its size.

    Codes of the problem are the keys of the rows as text; a company's code is its company's key, since its
    people serve both of its roles. Seats of meetings on record are closed to the plan. A meeting that a rule of the
    fair forbids has no slot it may take; an exhibitor with a booth of its own is met there first.

    As long as the fair has slots to come, those that have begun are closed, and meetings scheduled in them are
    left out: nobody can be sent to a table in the past, or be called away from one. Two problems of the same fair
    are equal exactly when a plan for one is a plan for the other.
    """
    key = {"fair_id": fair_id}
    calendar = _calendar(session, key, now)
    participations = session.execute(COMPANIES, key).all()
    company_of = {row.id: row.company_id for row in participations}
    rows = _rows(session, key, calendar, company_of)
    seated = _seated(session, key)
    _keep_colleagues(calendar, rows, seated)
    places = _places(session, key, calendar, company_of)
    rules = pair_rules.rules_of(session, fair_id=fair_id)

    def allowed(companies: Sequence[str]) -> frozenset[int] | None:
        is_barred = any(rules.forbids(one, other) for one, other in combinations(companies, 2))
        return frozenset() if is_barred else calendar.allowed

    problem = Problem(
        slots=calendar.slots,
        companies=_companies(participations, rows.spent),
        persons=_persons(session, key, calendar, company_of),
        meetings=tuple(_meeting(row, rows, company_of, places, allowed=allowed) for row in rows.to_place),
        places=places,
        interpreters=_interpreters(session, key, calendar),
    )
    return FairProblem(
        problem=problem,
        standing=_standing(rows, seated, places),
        locked=frozenset(str(row.id) for row in rows.to_place if row.is_locked and row.id in rows.number),
        slot_ids=calendar.ids,
        days=calendar.days,
    )


def _interpreters(session: Session, key: dict[str, Any], calendar: _Calendar) -> tuple[Interpreter, ...]:
    return tuple(
        Interpreter(
            code=str(interpreter_id),
            pairs=tuple((HOME_LANGUAGE, language) for language in languages if language != HOME_LANGUAGE),
            unavailable=calendar.numbers(interpreter_id),
        )
        for interpreter_id, languages in session.execute(INTERPRETERS, key)
    )


def _calendar(session: Session, key: dict[str, Any], now: datetime) -> _Calendar:
    rows = session.execute(SLOTS, key).all()
    days = sorted({row.day for row in rows})
    slots: list[Slot] = []
    for row in rows:
        before = slots[-1] if slots else None
        is_unbroken = (
            before is not None and before.day == days.index(row.day) and row.starts_at - before.ends_at <= LONGEST_BREAK
        )
        block = (before.block if is_unbroken else before.block + 1) if before is not None else 0
        slots.append(Slot(starts_at=row.starts_at, ends_at=row.ends_at, day=days.index(row.day), block=block))
    number = {row.id: place for place, row in enumerate(rows)}
    away: dict[uuid.UUID, set[int]] = defaultdict(set)
    for statement in (ABSENCES, INTERPRETER_ABSENCES, RECORDED_SEATS):
        for resource_id, slot_id in session.execute(statement, key):
            if slot_id in number:
                away[resource_id].add(number[slot_id])
    begun = frozenset(place for place, row in enumerate(rows) if row.starts_at <= now)
    return _Calendar(
        slots=tuple(slots),
        ids=tuple(row.id for row in rows),
        days=tuple(days),
        away=away,
        begun=begun if len(begun) < len(rows) else frozenset(),
    )


def _rows(
    session: Session, key: dict[str, Any], calendar: _Calendar, company_of: Mapping[uuid.UUID, uuid.UUID]
) -> _Rows:
    """Split meetings into those the plan may place, and those that have spent a place of their companies' limits."""
    slot_number = {slot_id: place for place, slot_id in enumerate(calendar.ids)}
    to_place: list[Any] = []
    number: dict[uuid.UUID, int] = {}
    spent: Counter[uuid.UUID] = Counter()
    for row in session.execute(MEETINGS, key):
        slot = None if row.state == MeetingState.ACCEPTED else slot_number.get(row.slot_id)
        if row.state in RECORDED or slot in calendar.begun:
            # Walk-ins have no slot: they took nobody's time in the grid, and no limit counts them.
            if slot is not None:
                spent.update(company_of[key] for key in _sides(row).values())
            continue
        to_place.append(row)
        if slot is not None:
            number[row.id] = slot
    return _Rows(tuple(to_place), number, spent)


def _companies(participations: Sequence[Any], spent: Counter[uuid.UUID]) -> tuple[Company, ...]:
    caps: dict[uuid.UUID, int] = {}
    hosted: dict[uuid.UUID, bool] = {}
    for _participation_id, company_id, is_hosted, cap in participations:
        caps[company_id] = max(cap, caps.get(company_id, 0))
        hosted[company_id] = is_hosted or hosted.get(company_id, False)
    return tuple(
        Company(code=str(company_id), maximum=max(0, cap - spent[company_id]), is_hosted=hosted[company_id])
        for company_id, cap in caps.items()
    )


def _persons(
    session: Session, key: dict[str, Any], calendar: _Calendar, company_of: Mapping[uuid.UUID, uuid.UUID]
) -> tuple[Person, ...]:
    persons: dict[uuid.UUID, Person] = {}
    for participation_id, person_id, languages, daily_cap in session.execute(PEOPLE, key):
        known = persons.get(person_id)
        caps = [cap for cap in (daily_cap, known.daily_cap if known else None) if cap is not None]
        persons[person_id] = Person(
            code=str(person_id),
            company=str(company_of[participation_id]),
            unavailable=calendar.numbers(person_id),
            languages=frozenset(languages),
            daily_cap=min(caps, default=None),
        )
    return tuple(persons.values())


def _places(
    session: Session, key: dict[str, Any], calendar: _Calendar, company_of: Mapping[uuid.UUID, uuid.UUID]
) -> tuple[Place, ...]:
    """The booths of exhibitors who are met there, then the halls."""
    halls: dict[str, list[Table]] = defaultdict(list)
    booths: list[Place] = []
    for table_id, hall, host_id in session.execute(TABLES, key):
        table = Table(code=str(table_id), closed=calendar.numbers(table_id))
        if host_id is None:
            halls[hall].append(table)
        else:
            booths.append(Place(code=f"booth {table_id}", tables=(table,), hall=hall, host=str(company_of[host_id])))
    shared = [Place(code=f"hall {hall}", hall=hall, tables=tuple(tables)) for hall, tables in halls.items()]
    return (*booths, *shared)


def _meeting(
    row: Any,
    rows: _Rows,
    company_of: Mapping[uuid.UUID, uuid.UUID],
    places: tuple[Place, ...],
    *,
    allowed: Callable[[Sequence[str]], frozenset[int] | None],
) -> Meeting:
    companies = [str(company_of[key]) for key in _sides(row).values()]
    exhibitor = companies[0]
    musts = [row.exhibitor_grade, row.buyer_grade].count(Grade.MUST_MEET)
    return Meeting(
        code=str(row.id),
        parties=tuple(Party(company=company) for company in companies),
        places=() if row.is_online else tuple(place.code for place in places if place.host in {None, exhibitor}),
        allowed=allowed(companies),
        fixed=rows.number.get(row.id) if row.is_locked else None,
        weight=1 + musts,
        is_must=musts == BOTH_SIDES,
    )


def _sides(row: Any) -> dict[str, uuid.UUID]:
    """The participations of a meeting by side, in the order of its parties."""
    pair = {"exhibitor": row.exhibitor_id, "buyer": row.buyer_id}
    return pair if row.third_id is None else {**pair, THIRD: row.third_id}


def _seated(session: Session, key: dict[str, Any]) -> Seated:
    people: Seated = defaultdict(lambda: defaultdict(list))
    for meeting_id, representative_id, side in session.execute(ATTENDEES, key):
        people[meeting_id][side].append(representative_id)
    return people


def _keep_colleagues(calendar: _Calendar, rows: _Rows, seated: Seated) -> None:
    """Count on nobody in a slot in which they sit beside a colleague: the plan places one person of each side.

    The others have a seat for as long as the meeting stands where it does, and the plan may leave it there.
    """
    for meeting_id, slot in rows.number.items():
        for _first, *others in seated[meeting_id].values():
            for person in others:
                calendar.away.setdefault(person, set()).add(slot)


def _standing(rows: _Rows, seated: Seated, places: tuple[Place, ...]) -> tuple[Assignment, ...]:
    """The plan as it is in the tables, people in the order of the parties: exhibitor, buyer, and a third company.

    A meeting that has lost a side's person has no standing: someone else may have to come at another time.
    """
    place_of = {table.code: place.code for place in places for table in place.tables}
    return tuple(
        Assignment(
            meeting=str(row.id),
            slot=rows.number[row.id],
            persons=tuple(str(seated[row.id][side][0]) for side in _sides(row)),
            place=place_of.get(str(row.table_id)),
            table=str(row.table_id) if row.table_id else None,
            interpreter=str(row.interpreter_id) if row.interpreter_id else None,
        )
        for row in rows.to_place
        if row.id in rows.number and seated[row.id].keys() >= _sides(row).keys()
    )
