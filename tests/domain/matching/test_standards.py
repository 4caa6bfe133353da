import numpy as np
import pytest

from matchmaker.domain.matching.standards import PRIOR_DEVIATION, PRIOR_MEAN, standard_of


def test_a_large_bucket_is_measured_by_itself():
    values = np.concatenate([np.linspace(0, 1, 40), np.linspace(0, 0.1, 40)])[None]
    bucket = np.repeat([0, 1], 40)
    scores = standard_of(values, bucket, 2).scores(values, bucket)[0]
    assert scores[:40] == pytest.approx(scores[40:])


def test_a_small_bucket_leans_on_everyone():
    values = np.array([[0.0] * 19 + [0.0, 1.0] + [0.9]])
    bucket = np.array([0] * 21 + [1])
    standard = standard_of(values, bucket, 2)
    assert standard.mean[0, 1] == pytest.approx(0.05 * 0.9 + 0.95 * values.mean())


def test_candidates_who_say_nothing_are_average_and_change_nothing():
    values, bucket = np.array([[0.1, 0.5, 0.9]]), np.array([0, -1, 0])
    standard = standard_of(values, bucket, 1)
    assert standard.scores(values, bucket)[0, 1] == 0.0
    assert standard.mean[0, 0] == pytest.approx(0.1 * 0.5 + 0.9 * (0.1 * 0.5 + 0.9 * PRIOR_MEAN))


def test_nobody_at_all_leaves_the_prior():
    standard = standard_of(np.zeros((1, 0)), np.zeros(0, dtype=int), 1)
    assert (standard.mean.tolist(), standard.deviation.tolist()) == ([[PRIOR_MEAN]], [[PRIOR_DEVIATION]])
