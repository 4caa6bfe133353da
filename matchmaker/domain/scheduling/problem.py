"""The scheduling problem in plain values: who, where, when, and what is asked for.

Slots are numbered from 0 in order of time; every set of slots below holds such numbers. Codes are the
caller's own and must be unique within their kind; persons and interpreters share one space of codes, because
both are people who can be in one place only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from matchmaker.domain.scheduling.slots import Slot

NO_SLOTS: frozenset[int] = frozenset()
SMALLEST_GROUP, LARGEST_GROUP = 2, 3
MOST_SLOTS_LONG = 8


class ProblemError(ValueError):
    """An input that contradicts itself; `code` names the rule and `params` the offender."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code}: {params}")
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company that meets others.

    `minimum` meetings are sought first for everyone, each worth the policy's bonus; `maximum` is never passed.
    `ladder` gives the extra worth of its first, second, ... meeting and must not rise: with it the first
    meeting of a company with few can outrank the tenth of one with many.
    """

    code: str
    minimum: int = 0
    maximum: int | None = None
    is_hosted: bool = False
    ladder: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A representative: one meeting at a time.

    No languages known means that language is no obstacle. `daily_cap` counts meetings of one day;
    `longest_run` is the number of slots in a row after which one free slot is due.
    """

    code: str
    company: str
    unavailable: frozenset[int] = NO_SLOTS
    languages: frozenset[str] = frozenset()
    daily_cap: int | None = None
    longest_run: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """An interpreter with language pairs, hours, a daily cap and breaks."""

    code: str
    pairs: tuple[tuple[str, str], ...]
    unavailable: frozenset[int] = NO_SLOTS
    daily_cap: int | None = None
    longest_run: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, or a booth's counter: how many meetings fit at once, and when it is closed."""

    code: str
    capacity: int = 1
    closed: frozenset[int] = NO_SLOTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A pool of tables in one hall, or the booth of the exhibitor named as `host`."""

    code: str
    tables: tuple[Table, ...]
    hall: str = ""
    host: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Minutes needed between the end of a meeting in one hall and the start of one in the other, either way."""

    halls: tuple[str, str]
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of a meeting: its company, and the persons who may come; none named means any of its persons."""

    company: str
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting both sides agreed to.

    `places` are alternatives, the preferred one first; none means that no table is needed (online). `allowed`
    limits every slot the meeting covers. `fixed` is the one slot it may start in. `after` names meetings that
    must end before it starts if they take place; a meeting whose predecessor is not placed is not placed.
    """

    code: str
    parties: tuple[Party, ...]
    places: tuple[str, ...] = ()
    weight: int = 1
    length: int = 1
    allowed: frozenset[int] | None = None
    fixed: int | None = None
    after: tuple[str, ...] = ()
    is_must: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the organizer adds to a meeting's own weight, in the same unit."""

    must_bonus: int = 100
    hosted_bonus: int = 5
    minimum_bonus: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything the scheduler may know."""

    slots: tuple[Slot, ...]
    companies: tuple[Company, ...]
    persons: tuple[Person, ...]
    meetings: tuple[Meeting, ...]
    places: tuple[Place, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    walks: tuple[Walk, ...] = ()
    policy: Policy = field(default_factory=Policy)


def check(problem: Problem) -> None:
    """Raise ProblemError at the first contradiction in the input; return nothing when it is sound."""
    _check_unique(problem)
    _check_slots(problem)
    _check_people(problem)
    _check_places(problem)
    _check_meetings(problem)
    _check_order(problem)


def _check_unique(problem: Problem) -> None:
    people: list[Person | Interpreter] = [*problem.persons, *problem.interpreters]
    tables = [table for place in problem.places for table in place.tables]
    for kind, things in (
        ("company", problem.companies),
        ("person", people),
        ("place", problem.places),
        ("table", tables),
        ("meeting", problem.meetings),
    ):
        code = _first_twice([thing.code for thing in things])
        if code is not None:
            raise ProblemError("duplicate_code", kind=kind, value=code)


def _first_twice(codes: Sequence[str]) -> str | None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            return code
        seen.add(code)
    return None


def _check_slots(problem: Problem) -> None:
    for before, after in zip(problem.slots, problem.slots[1:], strict=False):
        if after.starts_at < before.ends_at or after.day < before.day:
            raise ProblemError("slots_out_of_order", value=after.starts_at.isoformat())
    named = [person.unavailable for person in problem.persons]
    named += [interpreter.unavailable for interpreter in problem.interpreters]
    named += [table.closed for place in problem.places for table in place.tables]
    named += [meeting.allowed for meeting in problem.meetings if meeting.allowed is not None]
    named += [frozenset({meeting.fixed}) for meeting in problem.meetings if meeting.fixed is not None]
    count = len(problem.slots)
    for slots in named:
        for slot in slots:
            if not 0 <= slot < count:
                raise ProblemError("unknown_slot", value=slot)


def _check_people(problem: Problem) -> None:
    companies = {company.code for company in problem.companies}
    for person in problem.persons:
        if person.company not in companies:
            raise ProblemError("unknown_company", value=person.company, person=person.code)
    limits: Iterable[Person | Interpreter] = (*problem.persons, *problem.interpreters)
    for limited in limits:
        if (limited.daily_cap is not None and limited.daily_cap < 0) or (
            limited.longest_run is not None and limited.longest_run < 1
        ):
            raise ProblemError("bad_limit", value=limited.code)
    for company in problem.companies:
        falling = all(before >= after for before, after in zip(company.ladder, company.ladder[1:], strict=False))
        if not falling or min(company.ladder, default=0) < 0:
            raise ProblemError("rising_ladder", value=company.code)
        if company.minimum < 0 or (company.maximum is not None and company.maximum < company.minimum):
            raise ProblemError("bad_limit", value=company.code)


def _check_places(problem: Problem) -> None:
    companies = {company.code for company in problem.companies}
    for place in problem.places:
        if place.host is not None and place.host not in companies:
            raise ProblemError("unknown_company", value=place.host, place=place.code)
        for table in place.tables:
            if table.capacity < 0:
                raise ProblemError("bad_limit", value=table.code)


def _check_meetings(problem: Problem) -> None:
    companies = {company.code for company in problem.companies}
    company_of = {person.code: person.company for person in problem.persons}
    hosts = {place.code: place.host for place in problem.places}
    codes = {meeting.code for meeting in problem.meetings}
    for meeting in problem.meetings:
        sides = [party.company for party in meeting.parties]
        if not SMALLEST_GROUP <= len(sides) <= LARGEST_GROUP or len(set(sides)) != len(sides):
            raise ProblemError("bad_parties", value=meeting.code)
        if not set(sides) <= companies:
            raise ProblemError("unknown_company", value=meeting.code)
        for party in meeting.parties:
            if any(company_of.get(person) != party.company for person in party.persons):
                raise ProblemError("person_of_another_company", value=meeting.code)
        for place in meeting.places:
            if place not in hosts or hosts[place] not in {None, *sides}:
                raise ProblemError("bad_place", value=meeting.code, place=place)
        if meeting.code in meeting.after or not codes.issuperset(meeting.after):
            raise ProblemError("unknown_meeting", value=meeting.code)
        if meeting.weight < 1 or not 1 <= meeting.length <= MOST_SLOTS_LONG:
            raise ProblemError("bad_weight_or_length", value=meeting.code)


def _check_order(problem: Problem) -> None:
    """Refuse meetings that wait for each other in a circle: peel off those that wait for nobody left."""
    waits = {meeting.code: set(meeting.after) for meeting in problem.meetings if meeting.after}
    while waits:
        ready = [code for code, earlier in waits.items() if not earlier & waits.keys()]
        if not ready:
            raise ProblemError("precedence_circle", value=min(waits))
        for code in ready:
            del waits[code]
