"""One more table, slot, person or interpreter: what a plan then places, and what no plan can pass."""

import pytest

from matchmaker.domain.scheduling import Person, solve, validate, verify
from matchmaker.domain.scheduling.additions import with_slot
from matchmaker.domain.scheduling.outlook import AdditionKind, More, counted, most_meetings, outlook
from matchmaker.domain.scheduling.plan import Options
from tests.domain.scheduling.fairs import bipartite, fair, grid, meeting, pool, rich

QUICK = Options(anneal_moves=0)


def outlook_of(problem):
    return outlook(problem=problem, result=solve(problem=problem, options=QUICK), seed=7)


def more(kind, *codes, found, most):
    return More(kind=kind, codes=codes, found=found, most=most)


def test_a_full_hall_gains_a_meeting_for_each_seat_that_is_added():
    pairs = [meeting(f"m{n}", f"a{n}", f"b{n}") for n in range(6)]
    found = outlook_of(fair(*pairs, slots=grid(slots=2), places=[pool(2)]))
    assert found.most == 4
    assert found.more == (
        more(AdditionKind.TABLE, "pool", found=2, most=2),
        more(AdditionKind.SLOT, "0", found=2, most=2),
    )


def test_a_company_asked_too_often_gains_by_a_slot_and_more_by_a_person():
    asked = [meeting(f"m{n}", "busy", f"b{n}") for n in range(7)]
    found = outlook_of(fair(*asked, slots=grid(slots=4)))
    assert found.most == 4
    assert found.more == (
        more(AdditionKind.SLOT, "0", found=1, most=1),
        more(AdditionKind.PERSON, "busy", found=3, most=3),
    )


def test_people_without_a_common_language_gain_by_an_interpreter():
    people = [
        Person(code="a.1", company="a", languages=frozenset({"vi"})),
        Person(code="b.1", company="b", languages=frozenset({"ko"})),
    ]
    found = outlook_of(fair(meeting("m", "a", "b"), persons=people))
    assert found.more == (more(AdditionKind.INTERPRETER, "ko", "vi", found=1, most=1),)


def test_what_nothing_can_help_promises_nothing():
    found = outlook_of(fair(meeting("m", "a", "b", allowed=frozenset())))
    assert (found.most, found.more) == (0, ())


def test_the_best_of_several_days_is_named():
    asked = [meeting(f"m{n}", "busy", f"b{n}", allowed=frozenset({2, 3})) for n in range(4)]
    found = outlook_of(fair(*asked, slots=grid(days=2, slots=2)))
    assert found.most == 2
    assert found.more[0] == more(AdditionKind.SLOT, "1", found=1, most=1)


def test_a_complete_plan_needs_only_its_bound():
    found = outlook_of(fair(meeting("m1", "a", "b"), meeting("m2", "c", "d")))
    assert (found.most, found.more) == (2, ())


@pytest.mark.parametrize("seed", range(4))
def test_with_every_rule_at_once_no_plan_passes_what_is_proved(seed):
    problem = rich(seed)
    result = solve(problem=problem, options=QUICK)
    proof = most_meetings(problem)
    assert verify(problem=counted(problem), certificate=proof.certificate) == proof.bound >= len(result.assignments)
    found = outlook(problem=problem, result=result, seed=7)
    assert found == outlook(problem=problem, result=result, seed=7)
    assert all(one.found is not None and one.found <= one.most for one in found.more)


def test_counting_meetings_is_not_counting_worth():
    problem = bipartite(seed=3, buyers=4, sellers=4, meetings=12, slots=3, tables=2)
    assert most_meetings(problem).bound <= 6 < solve(problem=problem, options=QUICK).bound


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_stays_sound_when_a_day_gets_another_slot(seed):
    problem = rich(seed)
    plan = solve(problem=problem, options=QUICK).assignments
    for day in (0, 1):
        added = with_slot(problem, day=day)
        assert added is not None
        assert len(added.problem.slots) == len(problem.slots) + 1
        assert validate(problem=added.problem, assignments=added.moved(plan)) == validate(
            problem=problem, assignments=plan
        )


def test_a_slot_that_would_run_into_the_next_is_not_added():
    morning, evening = grid(slots=1), grid(days=2, slots=1)[1:]
    close = tuple(
        type(slot)(starts_at=morning[0].ends_at, ends_at=morning[0].ends_at, day=1, session="", block=1)
        for slot in evening
    )
    problem = fair(meeting("m", "a", "b"), slots=(*morning, *close))
    assert with_slot(problem, day=0) is None
    assert with_slot(problem, day=5) is None
