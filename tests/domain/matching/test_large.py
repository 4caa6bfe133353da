"""A fair too large to compare everybody with everybody is matched by near texts, nearly as a full run would."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from matchmaker.domain.matching import sparse
from matchmaker.domain.matching.large import LargeFair, large_lists
from matchmaker.domain.matching.profiles import Side
from matchmaker.domain.matching.sparse import top_products
from tests.domain.matching.conftest import LABELS, buyer, exhibitor

SELLERS = [
    exhibitor(f"e{n}", LABELS[n % 16][n % 2], LABELS[(n * 5 + 3) % 16][n % 2], categories=["coffee", "nuts"][n % 2 :])
    for n in range(40)
]
BUYERS = [buyer(f"b{n}", LABELS[(n * 3) % 16][(n + 1) % 2], categories=["roasted"]) for n in range(30)]


def test_near_pairs_are_scored_as_a_full_run_scores_them(matcher):
    full = matcher.match(SELLERS, BUYERS)
    fair = LargeFair(matcher, SELLERS, BUYERS)
    found = {
        (fair.profiles[Side.EXHIBITOR][one].id, fair.profiles[Side.BUYER][other].id): score
        for one, other, score in zip(*(column.tolist() for column in fair.pairs()), strict=True)
    }
    both = found.keys() & full.pairs.keys()
    assert len(both) > len(full.pairs) / 2
    assert {pair: found[pair] for pair in both} == pytest.approx({pair: full.pairs[pair].score for pair in both})


def test_lists_of_near_pairs_keep_the_capacity_and_begin_with_what_fits(matcher):
    lists = large_lists(matcher.for_fair(list_length=3), SELLERS, BUYERS)
    assert lists.keys() == {profile.id for profile in (*SELLERS, *BUYERS)}
    assert max(len(found) for found in lists.values()) == 3
    full = matcher.for_fair(list_length=3).match(SELLERS, BUYERS).lists
    same = sum(len({one.id for one in lists[name]} & {one.id for one in full[name]}) for name in lists)
    assert same > 0.8 * sum(len(found) for found in full.values())


def test_blockers_hold_and_who_says_nothing_is_no_trouble(matcher):
    away, silent = exhibitor("away", "cà phê", vetoes=["b0"]), exhibitor("silent")
    fair = LargeFair(matcher, [*SELLERS, away, silent], [*BUYERS, buyer("mute")], forbidden=[("e1", "b1")])
    exhibitor_numbers, buyer_numbers, score = fair.pairs()
    names = {
        (fair.profiles[Side.EXHIBITOR][one].id, fair.profiles[Side.BUYER][other].id)
        for one, other in zip(exhibitor_numbers, buyer_numbers, strict=True)
    }
    assert not names & {("away", "b0"), ("e1", "b1")}
    assert np.isfinite(score).all()
    assert fair.place(silent) == []


def test_a_newcomer_is_placed_by_the_scores_of_a_full_run(matcher):
    fair = LargeFair(matcher, SELLERS[1:], BUYERS)
    placed = fair.place(SELLERS[0])
    matcher.match(SELLERS[1:], BUYERS)
    again = {pair.buyer_id: pair.score for pair in matcher.rematch(SELLERS[0]).pairs}
    assert placed
    assert dict(placed) == pytest.approx({name: again[name] for name, _ in placed}, abs=0.02)
    assert [score for _, score in placed] == sorted((score for _, score in placed), reverse=True)


def test_the_best_products_are_the_same_with_the_extra_and_without(monkeypatch):
    if sparse.sp_matmul_topn is None:
        pytest.skip("sparse-dot-topn is not installed; it is in requirements/fast.txt")
    rng = np.random.default_rng(0)
    rows, others = (csr_array(rng.integers(0, 3, (count, 30)) * (rng.random((count, 30)) < 0.2)) for count in (300, 80))
    turned = csr_array(others.T, dtype=float)
    quick = top_products(csr_array(rows, dtype=float), turned, 7)
    monkeypatch.setattr(sparse, "sp_matmul_topn", None)
    plain = top_products(csr_array(rows, dtype=float), turned, 7)
    assert [column.tolist() for column in quick] == [column.tolist() for column in plain]


def test_the_lists_are_the_same_with_the_extra_and_without(matcher, monkeypatch):
    lists = large_lists(matcher, SELLERS, BUYERS)
    monkeypatch.setattr(sparse, "sp_matmul_topn", None)
    assert large_lists(matcher, SELLERS, BUYERS) == lists


def test_equal_products_go_to_the_lower_column():
    rows, turned = csr_array(np.ones((1, 1))), csr_array(np.array([[1.0, 2.0, 1.0, 1.0, 0.0]]))
    assert [column.tolist() for column in top_products(rows, turned, 3)] == [[0, 0, 0], [0, 1, 2]]
    assert [column.tolist() for column in top_products(rows[:0], turned, 3)] == [[], []]
