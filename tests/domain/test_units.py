"""Units: the other language's word, and which amounts can be compared."""

import pytest

from matchmaker.domain.units import PAIRS, in_language, measured, reaches


@pytest.mark.parametrize(
    ("typed", "vi", "en"),
    [("chiếc", "chiếc", "pcs"), (" Pcs ", "cái", " Pcs "), ("tấn", "tấn", "tonnes"), ("kWp", "kWp", "kWp")],
)
def test_a_known_unit_is_said_in_the_readers_language_and_any_other_stays(typed, vi, en):
    assert (in_language(typed, "vi"), in_language(typed, "en")) == (vi, en)


def test_every_word_for_a_unit_measures_the_same():
    for vi, en in PAIRS:
        assert len({measured(3, word) for word in (*vi, *en)}) == 1


@pytest.mark.parametrize(
    ("wanted", "least", "found"),
    [
        ((2, "tấn"), (300, "kg"), True),
        ((2, "tạ"), (300, "kg"), False),
        ((0.5, "litres"), (500, "ml"), True),
        ((1.001, "tấn"), (1001, "kg"), True),
        ((0.009, "kg"), (9, "g"), True),
        ((4800, "chai"), (300, "bottles"), True),
        ((4800, "chai"), (300, "thùng"), None),
        ((4800, ""), (300, "thùng"), True),
        ((4800, "kWp"), (5000, "KWP"), False),
    ],
)
def test_an_order_is_reached_only_in_a_unit_both_are_counted_in(wanted, least, found):
    assert reaches(*wanted, *least) is found
