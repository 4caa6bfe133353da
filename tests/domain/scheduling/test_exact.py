"""The exact models are the oracle of the method, and are themselves held against counting by hand."""

from dataclasses import replace
from itertools import pairwise, product

import pytest

from matchmaker.domain.scheduling import IdleRule, Options, Person, ProblemError, solve, validate
from matchmaker.domain.scheduling.exact import Answer, Effort, Status, fewest_breaks, heaviest
from matchmaker.domain.scheduling.mandatory import place_every
from tests.domain.scheduling.fairs import bipartite, fair, grid, meeting, pool, seated

EFFORT = Effort(deterministic_time=20)


def breaks_by_hand(slots):
    """Gaps between consecutive meetings of one person."""
    ordered = sorted(slots)
    return sum(later > earlier + 1 for earlier, later in pairwise(ordered))


def fewest_by_hand(problem, fairness):
    """The fewest breaks of any full plan, by trying all; None when there is none."""
    best = None
    every = range(len(problem.slots))
    for choice in product(*(every if one.fixed is None else [one.fixed] for one in problem.meetings)):
        if any(choice.count(slot) > len(problem.places[0].tables) for slot in choice):
            continue
        met = {person.company: [] for person in problem.persons}
        for one, slot in zip(problem.meetings, choice, strict=True):
            for party in one.parties:
                met[party.company].append(slot)
        if any(len(set(slots)) < len(slots) for slots in met.values()):
            continue
        breaks = [breaks_by_hand(slots) for slots in met.values()]
        if max(breaks) - min(breaks) <= fairness and (best is None or sum(breaks) < best):
            best = sum(breaks)
    return best


@pytest.mark.parametrize("seed", range(8))
def test_the_fewest_breaks_are_those_counted_by_hand(seed):
    problem = bipartite(seed=seed, buyers=3, sellers=2, meetings=5, slots=4, tables=2)
    fixed = tuple(replace(one, fixed=3 * (n % 2)) if n < 2 else one for n, one in enumerate(problem.meetings))
    problem = replace(problem, meetings=fixed)
    answer = fewest_breaks(problem=problem, fairness=1, effort=EFFORT)
    best = fewest_by_hand(problem, 1)
    assert (answer.status, answer.value) == ((Status.UNSATISFIABLE, None) if best is None else (Status.OPTIMAL, best))


@pytest.mark.parametrize("seed", range(6))
def test_the_method_reaches_the_greatest_weight_of_small_fairs(seed):
    problem = bipartite(seed=seed, buyers=7, sellers=6, meetings=36, slots=6, tables=5, forbidden=0.25)
    best = heaviest(problem=problem, effort=EFFORT)
    result = solve(problem=problem, options=Options(polish_rounds=6))
    assert best.status is Status.OPTIMAL
    assert result.metrics.weight == best.value <= result.bound


@pytest.mark.parametrize("seed", range(4))
def test_annealing_reaches_the_fewest_idle_periods_of_small_fairs(seed):
    problem = bipartite(seed=seed, buyers=5, sellers=5, meetings=16, slots=6, tables=3)
    exact = fewest_breaks(problem=problem, fairness=None, idle_rule=IdleRule.AVAILABLE, effort=EFFORT)
    result = solve(problem=problem, options=Options(anneal_moves=30_000))
    assert (result.metrics.scheduled, result.metrics.idle) == (16, exact.value)


def test_an_answer_is_a_sound_plan():
    problem = bipartite(seed=3, buyers=5, sellers=5, meetings=16, slots=5, tables=4, forbidden=0.1)
    answer = heaviest(problem=problem, effort=EFFORT)
    tables = dict.fromkeys(range(5), 0)
    plan = []
    for one, slot in zip(problem.meetings, answer.slots, strict=True):
        if slot is not None:
            people = (f"{party.company}.1" for party in one.parties)
            plan.append(seated(one.code, slot, *people, table=f"pool-{tables[slot]}"))
            tables[slot] += 1
    assert validate(problem=problem, assignments=plan) == ()


@pytest.mark.parametrize(
    "problem",
    [
        fair(*(meeting(f"m{n}", "a", f"s{n}") for n in range(5))),
        fair(meeting("m", "a", "b"), persons=[Person(code="a.1", company="a", unavailable=frozenset(range(4)))]),
        fair(*(meeting(f"m{n}", f"b{n}", f"s{n}") for n in range(5)), places=[pool(1)]),
        fair(meeting("m", "a", "b", fixed=0), meeting("n", "a", "c", fixed=0)),
        fair(meeting("m", "a", "b", fixed=2), meeting("n", "a", "c", fixed=1, after=("m",))),
    ],
)
def test_what_cannot_be_is_called_unsatisfiable(problem):
    assert fewest_breaks(problem=problem, effort=EFFORT) == Answer(status=Status.UNSATISFIABLE)
    assert place_every(problem=problem, fairness=2, seconds=10, seed=7) == Answer(status=Status.UNSATISFIABLE)


def test_order_and_fairness_bind_the_exact_model():
    asked = (meeting("m", "a", "b", fixed=0), meeting("n", "a", "c", fixed=2), meeting("o", "b", "c", after=("n",)))
    assert fewest_breaks(problem=fair(*asked), effort=EFFORT) == Answer(
        status=Status.OPTIMAL, value=2, bound=2, slots=(0, 2, 3)
    )
    assert fewest_breaks(problem=fair(*asked), fairness=0, effort=EFFORT).status is Status.UNSATISFIABLE


def test_a_plan_without_breaks_needs_no_search():
    heard = []
    problem = bipartite(seed=4, buyers=4, sellers=4, meetings=8, slots=6, tables=4)
    answer = place_every(problem=problem, fairness=2, seconds=10, seed=7, note=heard.append)
    assert (answer.status, answer.value, answer.bound) == (Status.OPTIMAL, 0, 0)
    assert heard == ["annealed: 0"]


@pytest.mark.parametrize(
    "problem",
    [
        fair(meeting("m", "a", "b", length=2)),
        fair(meeting("m", "a", "b"), persons=[Person(code=f"a.{n}", company="a") for n in range(2)]),
        fair(meeting("m", "a", "b"), persons=[Person(code="a.1", company="a", daily_cap=1)]),
    ],
)
def test_it_refuses_problems_richer_than_its_model(problem):
    with pytest.raises(ProblemError) as refused:
        heaviest(problem=problem)
    assert refused.value.code == "too_rich_for_exact"


def test_idle_rules_differ_in_what_lunch_and_absence_count():
    absent = Person(code="a.1", company="a", unavailable=frozenset({1}))
    asked = (meeting("m", "a", "b", fixed=0), meeting("n", "a", "c", fixed=2))
    problem = fair(*asked, persons=[absent], slots=grid(slots=3))
    assert [fewest_breaks(problem=problem, idle_rule=rule, effort=EFFORT).value for rule in IdleRule] == [0, 1]
    assert [solve(problem=problem, options=Options(idle_rule=rule)).metrics.idle for rule in IdleRule] == [0, 1]
