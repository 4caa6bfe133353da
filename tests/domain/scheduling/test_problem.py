from dataclasses import replace

import pytest

from matchmaker.domain.scheduling import Company, Person, ProblemError, Table, check
from tests.domain.scheduling.fairs import fair, grid, meeting, pool


def test_a_sound_problem_passes():
    assert check(fair(meeting("m1", "a", "b"), meeting("m2", "a", "c", after=("m1",)))) is None


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (fair(meeting("m", "a", "b"), meeting("m", "a", "c")), "duplicate_code"),
        (fair(meeting("m", "a", "b"), slots=grid()[::-1]), "slots_out_of_order"),
        (fair(meeting("m", "a", "b", fixed=9)), "unknown_slot"),
        (fair(meeting("m", "a", "b"), persons=[Person(code="x", company="nobody")]), "unknown_company"),
        (fair(meeting("m", "a", "b"), persons=[Person(code="x", company="a", longest_run=0)]), "bad_limit"),
        (fair(meeting("m", "a", "b"), companies=[Company(code="a", ladder=(1, 2))]), "rising_ladder"),
        (fair(meeting("m", "a", "b"), companies=[Company(code="a", minimum=2, maximum=1)]), "bad_limit"),
        (fair(meeting("m", "a", "a")), "bad_parties"),
        (fair(meeting("m", "a", "b"), places=[pool(host="nobody")]), "unknown_company"),
        (fair(meeting("m", "a", "b", places=("nowhere",))), "bad_place"),
        (fair(meeting("m", "a", "b"), meeting("n", "c", "d", places=()), places=[pool(host="c")]), "bad_place"),
        (fair(meeting("m", "a", "b", after=("x",))), "unknown_meeting"),
        (fair(meeting("m", "a", "b", weight=0)), "bad_weight_or_length"),
        (fair(meeting("m", "a", "b", after=("n",)), meeting("n", "a", "b", after=("m",))), "precedence_circle"),
    ],
)
def test_it_names_the_contradiction(problem, code):
    with pytest.raises(ProblemError) as refused:
        check(problem)
    assert refused.value.code == code


def test_it_refuses_a_party_that_names_another_companys_person():
    sound = fair(meeting("m", "a", "b"))
    party = replace(sound.meetings[0].parties[0], persons=("b.1",))
    wrong = replace(sound.meetings[0], parties=(party, sound.meetings[0].parties[1]))
    with pytest.raises(ProblemError) as refused:
        check(replace(sound, meetings=(wrong,)))
    assert refused.value.code == "person_of_another_company"


def test_it_refuses_one_table_code_in_two_places():
    twice = [pool(1), replace(pool(1, code="other"), tables=(Table(code="pool-0"),))]
    with pytest.raises(ProblemError) as refused:
        check(fair(meeting("m", "a", "b"), places=twice))
    assert refused.value.params == {"kind": "table", "value": "pool-0"}
