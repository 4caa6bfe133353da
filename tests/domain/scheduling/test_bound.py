from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.domain.scheduling import Certificate, Company, Person, Policy, solve, validate, verify
from matchmaker.domain.scheduling.bound import relax
from matchmaker.domain.scheduling.exact import Status, heaviest
from matchmaker.domain.scheduling.index import Index
from matchmaker.domain.scheduling.outlook import counted
from matchmaker.domain.scheduling.plan import Options
from tests.domain.scheduling.fairs import bipartite, fair, grid, meeting, pool, rich


def bound_of(problem):
    return relax(Index(problem)).bound


def exact_of(problem):
    answer = heaviest(problem=problem)
    assert answer.status is Status.OPTIMAL
    return answer.value


def heaviest_by_hand(problem):
    """The greatest weight of any plan, by trying every way to give each meeting a slot or none."""
    slots, tables = len(problem.slots), len(problem.places[0].tables)
    unavailable = {person.company: person.unavailable for person in problem.persons}
    best = 0
    for choice in product(range(-1, slots), repeat=len(problem.meetings)):
        busy = [
            (party.company, slot)
            for one, slot in zip(problem.meetings, choice, strict=True)
            for party in one.parties
            if slot >= 0
        ]
        if len(set(busy)) < len(busy) or any(slot in unavailable[company] for company, slot in busy):
            continue
        if all(choice.count(slot) <= tables for slot in range(slots)):
            best = max(best, sum(one.weight for one, slot in zip(problem.meetings, choice, strict=True) if slot >= 0))
    return best


small = st.builds(
    bipartite,
    seed=st.integers(0, 10_000),
    buyers=st.just(3),
    sellers=st.just(3),
    meetings=st.integers(1, 6),
    slots=st.integers(2, 3),
    tables=st.integers(1, 3),
    forbidden=st.sampled_from([0.0, 0.2]),
)


@settings(max_examples=12, deadline=None)
@given(problem=small)
def test_every_plan_lies_between_what_is_found_and_what_is_proved(problem):
    result = solve(problem=problem, options=Options(polish_rounds=4))
    best = heaviest_by_hand(problem)
    assert result.metrics.weight <= best <= result.bound
    assert verify(problem=problem, certificate=result.certificate) == result.bound


def test_polish_reaches_the_optimum_of_small_fairs():
    for seed in range(6):
        problem = bipartite(seed=seed, buyers=3, sellers=3, meetings=6, slots=3, tables=2, forbidden=0.3)
        result = solve(problem=problem, options=Options(polish_rounds=4))
        assert result.metrics.weight == heaviest_by_hand(problem)


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_holds_with_every_rule_at_once(seed):
    problem = rich(seed)
    result = solve(problem=problem, options=Options(anneal_moves=500))
    assert result.metrics.weight <= result.bound == verify(problem=problem, certificate=result.certificate)


@settings(max_examples=15, deadline=None)
@given(problem=small, order=st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_change_the_bound(problem, order):
    shuffled = {
        kind: tuple(order.sample(getattr(problem, kind), len(getattr(problem, kind))))
        for kind in ("meetings", "companies", "persons")
    }
    assert bound_of(replace(problem, **shuffled)) == bound_of(problem)


@settings(max_examples=10, deadline=None)
@given(problem=small, order=st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_change_how_much_is_placed(problem, order):
    problem = counted(problem)
    shuffled = replace(problem, meetings=tuple(order.sample(problem.meetings, len(problem.meetings))))
    options = Options(polish_rounds=4)
    placed = {solve(problem=one, options=options).metrics.scheduled for one in (problem, shuffled)}
    assert placed == {heaviest_by_hand(problem)}


@settings(max_examples=15, deadline=None)
@given(problem=small, number=st.integers(0, 5))
def test_taking_a_meeting_away_never_takes_room_from_the_others(problem, number):
    """The exact most of the others, and what is proved of them; nor does either fall by more than the one is worth."""
    gone = problem.meetings[number % len(problem.meetings)]
    rest = replace(problem, meetings=tuple(one for one in problem.meetings if one is not gone))
    for whole, without, worth in ((problem, rest, gone.weight), (counted(problem), counted(rest), 1)):
        for most in (exact_of, bound_of):
            assert most(whole) - worth <= most(without) <= most(whole)


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_stays_sound_when_one_of_its_meetings_is_no_more(seed):
    """With every rule at once; a meeting that others must follow has to stay, or they would follow nothing."""
    problem = rich(seed)
    plan = solve(problem=problem, options=Options(anneal_moves=200)).assignments
    led = {code for one in problem.meetings for code in one.after}
    for gone in {one.meeting for one in plan} - led:
        rest = replace(problem, meetings=tuple(one for one in problem.meetings if one.code != gone))
        assert validate(problem=rest, assignments=[one for one in plan if one.meeting != gone]) == ()
        assert bound_of(counted(problem)) - 1 <= bound_of(counted(rest)) <= bound_of(counted(problem))


@settings(max_examples=15, deadline=None)
@given(problem=small)
def test_another_slot_table_or_person_never_lowers_the_bound(problem):
    before = bound_of(problem)
    longer = replace(problem, slots=grid(slots=len(problem.slots) + 1))
    wider = replace(problem, places=(pool(len(problem.places[0].tables) + 1),))
    staffed = replace(problem, persons=(*problem.persons, Person(code="more", company=problem.companies[0].code)))
    assert min(bound_of(more) for more in (longer, wider, staffed)) >= before


def test_rounded_or_useless_prices_still_prove_something_true():
    problem = fair(*(meeting(f"m{n}", "a", f"s{n}", weight=2) for n in range(6)))
    key = ("people", ("a.1",))
    assert bound_of(problem) == 8
    assert [
        verify(problem=problem, certificate=Certificate(denominator=2, prices={key: price}, ladders={}))
        for price in (0, 1, 3, 4, 9)
    ] == [12, 11, 9, 8, 18]


def test_a_certificate_for_another_problem_is_refused():
    problem = fair(meeting("m", "a", "b"))
    strange = Certificate(denominator=1, prices={("people", ("x",)): 1}, ladders={})
    with pytest.raises(ValueError, match="unknown_row"):
        verify(problem=problem, certificate=strange)
    with pytest.raises(ValueError, match="negative_price"):
        verify(problem=problem, certificate=Certificate(denominator=1, prices={}, ladders={"a": -1}))


def test_limits_on_people_and_companies_tighten_the_bound():
    asked = [meeting(f"m{n}", "a", f"s{n}") for n in range(6)]
    capped = Person(code="a.1", company="a", daily_cap=2)
    resting = Person(code="a.1", company="a", longest_run=1)
    assert [
        bound_of(fair(*asked)),
        bound_of(fair(*asked, persons=[capped])),
        bound_of(fair(*asked, slots=grid(days=2, slots=4), persons=[capped])),
        bound_of(fair(*asked, slots=grid(slots=5), persons=[resting])),
        bound_of(fair(*asked, companies=[Company(code="a", maximum=3)])),
        bound_of(fair(*asked, places=[pool(1)], slots=grid(slots=2))),
    ] == [4, 2, 4, 3, 3, 2]


def test_minimum_meetings_weigh_more_than_a_favourites_surplus():
    asked = [meeting(f"m{n}", "a", f"s{n}", weight=5) for n in range(3)]
    asked.append(meeting("poor", "b", "s0", weight=1))
    problem = fair(
        *asked,
        slots=grid(slots=1),
        places=[pool(1)],
        companies=[Company(code="b", minimum=1)],
        policy=Policy(minimum_bonus=10),
    )
    result = solve(problem=problem)
    assert [one.meeting for one in result.assignments] == ["poor"]
    assert (result.metrics.weight, result.bound, result.metrics.below_minimum) == (11, 11, ())
