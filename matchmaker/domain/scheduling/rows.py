"""The rows of the aggregated b-matching programme: limits that every plan keeps, whatever its times.

Each row says: the slots (or meetings) that some meetings use together are at most a capacity. They follow from
adding up, over all slots, what a person, table or interpreter can do; so the optimum over the rows bounds every
plan. A row is named by its kind and the codes it is made of:

- people: meetings that can only be met by these persons or interpreters use at most their bookable slots;
- places: meetings that can only sit in these places use at most their seats, summed over slots;
- maximum: a company's meetings are at most its maximum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.domain.scheduling.index import UNLIMITED, Index
from matchmaker.domain.scheduling.timeline import bits

Key = tuple[str, tuple[str, ...]]


class RowKind(StrEnum):
    """What a row counts."""

    PEOPLE = "people"
    INTERPRETERS = "interpreters"
    PLACES = "places"
    MAXIMUM = "maximum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One limit: the sum of `uses` over the meetings that take place is at most `capacity`."""

    key: Key
    capacity: int
    uses: tuple[tuple[int, int], ...]


def rows_of(index: Index) -> list[Row]:
    """Return all rows that can bind, sorted by name; meetings that are impossible from the start take no part."""
    possible = [number for number in range(len(index.lengths)) if index.is_possible(number)]
    made = [*_people_rows(index, possible), *_interpreter_rows(index, possible)]
    made += [*_place_rows(index, possible), *_maximum_rows(index, possible)]
    return sorted((row for row in made if sum(use for _, use in row.uses) > row.capacity), key=lambda row: row.key)


def _people_rows(index: Index, possible: Sequence[int]) -> list[Row]:
    """One row for each company's staff, and one for each smaller set of persons that some meeting names."""
    wanted: dict[tuple[int, ...], dict[tuple[int, ...], list[int]]] = {}
    whole = {company: tuple(staff) for company, staff in index.staff.items()}
    for number in possible:
        for party in index.problem.meetings[number].parties:
            named = tuple(sorted(index.person_number[code] for code in party.persons)) or whole[party.company]
            wanted.setdefault(whole[party.company], {}).setdefault(named, []).append(number)
    made: list[Row] = []
    for staff, by_group in wanted.items():
        for group in {staff, *by_group}:
            inside = [number for named, numbers in by_group.items() if set(named) <= set(group) for number in numbers]
            made.append(_row(index, RowKind.PEOPLE, group, inside))
    return made


def _interpreter_rows(index: Index, possible: Sequence[int]) -> list[Row]:
    """One row for each set of interpreters that some meeting depends on."""
    by_group: dict[tuple[int, ...], list[int]] = {}
    if index.problem.interpreters:
        for number in possible:
            helpers = {team[-1] for team in index.teams[number]}
            if not index.is_truncated[number] and all(helper >= index.person_count for helper in helpers):
                by_group.setdefault(tuple(sorted(helpers)), []).append(number)
    made: list[Row] = []
    for group in by_group:
        inside = [number for named, numbers in by_group.items() if set(named) <= set(group) for number in numbers]
        made.append(_row(index, RowKind.INTERPRETERS, group, inside))
    return made


def _place_rows(index: Index, possible: Sequence[int]) -> list[Row]:
    by_group: dict[tuple[int, ...], list[int]] = {}
    for number in possible:
        if index.where[number] != (index.nowhere,):
            by_group.setdefault(tuple(sorted(index.where[number])), []).append(number)
    groups = set(by_group)
    if len(groups) > 1:
        groups.add(tuple(range(index.nowhere)))
    made: list[Row] = []
    for group in groups:
        inside = sorted(n for named, numbers in by_group.items() if set(named) <= set(group) for n in numbers)
        made.append(
            Row(
                key=(RowKind.PLACES.value, tuple(index.problem.places[place].code for place in group)),
                capacity=sum(index.seats[place][slot] for slot in bits(_wanted(index, inside)) for place in group),
                uses=tuple((number, index.lengths[number]) for number in inside),
            )
        )
    return made


def _maximum_rows(index: Index, possible: Sequence[int]) -> list[Row]:
    met: dict[int, list[int]] = {}
    for number in possible:
        for company in index.sides[number]:
            if index.maxima[company] < UNLIMITED:
                met.setdefault(company, []).append(number)
    return [
        Row(
            key=(RowKind.MAXIMUM.value, (index.problem.companies[company].code,)),
            capacity=index.maxima[company],
            uses=tuple((number, 1) for number in numbers),
        )
        for company, numbers in met.items()
    ]


def _row(index: Index, kind: RowKind, group: Iterable[int], meetings: Iterable[int]) -> Row:
    people, inside = sorted(group), sorted(meetings)
    by_meetings = all(index.lengths[number] == 1 for number in inside)
    wanted = _wanted(index, inside)
    return Row(
        key=(kind.value, tuple(sorted(index.people[person] for person in people))),
        capacity=sum(bookable(index, person, by_meetings=by_meetings, wanted=wanted) for person in people),
        uses=tuple((number, index.lengths[number]) for number in inside),
    )


def _wanted(index: Index, meetings: Iterable[int]) -> int:
    """Return the slots that any of some meetings may cover by its own window: the others are of no use to them."""
    mask = 0
    for number in meetings:
        for later in range(index.lengths[number]):
            mask |= index.starts[number] << later
    return mask


def bookable(index: Index, person: int, *, by_meetings: bool = True, wanted: int | None = None) -> int:
    """Return how many slots a person can be booked in, of those that are wanted if not of all.

    The daily cap counts meetings, so it limits slots only where every meeting is one slot long. A longest run
    of k costs a stretch of n available slots n // (k + 1) of them.
    """
    cap, run = index.daily_caps[person], index.longest_runs[person]
    total = 0
    for day in index.timeline.day_masks:
        free = index.available[person] & day if wanted is None else index.available[person] & day & wanted
        slots = free.bit_count()
        if run is not None:
            slots -= sum(stretch // (run + 1) for stretch in _stretches(free, index.timeline.joined))
        total += min(slots, cap) if cap is not None and by_meetings else slots
    return total


def _stretches(mask: int, joined: int) -> list[int]:
    """Return the lengths of the unbroken stretches of a mask."""
    lengths: list[int] = []
    before = -2
    for slot in bits(mask):
        if slot == before + 1 and joined >> before & 1:
            lengths[-1] += 1
        else:
            lengths.append(1)
        before = slot
    return lengths
