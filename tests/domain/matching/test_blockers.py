import pytest

from matchmaker.domain.matching.blockers import FREE, Blocker, block_table, blocker_of, count_blockers
from tests.domain.matching.conftest import buyer, exhibitor

PAIRS = [
    ({"company_id": "x"}, {"company_id": "x"}, Blocker.SAME_COMPANY),
    ({"vetoes": ["b"]}, {}, Blocker.VETOED),
    ({}, {"vetoes": ["acme"], "company_id": "buy"}, Blocker.VETOED),
    ({"competitors": ["b"]}, {}, Blocker.COMPETITOR),
    ({"excluded_countries": ["KR"]}, {"country": "VN", "parent_country": "KR"}, Blocker.EXCLUDED_COUNTRY),
    ({"country": "US"}, {"excluded_countries": ["US"]}, Blocker.EXCLUDED_COUNTRY),
    ({"capacity_left": 0}, {}, Blocker.NO_CAPACITY),
    ({}, {}, None),
]


@pytest.mark.parametrize(("mine", "theirs", "expected"), PAIRS)
def test_each_blocker_has_its_code_whichever_way_the_pair_is_read(mine, theirs, expected):
    one, other = exhibitor("a", "gỗ", **{"company_id": "acme", **mine}), buyer("b", "gỗ", **theirs)
    assert (blocker_of(one, other), blocker_of(other, one)) == (expected, expected)


def test_the_organizer_may_forbid_by_profile_or_by_company():
    one, other = exhibitor("a", company_id="acme"), buyer("b", company_id="beta")
    for pair in (("a", "b"), ("acme", "beta"), ("beta", "a")):
        assert block_table([one], [other], [pair]).tolist() == [[1]]


@pytest.mark.parametrize(("mine", "theirs", "expected"), PAIRS)
def test_the_table_says_the_same_as_one_pair_at_a_time(mine, theirs, expected):
    one, other = exhibitor("a", "gỗ", **{"company_id": "acme", **mine}), buyer("b", "gỗ", **theirs)
    code = FREE if expected is None else list(Blocker).index(expected)
    assert block_table([one, exhibitor("c")], [other], []).T.tolist()[0][0] == code


def test_blocked_pairs_are_counted_by_code():
    table = block_table([exhibitor("a", vetoes=["b", "c"])], [buyer("b"), buyer("c"), buyer("d")])
    assert count_blockers(table) == {"vetoed": 2}
