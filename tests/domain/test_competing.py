"""Which waiting requests stand in each other's way."""

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.competing import groups


def test_two_compete_that_share_one_of_their_last_times():
    assert groups({"tea": 0b011, "bamboo": 0b110, "silk": 0b1000}) == [["tea", "bamboo"]]


def test_who_has_more_than_three_times_or_none_competes_with_nobody():
    assert groups({"tea": 0b1, "bamboo": 0b1111, "silk": 0}) == []


def test_one_that_touches_two_groups_joins_them_in_the_order_given():
    assert groups({"a": 0b001, "b": 0b100, "c": 0b101, "d": 0b11000, "e": 0b10000}) == [["a", "b", "c"], ["d", "e"]]


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 255), max_size=8))
def test_groups_share_no_request_and_no_time(free):
    found = groups(free)
    members = [key for group in found for key in group]
    assert len(members) == len(set(members))
    times = [
        sum({bit for key in group for bit in range(8) if free[key] >> bit & 1 for bit in [1 << bit]}) for group in found
    ]
    assert all(not one & other for place, one in enumerate(times) for other in times[:place])
    assert all(len(group) > 1 for group in found)
