import sys

import pytest

from matchmaker.domain.scheduling import Freeze, Options, Person, solve, validate
from tests.domain.scheduling.fairs import bipartite, fair, grid, meeting, rich, seated

SPARSE = {"buyers": 12, "sellers": 12, "meetings": 30, "slots": 12, "tables": 4, "days": 2}
DENSE = {"buyers": 8, "sellers": 8, "meetings": 48, "slots": 8, "tables": 8}


def starts(result):
    return {one.meeting: one.slot for one in result.assignments}


@pytest.mark.parametrize("seed", range(8))
def test_the_only_meeting_of_a_fair_is_its_first(seed):
    problem = fair(meeting("m", "a", "b"), slots=grid(days=3, slots=8))
    assert starts(solve(problem=problem, options=Options(seed=seed))) == {"m": 0}


def test_a_meeting_begins_as_soon_as_all_its_people_are_there():
    late = Person(code="b.1", company="b", unavailable=frozenset(range(5)))
    problem = fair(meeting("m", "a", "b"), slots=grid(days=2, slots=8), persons=[late])
    assert starts(solve(problem=problem)) == {"m": 5}


def test_nobody_waits_for_a_meeting_to_be_early():
    """The first slot is free for both, but then a would wait two slots for the meeting whose time is fixed."""
    asked = (meeting("fixed", "a", "b", fixed=3), meeting("m", "a", "c"))
    problem = fair(*asked, slots=grid(days=1, slots=6))
    assert starts(solve(problem=problem)) == {"fixed": 3, "m": 2}


def test_a_published_meeting_stays_though_an_earlier_time_is_free():
    problem = fair(meeting("m", "a", "b"), meeting("new", "c", "d"), slots=grid(slots=6))
    plan = (seated("m", 4, "a.1", "b.1"),)
    result = solve(problem=problem, previous=plan, options=Options(freeze=Freeze.SOFT))
    assert starts(result) == {"m": 4, "new": 0}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", [SPARSE, DENSE, "rich"])
def test_an_early_plan_is_as_good_as_it_was_in_all_else(monkeypatch, kind, seed):
    problem = rich(seed) if kind == "rich" else bipartite(seed=seed, **kind)
    early = solve(problem=problem)
    monkeypatch.setattr(sys.modules["matchmaker.domain.scheduling.solve"], "bring_forward", lambda *_, **__: None)
    late = solve(problem=problem)

    assert validate(problem=problem, assignments=early.assignments) == ()
    assert starts(early).keys() == starts(late).keys()
    assert early.metrics.weight == late.metrics.weight
    assert all(waits <= late.metrics.idle_of[person] for person, waits in early.metrics.idle_of.items())
    assert sum(starts(early).values()) <= sum(starts(late).values())
