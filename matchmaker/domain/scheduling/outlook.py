"""What would make room for more: how many meetings any plan can place, and how many with one more of something.

Both are counted in meetings, whatever each is worth, and both are proved: the bound of `bound.py` over the problem in
which every meeting is worth one and none is tied to its place. Beside it stands how many more meetings a plan was
found to place, going out from the plan there is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

from matchmaker.domain.scheduling.additions import Addition, with_interpreter, with_person, with_slot, with_table
from matchmaker.domain.scheduling.bound import Relaxation, relax
from matchmaker.domain.scheduling.index import Index
from matchmaker.domain.scheduling.plan import Freeze, Options, ReasonCode, Report, Result, silent
from matchmaker.domain.scheduling.problem import Meeting, Policy, Problem
from matchmaker.domain.scheduling.solve import solve

# Beyond this a plan for each addition takes longer than an organizer waits; the bounds still take seconds.
MOST_MEETINGS_SOLVED = 5000
CANDIDATES = 5
ROUNDS = 3


class AdditionKind(StrEnum):
    """Of what there could be one more."""

    TABLE = "table"
    SLOT = "slot"
    PERSON = "person"
    INTERPRETER = "interpreter"


SHOWN = {AdditionKind.TABLE: 1, AdditionKind.SLOT: 1, AdditionKind.PERSON: 2, AdditionKind.INTERPRETER: 1}
SHORT_OF_TIME = frozenset({ReasonCode.OVERBOOKED, ReasonCode.NO_COMMON_SLOT})
SHORT_OF_INTERPRETERS = frozenset({ReasonCode.NO_INTERPRETER, ReasonCode.INTERPRETERS_FULL})


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """One more of something, and how many more meetings than the plan has it makes room for.

    `codes` are the place of a table, the number of the day that gets a slot at its end, the company of a person, or
    the two languages of an interpreter. `found` more were placed in a plan, None where none was sought; no plan at all
    places more than `most` more.
    """

    kind: AdditionKind
    codes: tuple[str, ...]
    found: int | None
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How many meetings any plan can place as things are, and what one more of something would change."""

    most: int
    more: tuple[More, ...] = ()


def counted(problem: Problem) -> Problem:
    """Return the problem in which each meeting is worth one and none is tied to its slot: weight counts meetings."""
    return replace(
        problem,
        companies=tuple(replace(one, minimum=0, ladder=(), is_hosted=False) for one in problem.companies),
        meetings=tuple(replace(one, weight=1, is_must=False, fixed=None) for one in problem.meetings),
        policy=Policy(must_bonus=0, hosted_bonus=0, minimum_bonus=0),
    )


def most_meetings(problem: Problem) -> Relaxation:
    """Return the proof of how many meetings any plan can place; `verify` checks it against `counted(problem)`."""
    return relax(Index(counted(problem)))


def outlook(
    *, problem: Problem, result: Result, seed: int, frozen: frozenset[str] = frozenset(), report: Report = silent
) -> Outlook:
    """Return what would make room for more than a plan has, without additions that are proved to change nothing."""
    most = most_meetings(problem).bound
    if not result.unscheduled:
        return Outlook(most=most)
    search = _Search(problem, result, Options(seed=seed, freeze=Freeze.SOFT, frozen=frozen, rounds=ROUNDS), report)
    return Outlook(most=most, more=tuple(one for kind in AdditionKind for one in search.best(kind, beyond=most)))


class _Search:
    """Tries additions of each kind: first by their bounds, and the best of them with a plan."""

    def __init__(self, problem: Problem, result: Result, options: Options, report: Report) -> None:
        self._problem, self._plan, self._report = problem, result.assignments, report
        self._options = replace(options, anneal_moves=0)
        meetings = {meeting.code: meeting for meeting in problem.meetings}
        self._left = [(meetings[miss.meeting], miss.reason) for miss in result.unscheduled]

    def best(self, kind: AdditionKind, *, beyond: int) -> list[More]:
        """Return the additions of a kind that raise the bound most, with what a plan then places."""
        tried: list[tuple[int, tuple[str, ...], Addition]] = []
        for codes in self._candidates(kind):
            added = self._add(kind, codes)
            bound = most_meetings(added.problem).bound if added else 0
            if added and bound > beyond:
                tried.append((bound, codes, added))
        tried.sort(key=lambda one: -one[0])
        return [
            More(kind=kind, codes=codes, found=self._found(added), most=bound - len(self._plan))
            for bound, codes, added in tried[: SHOWN[kind]]
        ]

    def _found(self, added: Addition) -> int | None:
        if len(self._problem.meetings) > MOST_MEETINGS_SOLVED:
            return None
        result = solve(
            problem=added.problem,
            previous=added.moved(self._plan) or None,
            options=self._options,
            report=self._report,
        )
        return max(0, result.metrics.scheduled - len(self._plan))

    def _candidates(self, kind: AdditionKind) -> list[tuple[str, ...]]:
        """Return what is worth trying, most wanted first: what the meetings without a place are short of."""
        looks: dict[AdditionKind, Callable[[], Iterable[tuple[str, ...]]]] = {
            AdditionKind.TABLE: self._halls,
            AdditionKind.SLOT: lambda: ((str(day),) for day in sorted({slot.day for slot in self._problem.slots})),
            AdditionKind.PERSON: self._companies,
            AdditionKind.INTERPRETER: self._languages,
        }
        return list(looks[kind]())[:CANDIDATES]

    def _add(self, kind: AdditionKind, codes: Sequence[str]) -> Addition | None:
        if kind is AdditionKind.TABLE:
            return with_table(self._problem, place=codes[0])
        if kind is AdditionKind.SLOT:
            return with_slot(self._problem, day=int(codes[0]))
        if kind is AdditionKind.PERSON:
            return with_person(self._problem, company=codes[0])
        return with_interpreter(self._problem, pair=(codes[0], codes[1]))

    def _halls(self) -> list[tuple[str, ...]]:
        halls = {place.code for place in self._problem.places if place.host is None}
        wanted = Counter(code for meeting, _reason in self._left for code in meeting.places if code in halls)
        return _by_count(Counter({(code,): count for code, count in wanted.items()}))

    def _companies(self) -> list[tuple[str, ...]]:
        short = [meeting for meeting, reason in self._left if reason in SHORT_OF_TIME]
        return _by_count(Counter((party.company,) for meeting in short for party in meeting.parties))

    def _languages(self) -> list[tuple[str, ...]]:
        short = [meeting for meeting, reason in self._left if reason in SHORT_OF_INTERPRETERS]
        return _by_count(Counter(pair for meeting in short for pair in self._pairs(meeting)))

    def _pairs(self, meeting: Meeting) -> set[tuple[str, ...]]:
        first, *others = [self._spoken(party.company) for party in meeting.parties]
        return {tuple(sorted(pair)) for other in others for pair in product(first, other) if pair[0] != pair[1]}

    def _spoken(self, company: str) -> set[str]:
        return {
            language for person in self._problem.persons if person.company == company for language in person.languages
        }


def _by_count(wanted: Counter[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return sorted(wanted, key=lambda codes: (-wanted[codes], codes))
