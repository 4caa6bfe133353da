from dataclasses import replace

import pytest

from matchmaker.domain.scheduling import Changes, Freeze, Options, Person, changes_between, solve, validate
from tests.domain.scheduling.fairs import bipartite, fair, grid, meeting, pool, seated


def published():
    problem = bipartite(seed=6, buyers=8, sellers=8, meetings=40, slots=7, tables=7)
    return problem, solve(problem=problem).assignments


@pytest.mark.parametrize("freeze", [Freeze.ALL, Freeze.SOFT])
def test_with_nothing_new_the_plan_stays_as_it_is(freeze):
    problem, plan = published()
    result = solve(problem=problem, previous=plan, options=Options(freeze=freeze))
    assert result.assignments == plan
    assert result.changes == Changes()
    assert result.metrics.moved == 0


def test_new_meetings_are_added_around_a_frozen_plan():
    problem, plan = published()
    met = {frozenset(party.company for party in one.parties) for one in problem.meetings}
    pair = next((b, s) for b in ("b0", "b1", "b2") for s in ("s0", "s1", "s2") if frozenset((b, s)) not in met)
    more = replace(problem, meetings=(*problem.meetings, meeting("new", *pair)))
    result = solve(problem=more, previous=plan)
    assert result.assignments[: len(plan)] == plan
    assert result.changes in (Changes(), Changes(added=("new",)))


def test_a_meeting_whose_person_withdraws_is_placed_anew_and_reported():
    problem = fair(meeting("m1", "a", "b"), meeting("m2", "c", "d"))
    plan = (seated("m1", 0, "a.1", "b.1"), seated("m2", 0, "c.1", "d.1", table="pool-1"))
    away = replace(
        problem,
        persons=tuple(
            replace(person, unavailable=frozenset({0, 1, 2})) if person.code == "a.1" else person
            for person in problem.persons
        ),
    )
    result = solve(problem=away, previous=plan)
    assert [(one.meeting, one.slot) for one in result.assignments] == [("m1", 3), ("m2", 0)]
    assert result.changes == Changes(moved=("m1",))


def test_frozen_meetings_never_move_in_any_mode():
    problem, plan = published()
    frozen = frozenset(one.meeting for one in plan[::3])
    kept = [one for one in plan if one.meeting in frozen]
    for freeze in Freeze:
        result = solve(problem=problem, previous=plan, options=Options(freeze=freeze, frozen=frozen, seed=99))
        assert [one for one in result.assignments if one.meeting in frozen] == kept
        assert validate(problem=problem, assignments=result.assignments) == ()


def test_soft_moves_only_what_a_better_plan_needs():
    """The new meeting fits only if the published one gives way; frozen, it may not."""
    busy = Person(code="c.1", company="c", unavailable=frozenset({1}))
    problem = fair(
        meeting("old", "a", "b"),
        meeting("new", "a", "c", weight=3),
        slots=grid(slots=2),
        places=[pool(1)],
        persons=[busy],
    )
    plan = (seated("old", 0, "a.1", "b.1"),)
    soft = solve(problem=problem, previous=plan, options=Options(freeze=Freeze.SOFT))
    hard = solve(problem=problem, previous=plan)
    assert soft.changes == Changes(moved=("old",), added=("new",))
    assert hard.changes == Changes()
    assert [one.meeting for one in hard.unscheduled] == ["new"]


def test_the_moves_reported_are_those_of_the_difference():
    problem, plan = published()
    fewer = replace(problem, slots=grid(slots=6), meetings=problem.meetings[5:])
    left = tuple(one for one in plan if one.slot < 6)
    result = solve(problem=fewer, previous=left, options=Options(freeze=Freeze.SOFT))
    assert result.changes == changes_between(before=left, after=result.assignments)
    assert result.metrics.moved == len(result.changes.moved)
    assert set(result.changes.dropped) >= {one.meeting for one in left} & {one.code for one in problem.meetings[:5]}


def test_a_table_that_is_gone_is_replaced():
    problem = fair(meeting("m", "a", "b"))
    result = solve(problem=problem, previous=(seated("m", 2, "a.1", "b.1", table="gone"),))
    assert result.assignments == (seated("m", 2, "a.1", "b.1"),)
    assert result.changes == Changes(moved=("m",))
