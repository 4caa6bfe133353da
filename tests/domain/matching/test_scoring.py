import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matchmaker.domain.matching.factors import Weights
from matchmaker.domain.matching.scoring import (
    direction_contributions,
    direction_scores,
    reciprocal,
    reciprocal_contributions,
)

TERMS = arrays(float, (4, 5), elements=st.floats(-60, 60))


@given(TERMS, TERMS)
def test_contributions_sum_to_the_direction_and_to_the_reciprocal_score(mine, theirs):
    weights = Weights()
    first, second = (direction_scores(terms.sum(axis=1), weights) for terms in (mine, theirs))
    parts = [direction_contributions(terms, weights) for terms in (mine, theirs)]
    assert parts[0].sum(axis=1) == pytest.approx(first, abs=1e-12)
    shared = reciprocal_contributions(first, second, *parts)
    assert shared[0].sum(axis=1) + shared[1].sum(axis=1) == pytest.approx(reciprocal(first, second), abs=1e-12)


@given(arrays(float, 6, elements=st.floats(0, 1)), arrays(float, 6, elements=st.floats(0, 1)))
def test_the_reciprocal_score_is_symmetric_and_between_the_two(first, second):
    both = reciprocal(first, second)
    assert both.tolist() == reciprocal(second, first).tolist()
    assert (both <= np.maximum(first, second) + 1e-12).all()
    assert (both >= np.minimum(first, second) - 1e-12).all()


def test_one_unwilling_side_pulls_the_score_far_below_the_average():
    assert reciprocal(np.array([0.9]), np.array([0.1]))[0] == pytest.approx(0.18)


def test_no_term_at_all_leaves_the_start_of_the_curve():
    weights = Weights()
    start = direction_scores(np.zeros(1), weights)
    assert direction_contributions(np.zeros((1, 3)), weights).tolist() == [[0.0, 0.0, 0.0, start[0]]]
