"""A category tree as a file: what is wrong between its rows, found in one walk."""

import sys
from collections import Counter

import pytest

from matchmaker.domain.category_files import DEEPEST, MOST_ROWS, read_categories

HEAD = "code,parent,name_vi,name_en"
STEPS_PER_ROW = 200


def tree(*pairs):
    return read_categories("\n".join([HEAD, *(f"{code},{parent},Tên,Name" for code, parent in pairs)]))


def faults(*pairs):
    return [(error.row, error.code) for error in tree(*pairs).errors]


def test_levels_are_counted_up_to_the_deepest_that_may_be():
    chain = [("a0", ""), *((f"a{n}", f"a{n - 1}") for n in range(1, DEEPEST + 2))]
    assert faults(*chain) == [(DEEPEST + 2, "too_deep"), (DEEPEST + 3, "too_deep")]
    assert faults(*chain[::-1]) == [(2, "too_deep"), (3, "too_deep")]


def test_a_circle_and_whatever_hangs_on_it_is_named():
    pairs = [("a", "b"), ("b", "c"), ("c", "b"), ("d", "d"), ("e", ""), ("f", "e")]
    assert faults(*pairs) == [(2, "circle"), (3, "circle"), (4, "circle"), (5, "circle")]


def test_a_parent_that_is_not_there_is_named():
    assert faults(("a", ""), ("b", "nowhere"), ("c", "b")) == [(3, "unknown_parent")]


@pytest.fixture
def steps():
    """Stop who takes many more steps than there are rows."""
    count = Counter()

    def trace(_frame, event, _arg):
        count[event] += 1
        assert count["line"] < STEPS_PER_ROW * MOST_ROWS, "the rows are walked again and again"
        return trace

    sys.settrace(trace)
    yield
    sys.settrace(None)


@pytest.mark.usefixtures("steps")
def test_a_chain_of_as_many_rows_as_there_may_be_is_walked_once():
    chain = [(f"a{n}", f"a{n + 1}") for n in range(MOST_ROWS - 1)]
    assert Counter(code for _, code in faults(*chain, (f"a{MOST_ROWS - 1}", ""))) == {"too_deep": MOST_ROWS - DEEPEST}
