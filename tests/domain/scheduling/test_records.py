import json

import pytest

from matchmaker.domain.scheduling import Options, ProblemError, solve, verify
from matchmaker.domain.scheduling.records import (
    certificate_from,
    plan_from,
    problem_from,
    problem_record,
    result_record,
)
from tests.domain.scheduling.fairs import fair, grid, meeting, rich


def through_json(record):
    return json.loads(json.dumps(record))


@pytest.mark.parametrize("seed", range(3))
def test_problems_and_plans_survive_json(seed):
    problem = rich(seed)
    result = solve(problem=problem, options=Options(anneal_moves=100))
    record = through_json(result_record(result))
    assert problem_from(through_json(problem_record(problem))) == problem
    assert plan_from(record) == plan_from(record["assignments"]) == result.assignments
    assert verify(problem=problem, certificate=certificate_from(record)) == record["bound"] == result.bound


def test_a_hand_written_record_may_leave_defaults_out():
    assert problem_from(
        {
            "slots": [{"starts_at": "2027-03-01T08:00:00+07:00", "ends_at": "2027-03-01T08:25:00+07:00"}],
            "companies": [{"code": "a"}, {"code": "b"}],
            "persons": [{"code": "a.1", "company": "a"}, {"code": "b.1", "company": "b"}],
            "meetings": [{"code": "m", "parties": [{"company": "a"}, {"company": "b"}]}],
        }
    ) == fair(meeting("m", "a", "b", places=()), places=[], slots=(_plain(grid(slots=1)[0]),))


def _plain(slot):
    return type(slot)(starts_at=slot.starts_at, ends_at=slot.ends_at)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"meetings": 3}, "problem.meetings"),
        ({"colour": "red"}, "problem.colour"),
        ({"persons": [{"code": "x"}]}, "problem.persons[0].company"),
        ({"companies": [{"code": 5}]}, "problem.companies[0].code"),
        ({"companies": [{"code": "a", "minimum": True}]}, "problem.companies[0].minimum"),
        ({"slots": [{"starts_at": "2027-03-01T08:00:00", "ends_at": "x"}]}, "problem.slots[0].starts_at"),
        ({"walks": [{"halls": ["A"], "minutes": 3}]}, "problem.walks[0].halls"),
        ({"companies": ["a"]}, "problem.companies[0]"),
    ],
)
def test_a_wrong_record_is_refused_with_the_spot(change, where):
    record = problem_record(fair(meeting("m", "a", "b"))) | change
    with pytest.raises(ProblemError) as refused:
        problem_from(record)
    assert (refused.value.code, refused.value.params) == ("bad_record", {"value": where})


def test_a_wrong_certificate_is_refused():
    with pytest.raises(ProblemError) as refused:
        certificate_from({"certificate": {"denominator": 1, "prices": [{"kind": "people"}], "ladders": {}}})
    assert refused.value.params == {"value": "certificate"}
