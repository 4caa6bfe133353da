"""Two runs side by side."""

from dataclasses import replace

from matchmaker.domain.matching.comparison import compare, top_tenth
from matchmaker.domain.matching.factors import Weights
from matchmaker.domain.matching.matcher import Matcher, Options
from tests.domain.matching.conftest import buyer, exhibitor

SELLERS = [exhibitor("near", "cà phê", stage="retail"), exhibitor("far", "gỗ", stage="manufacture")]
BUYERS = [buyer("b", "coffee", stage="retail"), buyer("c", "wood", stage="manufacture")]


def _one_place(matcher, **weights):
    return Matcher(
        lexicon=matcher.lexicon_,
        tree=matcher.tree_,
        has_lexicon=True,
        weights=replace(Weights(), **weights),
        options=Options(capacity=1),
    ).match(SELLERS, BUYERS)


def test_the_same_run_twice_changes_nothing(matcher):
    run = _one_place(matcher)
    found = compare(run, run, (SELLERS, BUYERS))
    assert (found.lists, found.lists_changed, found.coming, found.going, found.now == found.then) == (
        4,
        0,
        (),
        (),
        True,
    )


def test_a_pair_that_comes_and_one_that_goes_are_named(matcher):
    now = _one_place(matcher)
    then = _one_place(matcher, item=0.0, document=0.0, character=0.0, stage=2.0)
    found = compare(now, then, (SELLERS, BUYERS))
    assert (set(found.coming), set(found.going)) == ({("far", "b"), ("near", "c")}, {("near", "b"), ("far", "c")})
    assert (found.lists_changed, found.pairs_coming, found.pairs_going) == (4, 2, 2)
    assert (found.then.without_list, found.then.never_shown, found.then.gini) == (0, 0, 0.0)


def test_a_blocked_company_is_told_by_what(matcher):
    run = matcher.match([*SELLERS, exhibitor("shy", "cà phê", vetoes=["b", "c"])], BUYERS, [("far", "b"), ("far", "c")])
    assert dict(run.coverage.blocked_for) == {"far": {"forbidden": 2}, "shy": {"vetoed": 2}}


def test_the_top_tenth_holds_its_share_of_all_places():
    assert (top_tenth([9, 1] + [0] * 8), top_tenth([1] * 10), top_tenth([])) == (0.9, 0.1, 0.0)
