"""A fair's accepted meetings as the problem that the scheduler solves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from matchmaker.domain.meetings import RECORDED, MeetingState
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

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

LONGEST_BREAK = timedelta(minutes=30)
HOME_LANGUAGE = "vi"
TO_PLACE = (MeetingState.ACCEPTED, MeetingState.SCHEDULED)
SLOTS = (
    select(SlotRow.id, SlotRow.starts_at, SlotRow.ends_at, SlotRow.day)
    .where(SlotRow.fair_id == bindparam("fair_id"))
    .order_by(SlotRow.number)
)
TABLES = (
    select(MeetingTable.id, Hall.code)
    .join(Hall, Hall.id == MeetingTable.hall_id)
    .where(MeetingTable.fair_id == bindparam("fair_id"))
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
    select(FairPerson.participation_id, Representative.id, Representative.languages)
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
    .where(InterpreterRow.fair_id == bindparam("fair_id"))
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
        MeetingRow.state,
        MeetingRow.slot_id,
        MeetingRow.table_id,
        MeetingRow.interpreter_id,
        MeetingRow.is_locked,
        MeetingRow.is_online,
    )
    .where(MeetingRow.fair_id == bindparam("fair_id"), MeetingRow.state.in_(TO_PLACE))
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
    """The problem, the plan that stands, what may not move, and how slot numbers map to keys."""

    problem: Problem
    standing: tuple[Assignment, ...]
    locked: frozenset[str]
    slot_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The slots of a fair by number, and who or what can't be used in which."""

    slots: tuple[Slot, ...]
    ids: tuple[uuid.UUID, ...]
    away: Mapping[uuid.UUID, set[int]]

    def numbers(self, key: uuid.UUID) -> frozenset[int]:
        """Return the slots in which a person, table or interpreter can't be used."""
        return frozenset(self.away.get(key, ()))


def fair_problem(session: Session, *, fair_id: uuid.UUID) -> FairProblem:
    """Return what is to be scheduled at a fair, from ten statements whatever its size.

    Codes of the problem are the keys of the rows as text; a company's code is its company's key, since its
    people serve both of its roles. Seats of meetings on record are closed to the plan.
    """
    key = {"fair_id": fair_id}
    calendar = _calendar(session, key)
    company_of, companies = _companies(session, key)
    rows = session.execute(MEETINGS, key).all()
    places = _places(session, key, calendar)
    problem = Problem(
        slots=calendar.slots,
        companies=companies,
        persons=_persons(session, key, calendar, company_of),
        meetings=tuple(_meeting(row, company_of, places) for row in rows),
        places=places,
        interpreters=tuple(
            Interpreter(
                code=str(interpreter_id),
                pairs=tuple((HOME_LANGUAGE, language) for language in languages if language != HOME_LANGUAGE),
                unavailable=calendar.numbers(interpreter_id),
            )
            for interpreter_id, languages in session.execute(INTERPRETERS, key)
        ),
    )
    return FairProblem(
        problem=problem,
        standing=_standing(session, key, rows, calendar, places),
        locked=frozenset(str(row.id) for row in rows if row.is_locked and row.slot_id is not None),
        slot_ids=calendar.ids,
    )


def _calendar(session: Session, key: dict[str, Any]) -> _Calendar:
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
            away[resource_id].add(number[slot_id])
    return _Calendar(tuple(slots), tuple(row.id for row in rows), away)


def _companies(session: Session, key: dict[str, Any]) -> tuple[dict[uuid.UUID, uuid.UUID], tuple[Company, ...]]:
    company_of: dict[uuid.UUID, uuid.UUID] = {}
    caps: dict[uuid.UUID, int] = {}
    hosted: dict[uuid.UUID, bool] = {}
    for participation_id, company_id, is_hosted, cap in session.execute(COMPANIES, key):
        company_of[participation_id] = company_id
        caps[company_id] = max(cap, caps.get(company_id, 0))
        hosted[company_id] = is_hosted or hosted.get(company_id, False)
    companies = tuple(
        Company(code=str(company_id), maximum=cap, is_hosted=hosted[company_id]) for company_id, cap in caps.items()
    )
    return company_of, companies


def _persons(
    session: Session, key: dict[str, Any], calendar: _Calendar, company_of: Mapping[uuid.UUID, uuid.UUID]
) -> tuple[Person, ...]:
    persons: dict[uuid.UUID, Person] = {}
    for participation_id, person_id, languages in session.execute(PEOPLE, key):
        persons[person_id] = Person(
            code=str(person_id),
            company=str(company_of[participation_id]),
            unavailable=calendar.numbers(person_id),
            languages=frozenset(languages),
        )
    return tuple(persons.values())


def _places(session: Session, key: dict[str, Any], calendar: _Calendar) -> tuple[Place, ...]:
    halls: dict[str, list[Table]] = defaultdict(list)
    for table_id, hall in session.execute(TABLES, key):
        halls[hall].append(Table(code=str(table_id), closed=calendar.numbers(table_id)))
    return tuple(Place(code=f"hall {hall}", hall=hall, tables=tuple(tables)) for hall, tables in halls.items())


def _meeting(row: Any, company_of: Mapping[uuid.UUID, uuid.UUID], places: tuple[Place, ...]) -> Meeting:
    return Meeting(
        code=str(row.id),
        parties=(Party(company=str(company_of[row.exhibitor_id])), Party(company=str(company_of[row.buyer_id]))),
        places=() if row.is_online else tuple(place.code for place in places),
    )


def _standing(
    session: Session, key: dict[str, Any], rows: Any, calendar: _Calendar, places: tuple[Place, ...]
) -> tuple[Assignment, ...]:
    """The plan as it is in the tables, people in the order of the parties: exhibitor, then buyer."""
    people: dict[uuid.UUID, list[str]] = defaultdict(list)
    for meeting_id, representative_id, _side in session.execute(ATTENDEES, key):
        people[meeting_id].append(str(representative_id))
    place_of = {table.code: place.code for place in places for table in place.tables}
    number = {slot_id: place for place, slot_id in enumerate(calendar.ids)}
    return tuple(
        Assignment(
            meeting=str(row.id),
            slot=number[row.slot_id],
            persons=tuple(people[row.id]),
            place=place_of.get(str(row.table_id)),
            table=str(row.table_id) if row.table_id else None,
            interpreter=str(row.interpreter_id) if row.interpreter_id else None,
        )
        for row in rows
        if row.slot_id is not None
    )
