"""An independent check of any plan. It shares no code with the solver, and works on codes and sets alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from matchmaker.domain.scheduling.plan import Assignment
from matchmaker.domain.scheduling.problem import Interpreter, Meeting, Person, Place, Problem


class ViolationCode(StrEnum):
    """What a plan can do wrong."""

    UNKNOWN_MEETING = "unknown_meeting"
    MEETING_TWICE = "meeting_twice"
    OUTSIDE_SLOTS = "outside_slots"
    ACROSS_A_BREAK = "across_a_break"
    NOT_ALLOWED_THEN = "not_allowed_then"
    NOT_AT_ITS_FIXED_SLOT = "not_at_its_fixed_slot"
    WRONG_PERSON = "wrong_person"
    PERSON_UNAVAILABLE = "person_unavailable"
    PERSON_TWICE = "person_twice"
    OVER_DAILY_CAP = "over_daily_cap"
    NO_REST = "no_rest"
    NO_SHARED_LANGUAGE = "no_shared_language"
    WRONG_INTERPRETER = "wrong_interpreter"
    WRONG_PLACE = "wrong_place"
    WRONG_TABLE = "wrong_table"
    TABLE_CLOSED = "table_closed"
    TABLE_OVERFULL = "table_overfull"
    NO_TIME_TO_WALK = "no_time_to_walk"
    OUT_OF_ORDER = "out_of_order"
    OVER_MAXIMUM = "over_maximum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule: the meeting it shows at, and the person, table, company or meeting it concerns."""

    code: ViolationCode
    meeting: str
    about: str = ""


def validate(*, problem: Problem, assignments: Sequence[Assignment]) -> tuple[Violation, ...]:
    """Return every rule the plan breaks, sorted; empty when it is sound.

    Meetings missing from the plan are not a violation.
    """
    known = {meeting.code: meeting for meeting in problem.meetings}
    sound = [assignment for assignment in assignments if assignment.meeting in known]
    found = [
        Violation(code=ViolationCode.UNKNOWN_MEETING, meeting=assignment.meeting)
        for assignment in assignments
        if assignment.meeting not in known
    ]
    for code, times in Counter(assignment.meeting for assignment in assignments).items():
        if times > 1:
            found.append(Violation(code=ViolationCode.MEETING_TWICE, meeting=code))
    for assignment in sound:
        found += _check_time(problem, known[assignment.meeting], assignment)
        found += _check_team(problem, known[assignment.meeting], assignment)
        found += _check_place(problem, known[assignment.meeting], assignment)
    found += _check_people(problem, known, sound)
    found += _check_tables(problem, known, sound)
    found += _check_walks(problem, known, sound)
    found += _check_order(known, sound)
    found += _check_maxima(problem, known, sound)
    return tuple(sorted(set(found), key=lambda violation: (violation.meeting, violation.code, violation.about)))


def _covered(meeting: Meeting, assignment: Assignment) -> range:
    return range(assignment.slot, assignment.slot + meeting.length)


def _check_time(problem: Problem, meeting: Meeting, assignment: Assignment) -> Iterator[Violation]:
    covered = _covered(meeting, assignment)
    if covered.start < 0 or covered.stop > len(problem.slots):
        yield Violation(code=ViolationCode.OUTSIDE_SLOTS, meeting=meeting.code)
        return
    if len({problem.slots[slot].block for slot in covered}) > 1:
        yield Violation(code=ViolationCode.ACROSS_A_BREAK, meeting=meeting.code)
    if meeting.allowed is not None and not meeting.allowed.issuperset(covered):
        yield Violation(code=ViolationCode.NOT_ALLOWED_THEN, meeting=meeting.code)
    if meeting.fixed is not None and assignment.slot != meeting.fixed:
        yield Violation(code=ViolationCode.NOT_AT_ITS_FIXED_SLOT, meeting=meeting.code)


def _check_team(problem: Problem, meeting: Meeting, assignment: Assignment) -> Iterator[Violation]:
    persons = {person.code: person for person in problem.persons}
    team = [persons.get(code) for code in assignment.persons]
    if len(team) != len(meeting.parties):
        yield Violation(code=ViolationCode.WRONG_PERSON, meeting=meeting.code)
        return
    present: list[Person] = []
    for code, person, party in zip(assignment.persons, team, meeting.parties, strict=True):
        if person is None or person.company != party.company or (party.persons and code not in party.persons):
            yield Violation(code=ViolationCode.WRONG_PERSON, meeting=meeting.code, about=code)
        else:
            present.append(person)
            if person.unavailable.intersection(_covered(meeting, assignment)):
                yield Violation(code=ViolationCode.PERSON_UNAVAILABLE, meeting=meeting.code, about=code)
    yield from _check_languages(problem, meeting, assignment, present)


def _check_languages(
    problem: Problem, meeting: Meeting, assignment: Assignment, present: Sequence[Person]
) -> Iterator[Violation]:
    speakers = [person.languages for person in present if person.languages]
    if assignment.interpreter is None:
        if speakers and not set.intersection(*(set(languages) for languages in speakers)):
            yield Violation(code=ViolationCode.NO_SHARED_LANGUAGE, meeting=meeting.code)
        return
    interpreter = next((one for one in problem.interpreters if one.code == assignment.interpreter), None)
    if interpreter is None or not any(
        all(first in languages or second in languages for languages in speakers) for first, second in interpreter.pairs
    ):
        yield Violation(code=ViolationCode.WRONG_INTERPRETER, meeting=meeting.code, about=assignment.interpreter)
    elif interpreter.unavailable.intersection(_covered(meeting, assignment)):
        yield Violation(code=ViolationCode.PERSON_UNAVAILABLE, meeting=meeting.code, about=interpreter.code)


def _check_place(problem: Problem, meeting: Meeting, assignment: Assignment) -> Iterator[Violation]:
    if not meeting.places:
        if assignment.place is not None or assignment.table is not None:
            yield Violation(code=ViolationCode.WRONG_PLACE, meeting=meeting.code)
        return
    places: Mapping[str, Place] = {place.code: place for place in problem.places}
    place = places.get(assignment.place or "")
    if place is None or place.code not in meeting.places:
        yield Violation(code=ViolationCode.WRONG_PLACE, meeting=meeting.code, about=assignment.place or "")
        return
    table = next((table for table in place.tables if table.code == assignment.table), None)
    if table is None:
        yield Violation(code=ViolationCode.WRONG_TABLE, meeting=meeting.code, about=assignment.table or "")
    elif table.closed.intersection(_covered(meeting, assignment)):
        yield Violation(code=ViolationCode.TABLE_CLOSED, meeting=meeting.code, about=table.code)


def _meetings_of_people(
    known: Mapping[str, Meeting], assignments: Sequence[Assignment]
) -> dict[str, list[tuple[range, Assignment]]]:
    """Return everyone's meetings in order of time, interpreters included."""
    met: dict[str, list[tuple[range, Assignment]]] = {}
    for assignment in sorted(assignments, key=lambda one: (one.slot, one.meeting)):
        helpers = () if assignment.interpreter is None else (assignment.interpreter,)
        for code in (*assignment.persons, *helpers):
            met.setdefault(code, []).append((_covered(known[assignment.meeting], assignment), assignment))
    return met


def _check_people(
    problem: Problem, known: Mapping[str, Meeting], assignments: Sequence[Assignment]
) -> Iterator[Violation]:
    people: dict[str, Person | Interpreter] = {person.code: person for person in problem.persons}
    people |= {interpreter.code: interpreter for interpreter in problem.interpreters}
    for code, met in _meetings_of_people(known, assignments).items():
        busy: set[int] = set()
        per_day: Counter[int] = Counter()
        person = people.get(code)
        for covered, assignment in met:
            if busy.intersection(covered):
                yield Violation(code=ViolationCode.PERSON_TWICE, meeting=assignment.meeting, about=code)
            busy.update(covered)
            if person is None or not 0 <= assignment.slot < len(problem.slots):
                continue
            day = problem.slots[assignment.slot].day
            per_day[day] += 1
            if person.daily_cap is not None and per_day[day] > person.daily_cap:
                yield Violation(code=ViolationCode.OVER_DAILY_CAP, meeting=assignment.meeting, about=code)
        if person is not None and person.longest_run is not None:
            yield from _check_rest(problem, code, person.longest_run, met)


def _check_rest(
    problem: Problem, code: str, longest_run: int, met: Sequence[tuple[range, Assignment]]
) -> Iterator[Violation]:
    """Find the meetings with which a person passes the longest run; a new block starts a new run."""
    run, last = 0, -2
    for covered, assignment in met:
        for slot in covered:
            if not 0 <= slot < len(problem.slots):
                continue
            follows = slot == last + 1 and last >= 0 and problem.slots[slot].block == problem.slots[last].block
            run, last = (run + 1 if follows else 1), slot
            if run > longest_run:
                yield Violation(code=ViolationCode.NO_REST, meeting=assignment.meeting, about=code)


def _check_tables(
    problem: Problem, known: Mapping[str, Meeting], assignments: Sequence[Assignment]
) -> Iterator[Violation]:
    capacity = {table.code: table.capacity for place in problem.places for table in place.tables}
    seated: Counter[tuple[str, int]] = Counter()
    for assignment in sorted(assignments, key=lambda one: one.meeting):
        if assignment.table in capacity:
            for slot in _covered(known[assignment.meeting], assignment):
                seated[assignment.table, slot] += 1
                if seated[assignment.table, slot] > capacity[assignment.table]:
                    code = ViolationCode.TABLE_OVERFULL
                    yield Violation(code=code, meeting=assignment.meeting, about=assignment.table)


def _check_walks(
    problem: Problem, known: Mapping[str, Meeting], assignments: Sequence[Assignment]
) -> Iterator[Violation]:
    halls = {place.code: place.hall for place in problem.places}
    needed = {frozenset(walk.halls): timedelta(minutes=walk.minutes) for walk in problem.walks}
    if not needed:
        return
    for code, met in _meetings_of_people(known, assignments).items():
        in_halls = [
            (covered, one)
            for covered, one in met
            if one.place in halls and covered.start >= 0 and covered.stop <= len(problem.slots)
        ]
        for position, (covered, first) in enumerate(in_halls):
            for later, second in in_halls[position + 1 :]:
                walk = needed.get(frozenset((halls[first.place or ""], halls[second.place or ""])))
                gap = problem.slots[later.start].starts_at - problem.slots[covered.stop - 1].ends_at
                if walk is not None and gap < walk:
                    yield Violation(code=ViolationCode.NO_TIME_TO_WALK, meeting=second.meeting, about=code)


def _check_order(known: Mapping[str, Meeting], assignments: Sequence[Assignment]) -> Iterator[Violation]:
    placed = {assignment.meeting: assignment for assignment in assignments}
    for assignment in assignments:
        for earlier in known[assignment.meeting].after:
            if earlier not in placed or _covered(known[earlier], placed[earlier]).stop > assignment.slot:
                yield Violation(code=ViolationCode.OUT_OF_ORDER, meeting=assignment.meeting, about=earlier)


def _check_maxima(
    problem: Problem, known: Mapping[str, Meeting], assignments: Sequence[Assignment]
) -> Iterator[Violation]:
    maxima = {company.code: company.maximum for company in problem.companies}
    met: Counter[str] = Counter()
    for assignment in sorted(assignments, key=lambda one: one.meeting):
        for party in known[assignment.meeting].parties:
            met[party.company] += 1
            limit = maxima[party.company]
            if limit is not None and met[party.company] > limit:
                yield Violation(code=ViolationCode.OVER_MAXIMUM, meeting=assignment.meeting, about=party.company)
