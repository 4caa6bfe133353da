import pytest

from matchmaker.domain.errors import NotAllowed
from matchmaker.domain.fairs import ALLOWED, Act, Phase, allows, check_phase


def test_every_phase_says_what_it_allows():
    assert set(ALLOWED) == set(Phase)


@pytest.mark.parametrize(
    ("act", "phases"),
    [
        (Act.REGISTER, ["profiles", "preferences", "scheduling", "provisional", "final", "fair_days"]),
        (Act.REQUEST, ["preferences", "final", "fair_days"]),
        (Act.PICK_TIME, ["preferences", "final", "fair_days"]),
        (Act.OBJECT, ["provisional"]),
        (Act.CHECK_IN, ["fair_days"]),
        (Act.RECORD_OUTCOME, ["final", "fair_days", "follow_up"]),
    ],
)
def test_what_participants_do_belongs_to_phases(act, phases):
    assert [phase.value for phase in Phase if allows(phase, act)] == phases


def test_what_a_phase_does_not_allow_is_refused_with_both_named():
    check_phase(Phase.PREFERENCES, Act.REQUEST)
    with pytest.raises(NotAllowed) as refused:
        check_phase(Phase.SCHEDULING, Act.REQUEST)
    assert (refused.value.code, refused.value.facts) == (
        "not_in_phase",
        {"phase": Phase.SCHEDULING, "act": Act.REQUEST},
    )
