import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matchmaker.domain.matching.profiles import Item
from matchmaker.domain.matching.retrieval import best_two, statements
from tests.domain.matching.conftest import items


@given(arrays(float, (3, 7), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])))
def test_best_two_is_the_mean_of_the_best_two_items_or_the_only_one(pairs):
    starts = np.array([0, 3, 4])
    slow = [
        [float(np.mean(sorted(line[a:b])[::-1][: min(2, b - a)])) for a, b in ((0, 3), (3, 4), (4, 7))]
        for line in pairs
    ]
    assert best_two(pairs, np.arange(7), starts).tolist() == slow


def test_two_versions_of_one_item_count_as_one():
    pairs = np.array([[0.9, 0.8, 0.1]])
    assert best_two(pairs, np.array([0, 2]), np.array([0])).tolist() == [[0.5]]


def test_ten_thousand_identical_offers_are_one():
    assert len(statements([items(*["gạch ốp lát"] * 10_000)], ["vi"])) == 1


def test_an_item_in_two_languages_has_two_texts():
    found = statements([[Item(id="1", text="gạch", text_other="tiles")]], ["vi"])
    assert [(said.item, said.text.lang, said.raw) for said in found] == [(0, "vi", "gạch"), (0, "en", "tiles")]


def test_blank_texts_and_signs_alone_say_nothing():
    assert statements([items("", "   ", "😀", "…")], [None]) == []
