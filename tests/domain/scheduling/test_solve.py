from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.domain.scheduling import (
    Assignment,
    Company,
    Interpreter,
    Options,
    Party,
    Person,
    Place,
    Policy,
    Progress,
    Stage,
    Table,
    Walk,
    solve,
    validate,
)
from tests.domain.scheduling.fairs import bipartite, fair, grid, meeting, pool, rich


def slots_of_plan(result):
    return {one.meeting: one.slot for one in result.assignments}


def test_two_companies_meet_at_a_table():
    result = solve(problem=fair(meeting("m", "a", "b"), slots=grid(slots=1)))
    assert result.assignments == (
        Assignment(meeting="m", slot=0, persons=("a.1", "b.1"), place="pool", table="pool-0"),
    )
    assert (result.unscheduled, result.bound, result.metrics.share) == ((), 1, 1.0)


def test_an_empty_fair_has_an_empty_plan():
    result = solve(problem=fair())
    assert (result.assignments, result.unscheduled, result.bound, result.metrics.share) == ((), (), 0, 1.0)


def test_an_online_meeting_needs_no_table():
    result = solve(problem=fair(meeting("m", "a", "b", places=()), places=[], slots=grid(slots=1)))
    assert result.assignments == (Assignment(meeting="m", slot=0, persons=("a.1", "b.1")),)


def test_two_representatives_meet_in_parallel():
    persons = [Person(code="a.1", company="a"), Person(code="a.2", company="a")]
    result = solve(problem=fair(meeting("m1", "a", "b"), meeting("m2", "a", "c"), slots=grid(slots=1), persons=persons))
    assert sorted(one.persons[0] for one in result.assignments) == ["a.1", "a.2"]


def test_a_party_sends_only_the_persons_it_names():
    persons = [Person(code="a.1", company="a"), Person(code="a.2", company="a")]
    named = replace(meeting("m", "a", "b"), parties=(Party(company="a", persons=("a.2",)), Party(company="b")))
    assert solve(problem=fair(named, persons=persons)).assignments[0].persons == ("a.2", "b.1")


def test_three_parties_meet_when_all_are_free():
    persons = [
        Person(code=f"{code}.1", company=code, unavailable=frozenset(range(4)) - {slot, 2})
        for code, slot in (("a", 0), ("b", 1), ("c", 3))
    ]
    result = solve(problem=fair(meeting("m", "a", "b", "c"), persons=persons))
    assert [(one.slot, one.persons) for one in result.assignments] == [(2, ("a.1", "b.1", "c.1"))]


def test_a_long_meeting_stays_within_one_block_and_at_one_table():
    open_late = Table(code="t", closed=frozenset({0, 2}))
    long = meeting("m", "a", "b", length=2)
    problem = fair(long, slots=grid(days=2, slots=3), places=[Place(code="pool", tables=(open_late,))])
    assert slots_of_plan(solve(problem=problem)) in ({"m": 3}, {"m": 4})


def test_windows_fixed_slots_and_order_are_kept():
    asked = (
        meeting("late", "a", "b", after=("early",)),
        meeting("early", "a", "c", allowed=frozenset({1, 2})),
        meeting("fixed", "a", "d", fixed=1),
    )
    assert slots_of_plan(solve(problem=fair(*asked))) == {"fixed": 1, "early": 2, "late": 3}


def test_walking_between_halls_takes_its_time():
    asked = (meeting("m1", "a", "b", fixed=0), meeting("m2", "a", "c", places=("annex",)))
    problem = fair(
        *asked,
        slots=grid(slots=3),
        places=[pool(1, hall="A"), pool(1, code="annex", hall="B")],
        walks=[Walk(halls=("A", "B"), minutes=6)],
    )
    assert slots_of_plan(solve(problem=problem)) == {"m1": 0, "m2": 2}


def test_a_daily_cap_and_a_longest_run_leave_pauses():
    asked = [meeting(f"m{n}", "a", f"s{n}") for n in range(6)]
    capped = [Person(code="a.1", company="a", daily_cap=2)]
    resting = [Person(code="a.1", company="a", longest_run=1)]
    by_cap = solve(problem=fair(*asked, persons=capped, slots=grid(days=2)))
    by_run = solve(problem=fair(*asked, persons=resting))
    assert (by_cap.metrics.scheduled, by_cap.bound) == (4, 4)
    assert (by_run.metrics.scheduled, by_run.bound) == (2, 2)


def test_an_interpreter_is_booked_once_a_slot_and_only_with_the_right_pair():
    asked = (meeting("m1", "vn1", "fr1"), meeting("m2", "vn2", "fr2"), meeting("m3", "vn1", "vn2"))
    persons = [
        Person(code=f"{code}.1", company=code, languages=frozenset({code[:2]})) for code in ("vn1", "vn2", "fr1", "fr2")
    ]
    interpreters = [
        Interpreter(code="ja", pairs=(("vn", "ja"),)),
        Interpreter(code="fr", pairs=(("vn", "fr"),), unavailable=frozenset({0, 3})),
    ]
    result = solve(problem=fair(*asked, persons=persons, interpreters=interpreters))
    booked = {one.meeting: one.interpreter for one in result.assignments}
    assert booked == {"m1": "fr", "m2": "fr", "m3": None}
    assert {one.slot for one in result.assignments if one.interpreter} == {1, 2}


def test_exhibitors_meet_at_their_own_booth_as_far_as_it_holds():
    booth = Place(code="booth", host="s", tables=(Table(code="counter", capacity=2),))
    persons = [Person(code=f"s.{n}", company="s") for n in range(3)]
    asked = [meeting(f"m{n}", f"b{n}", "s", places=("booth",)) for n in range(3)]
    result = solve(problem=fair(*asked, persons=persons, places=[booth], slots=grid(slots=1)))
    assert [one.table for one in result.assignments] == ["counter", "counter"]


def test_a_second_place_takes_what_the_first_cannot():
    asked = [meeting(f"m{n}", f"b{n}", f"s{n}", places=("pool", "annex")) for n in range(3)]
    result = solve(problem=fair(*asked, places=[pool(2), pool(1, code="annex")], slots=grid(slots=1)))
    assert sorted(one.place for one in result.assignments) == ["annex", "pool", "pool"]


def test_must_meets_and_hosted_buyers_come_first():
    asked = (
        meeting("rich", "a", "x", weight=9),
        meeting("hosted", "h", "x", weight=5),
        meeting("must", "b", "x", is_must=True),
    )
    hosted = [Company(code="h", is_hosted=True)]
    kept = [
        {one.meeting for one in solve(problem=fair(*asked, slots=grid(slots=n), companies=hosted)).assignments}
        for n in (1, 2, 3)
    ]
    assert kept == [{"must"}, {"must", "hosted"}, {"must", "hosted", "rich"}]


def test_a_company_never_passes_its_maximum_and_keeps_its_best():
    asked = [meeting(f"m{n}", "a", f"s{n}", weight=n + 1) for n in range(4)]
    result = solve(problem=fair(*asked, companies=[Company(code="a", maximum=2)]))
    assert set(slots_of_plan(result)) == {"m2", "m3"}
    assert (result.metrics.weight, result.bound) == (7, 7)


def test_a_ladder_shares_meetings_out():
    asked = [meeting(f"m{n}", "a", f"s{n}", weight=3) for n in range(2)]
    asked += [meeting("n0", "b", "s0", weight=2)]
    ladder = [Company(code=code, ladder=(4, 0)) for code in ("a", "b")]
    problem = fair(*asked, slots=grid(slots=2), places=[pool(1)], companies=ladder, policy=Policy())
    result = solve(problem=problem)
    assert "n0" in slots_of_plan(result)
    assert result.metrics.weight == result.bound == 13


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_without_obstacles_every_meeting_is_scheduled(seed):
    """König: a bipartite graph needs no more slots than its busiest company has meetings."""
    problem = bipartite(seed=seed, buyers=6, sellers=6, meetings=24, slots=6, tables=6)
    result = solve(problem=problem, options=Options(anneal_moves=200))
    assert result.unscheduled == ()


def test_waiting_is_annealed_away_while_tables_are_to_be_had():
    problem = bipartite(seed=4, buyers=12, sellers=12, meetings=90, slots=8, days=2, tables=10, forbidden=0.1)
    result = solve(problem=problem)
    by_stage = {step.stage: step.idle for step in result.trace}
    assert by_stage[Stage.CONSTRUCT] >= by_stage[Stage.IMPROVE] == result.metrics.idle == 0
    assert result.metrics.share == 1.0


@pytest.mark.parametrize("seed", range(8))
def test_a_plan_with_every_rule_at_once_is_sound(seed):
    problem = rich(seed)
    result = solve(problem=problem, options=Options(seed=seed, anneal_moves=1000, polish_rounds=seed % 2))
    assert validate(problem=problem, assignments=result.assignments) == ()
    placed = {one.meeting for one in result.assignments}
    assert placed.isdisjoint(one.meeting for one in result.unscheduled)
    assert len(placed) + len(result.unscheduled) == len(problem.meetings)


def test_the_same_seed_gives_the_same_plan():
    options = Options(seed=3, anneal_moves=500, polish_rounds=1)
    assert solve(problem=rich(1), options=options) == solve(problem=rich(1), options=options)


def test_progress_is_reported_and_may_stop_the_run():
    heard = []
    solve(problem=bipartite(seed=1, buyers=3, sellers=3, meetings=6, slots=3, tables=3), report=heard.append)
    assert heard[0] == Progress(stage=Stage.BOUND, done=1, total=1)
    assert [progress.stage for progress in heard if progress == replace(progress, done=1, total=1)][-1] is Stage.EXPLAIN

    def stop(progress):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        solve(problem=rich(1), report=stop)


def test_weight_is_never_lost_to_annealing():
    problem = bipartite(seed=9, buyers=8, sellers=8, meetings=60, slots=8, tables=5, forbidden=0.2)
    result = solve(problem=problem)
    weights = [step.weight for step in result.trace if step.stage is not Stage.BOUND]
    assert weights == sorted(weights)
