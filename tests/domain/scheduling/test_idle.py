from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.scheduling import IdleRule, Person
from matchmaker.domain.scheduling.idle import IdleCounter
from matchmaker.domain.scheduling.index import Index
from matchmaker.domain.scheduling.timeline import bits, mask_of
from tests.domain.scheduling.fairs import fair, grid, meeting


def counter(rule, unavailable=frozenset()):
    absent = Person(code="a.1", company="a", unavailable=frozenset(unavailable))
    problem = replace(fair(meeting("m", "a", "b"), persons=[absent]), slots=grid(days=2, slots=5))
    return IdleCounter(Index(problem), rule)


def periods_by_hand(occupied, unavailable):
    """Pairs of consecutive meetings of one day with a free, available slot between."""
    met = sorted(bits(occupied))
    return sum(
        earlier // 5 == later // 5 and any(t not in unavailable for t in range(earlier + 1, later))
        for earlier, later in pairwise(met)
    )


@given(occupied=st.integers(0, 1023), unavailable=st.frozensets(st.integers(0, 9)))
def test_waiting_counts_only_available_slots_of_one_day(occupied, unavailable):
    counted = counter(IdleRule.AVAILABLE, unavailable).periods(0, occupied)
    assert counted == periods_by_hand(occupied, unavailable)


@pytest.mark.parametrize(("slots", "breaks"), [((), 0), ((3,), 0), ((0, 1, 2), 0), ((0, 2, 9), 2), ((4, 5), 0)])
def test_the_academic_rule_counts_every_gap_across_the_day(slots, breaks):
    assert counter(IdleRule.ANY_BREAK, {1}).periods(0, mask_of(slots)) == breaks
