"""A problem with one more of something: a table, a slot at the end of a day, a person, an interpreter."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from matchmaker.domain.scheduling.plan import Assignment
from matchmaker.domain.scheduling.problem import Interpreter, Meeting, Person, Problem, Table

# No caller's code looks like this, so that nothing is there twice.
NEW = "+1"


@dataclass(frozen=True, slots=True)
class Addition:
    """The problem with what was added. Slots from number `later` on stand one further on than before."""

    problem: Problem
    later: int | None = None

    def moved(self, plan: Iterable[Assignment]) -> tuple[Assignment, ...]:
        """Return a plan for the old problem with the slot numbers of the new one."""
        return tuple(replace(one, slot=_shifted(one.slot, self.later)) for one in plan)


def with_table(problem: Problem, *, place: str) -> Addition:
    """Add a table to a place, open whenever any of its tables is."""

    def added(tables: tuple[Table, ...]) -> tuple[Table, ...]:
        closed = frozenset.intersection(*(table.closed for table in tables)) if tables else frozenset[int]()
        return (*tables, Table(code=NEW, closed=closed))

    places = (replace(one, tables=added(one.tables)) if one.code == place else one for one in problem.places)
    return Addition(replace(problem, places=tuple(places)))


def with_person(problem: Problem, *, company: str) -> Addition:
    """Add a representative who is always there and speaks what the others of the company speak."""
    languages = frozenset[str]().union(*(one.languages for one in problem.persons if one.company == company))
    return Addition(
        replace(problem, persons=(*problem.persons, Person(code=NEW, company=company, languages=languages)))
    )


def with_interpreter(problem: Problem, *, pair: tuple[str, str]) -> Addition:
    """Add an interpreter for two languages who is always there."""
    return Addition(replace(problem, interpreters=(*problem.interpreters, Interpreter(code=NEW, pairs=(pair,)))))


def with_slot(problem: Problem, *, day: int) -> Addition | None:
    """Add a slot after the last one of a day, for everyone and everything that is there in that one.

    None when the day has no slot, or the next slot begins before this one would end.
    """
    numbers = [number for number, slot in enumerate(problem.slots) if slot.day == day]
    if not numbers:
        return None
    last = numbers[-1]
    slot, before = problem.slots[last], problem.slots[last - 1] if last else None
    is_unbroken = before is not None and before.block == slot.block
    pause = slot.starts_at - before.ends_at if before is not None and is_unbroken else timedelta()
    starts_at = slot.ends_at + pause
    new = replace(slot, starts_at=starts_at, ends_at=starts_at + (slot.ends_at - slot.starts_at))
    later = last + 1
    if later < len(problem.slots) and problem.slots[later].starts_at < new.ends_at:
        return None
    grown = replace(
        problem,
        slots=(*problem.slots[:later], new, *problem.slots[later:]),
        persons=tuple(replace(one, unavailable=_grown(one.unavailable, later)) for one in problem.persons),
        interpreters=tuple(replace(one, unavailable=_grown(one.unavailable, later)) for one in problem.interpreters),
        places=tuple(
            replace(one, tables=tuple(replace(table, closed=_grown(table.closed, later)) for table in one.tables))
            for one in problem.places
        ),
        meetings=tuple(_in_grown_grid(one, later) for one in problem.meetings),
    )
    return Addition(grown, later)


def _in_grown_grid(meeting: Meeting, later: int) -> Meeting:
    return replace(
        meeting,
        allowed=None if meeting.allowed is None else _grown(meeting.allowed, later),
        fixed=None if meeting.fixed is None else _shifted(meeting.fixed, later),
    )


def _grown(slots: frozenset[int], later: int) -> frozenset[int]:
    """A set of slots in the grid with one more at `later`, which is like the slot before it."""
    like_before = {later} if later - 1 in slots else frozenset[int]()
    return frozenset(_shifted(slot, later) for slot in slots) | like_before


def _shifted(slot: int, later: int | None) -> int:
    return slot + 1 if later is not None and slot >= later else slot
