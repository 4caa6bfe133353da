from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.term_lists import terms_for

PAIRS = [("gỗ tràm", "acacia wood"), ("gỗ", "wood"), ("tôm", "shrimp"), ("khay tre", "bamboo tray")]


def test_terms_are_found_in_either_language_whole_words_alone_and_longer_ones_first():
    found = terms_for(["Bàn ghế gỗ tràm xuất khẩu", "Shrimp, frozen"], PAIRS, most=10)
    assert found == [("gỗ tràm", "acacia wood"), ("gỗ", "wood"), ("tôm", "shrimp")]


def test_part_of_a_word_is_no_term():
    assert terms_for(["plywood"], PAIRS, most=10) == []


@given(st.lists(st.text(max_size=30), max_size=4), st.integers(0, 5))
def test_never_more_than_asked_for_and_each_once(texts, most):
    found = terms_for([*texts, "gỗ tôm"], [*PAIRS, *PAIRS], most=most)
    assert len(found) <= most
    assert len(set(found)) == len(found)
