"""The academic format, and the published optima of the instances that are proved within a second or two.

Results: Bofill et al., JAIR 2022, tables 3 to 5. The instances are not part of the project; MATCHMAKER_DATA names
the folder that holds them under scheduling/.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from matchmaker.domain.scheduling import ProblemError, check
from matchmaker.domain.scheduling.academic import problem_from_dzn
from matchmaker.domain.scheduling.exact import Answer, Effort, Status, fewest_breaks

DATA = Path(os.environ.get("MATCHMAKER_DATA", Path(__file__).parents[4] / "shared" / "data")) / "scheduling"
PUBLISHED = {
    "forum-13": 0,
    "forum-13crafc": 1,
    "forum-14": 2,
    "forumt-14": 5,
    "forumt-14crafc": 5,
    "forumt-14crafd": 4,
    "forumt-14crafe": 5,
    "tic-12": 0,
    "tic-12crafc": 0,
    "tic-13": 0,
    "tic-13crafb": 0,
    "tic-14crafa": 0,
    "tic-14crafc": 0,
    "tic-14crafd": 0,
    "ticf-13crafa": 0,
    "ticf-13crafc": 1,
    "ticf-14crafa": 0,
}
# Proved by the benchmark alone, in minutes; here a short search must not claim what is known to be untrue.
HARD = {"forum-13crafb": 6, "tic-13crafc": 4, "ticf-13crafb": 3}
SMALL = """
nBusiness = 3; nMeetings = 2; nTables = 1; nTotalSlots = 4; nMorningSlots = 2; % a comment
requested = [|1, 2, 3,
|2, 3, {session} |];
forbidden = [{{0}}, {{1, 2}}, {{0}}];
fixed = [{fixed}, 0];
precedences = [{{2}}, {{}}];
meetingsxBusiness = [{{1,2}}, {{9}}, {{}}];
"""


def small(session=2, fixed=0):
    return problem_from_dzn(SMALL.format(session=session, fixed=fixed))


def instance(name):
    file = DATA / f"{name}.original.dzn"
    if not file.exists():
        pytest.skip(f"no academic instances in {DATA}: set MATCHMAKER_DATA")
    return problem_from_dzn(file.read_text(encoding="utf-8"))


def test_the_format_counts_from_one_and_ignores_dummies():
    problem = small(fixed=4)
    first, second = problem.meetings
    assert [person.unavailable for person in problem.persons] == [frozenset(), frozenset({0, 1}), frozenset()]
    assert (first.fixed, first.allowed, first.after) == (3, frozenset(range(4)), ("2",))
    assert (second.fixed, second.allowed, second.after) == (None, frozenset({2, 3}), ())
    assert [[party.company for party in one.parties] for one in problem.meetings] == [["1", "2"], ["2", "3"]]
    assert check(problem) is None


def test_small_files_are_solved_and_the_impossible_is_named():
    assert fewest_breaks(problem=small()) == Answer(status=Status.OPTIMAL, value=0, bound=0, slots=(3, 2))
    assert fewest_breaks(problem=small(session=1)).status is Status.UNSATISFIABLE
    assert fewest_breaks(problem=small(fixed=3)).status is Status.UNSATISFIABLE


@pytest.mark.parametrize("text", ["", "nBusiness = many;", SMALL.format(session=3, fixed="0, 0"), SMALL[:60]])
def test_it_refuses_what_is_not_such_a_file(text):
    with pytest.raises(ProblemError) as refused:
        problem_from_dzn(text)
    assert refused.value.code == "bad_data_file"


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_the_published_optimum_is_proved(name):
    answer = fewest_breaks(problem=instance(name), effort=Effort(deterministic_time=120))
    assert (answer.status, answer.value, answer.bound) == (Status.OPTIMAL, PUBLISHED[name], PUBLISHED[name])


@pytest.mark.parametrize("name", sorted(HARD))
def test_a_short_search_of_a_hard_one_claims_nothing_beyond_the_published_optimum(name):
    answer = fewest_breaks(problem=instance(name), effort=Effort(deterministic_time=1))
    assert answer.status is not Status.UNSATISFIABLE
    assert answer.bound is None or answer.bound <= HARD[name]
    assert answer.value is None or answer.value >= HARD[name]


@pytest.mark.parametrize("name", sorted(PUBLISHED | HARD))
def test_one_table_short_is_reported_as_unsatisfiable(name):
    """Seats for one meeting fewer than there are, whatever the slots."""
    problem = instance(name)
    tables = problem.places[0].tables[: (len(problem.meetings) - 1) // len(problem.slots)]
    short = replace(problem, places=(replace(problem.places[0], tables=tables),))
    assert fewest_breaks(problem=short) == Answer(status=Status.UNSATISFIABLE)
