import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.matching import lists
from matchmaker.domain.matching.lists import Edge, b_matching, capped_lists, greedy, plan, reciprocal_scores


def _edges(*triples):
    return [Edge(one=one, other=other, score=score) for one, other, score in triples]


def _brute_force(ends, values, capacity):
    best = 0.0
    for chosen in itertools.product([0, 1], repeat=len(values)):
        load = np.zeros(len(capacity))
        for (one, other), taken in zip(ends, chosen, strict=True):
            load[one] += taken
            load[other] += taken
        if (load <= capacity).all():
            best = max(best, float(np.dot(chosen, values)))
    return best


@given(st.lists(st.integers(1, 9), min_size=6, max_size=6), st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_the_matching_is_the_best_of_all(values, capacity):
    ends = np.array(list(itertools.product([0, 1], [2, 3, 4])))
    chosen = b_matching(ends, np.array(values, dtype=float), np.array(capacity))
    assert np.dot(chosen, values) == pytest.approx(_brute_force(ends, values, capacity))


def test_a_circle_of_three_is_solved_in_whole_numbers():
    ends = np.array([[0, 1], [1, 2], [0, 2]])
    assert b_matching(ends, np.array([1.0, 1.0, 1.5]), np.ones(3, dtype=int)).tolist() == [False, False, True]


def test_greedy_stands_in_for_a_solver_that_gives_up(monkeypatch):
    monkeypatch.setattr(lists, "_exact", lambda *_: None)
    ends = np.array([[0, 2], [0, 3], [1, 2]])
    assert b_matching(ends, np.array([0.9, 0.8, 0.8]), np.ones(4, dtype=int)).tolist() == [True, False, False]
    assert greedy(ends, np.array([0.9, 0.8, 0.8]), np.array([2, 1, 2, 1])).tolist() == [True, True, True]


def test_a_negative_capacity_is_refused():
    with pytest.raises(ValueError, match="must not be negative"):
        b_matching(np.array([[0, 1]]), np.ones(1), np.array([1, -1]))


def test_the_plan_gives_up_the_best_pair_for_a_better_whole():
    edges = _edges(("a", "x", 0.9), ("a", "y", 0.8), ("b", "x", 0.8))
    assert plan(edges, {"a": 1, "b": 1, "x": 1, "y": 1}) == _edges(("a", "y", 0.8), ("b", "x", 0.8))


def test_two_directions_of_a_pair_are_one_meeting_worth_their_product():
    assert plan(_edges(("x", "a", 0.5), ("a", "x", 0.8)), {"a": 2, "x": 2}) == _edges(("x", "a", 0.4))


def test_nobody_without_a_capacity_meets_anyone():
    assert plan(_edges(("a", "x", 0.9)), {"a": 1}) == []


def test_scores_on_an_open_scale_are_lifted():
    edges = _edges(("a", "x", -1.0), ("b", "y", -3.0))
    assert plan(edges, {"a": 1, "b": 1, "x": 1, "y": 1}) == _edges(("a", "x", -1.0))


def test_a_missing_direction_counts_as_the_median():
    assert reciprocal_scores([("a", "b"), ("b", "a"), ("a", "c")], [0.2, 0.6, 0.4]) == pytest.approx([0.3, 0.3, 0.4])


def test_lists_spread_attention_that_a_top_list_would_heap_on_the_star():
    count = 30
    exhibitor, buyer = (ends.ravel() for ends in np.meshgrid(range(count), range(count), indexing="ij"))
    score = np.where(exhibitor == 0, 0.9, 0.4) + 0.01 * ((exhibitor * 7 + buyer) % 10)
    found = capped_lists(exhibitor=exhibitor, buyer=buyer, score=score, sizes=(count, count), capacity=5, depth=15)
    shown = np.bincount([partner for partners in found.buyers for partner in partners], minlength=count)
    assert {len(partners) for partners in (*found.buyers, *found.exhibitors)} == {5}
    assert (shown.min(), shown.max()) == (5, 5)


def test_lists_of_nobody_are_empty():
    nothing = np.zeros(0, dtype=int)
    found = capped_lists(exhibitor=nothing, buyer=nothing, score=np.zeros(0), sizes=(2, 0), capacity=5, depth=9)
    assert (found.exhibitors, found.buyers, found.mutual) == ([[], []], [], set())
