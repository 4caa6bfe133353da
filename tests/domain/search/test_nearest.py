import pytest

from matchmaker.domain.search.nearest import distance, nearest

VOCABULARY = {"gốm": 5, "gồm": 1, "sứ": 4, "tràm": 3, "trà": 9, "ceramics": 2}


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [("gom", "gom", 0), ("gom", "gon", 1), ("gom", "go", 1), ("gom", "gmo", 1), ("gom", "tra", 3), ("", "ab", 2)],
)
def test_letters_that_differ_are_counted(one, other, away):
    assert distance(one, other, most=2) == min(away, 3)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["gon"], ["gốm"]),
        (["cermaics"], ["ceramics"]),
        (["gon", "su"], ["gốm sứ"]),
        (["gom", "tram"], ["tràm", "gốm"]),
        (["xyzxyz"], []),
        (["xyzxyz", "tra"], ["trà"]),
    ],
)
def test_what_was_perhaps_meant_is_spelled_as_most_companies_spell_it(words, meant):
    assert nearest(words, VOCABULARY) == meant


def test_nothing_is_near_where_nobody_says_anything():
    assert nearest(["gom"], {}) == []
