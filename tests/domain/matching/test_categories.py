import pytest

from matchmaker.domain.matching.categories import CategoryTree, declared
from matchmaker.domain.matching.profiles import Category, Item
from tests.domain.matching.conftest import CATEGORIES, exhibitor


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("coffee", "coffee", 1.0),
        ("food", "coffee", 0.5),
        ("food", "roasted", 0.25),
        ("coffee", "nuts", 0.4),
        ("coffee", "build", 0.0),
        ("new", "new", 1.0),
        ("new", "food", 0.0),
    ],
)
def test_nearness_falls_with_the_way_through_the_tree(first, second, expected):
    tree = CategoryTree(CATEGORIES)
    assert (tree.likeness(first, second), tree.likeness(second, first)) == (expected, expected)


def test_a_circle_in_the_data_ends_the_walk():
    tree = CategoryTree([Category(code="a", parent="b"), Category(code="b", parent="a")])
    assert tree.path("a") == ("b", "a")


def test_a_declared_code_is_trusted_more_than_a_suggested_one():
    item = Item(id="1", text="", categories=("nuts",), suggested=("nuts", "food"))
    assert declared(exhibitor("e", categories=["coffee"]), [item]) == {"nuts": 1.0, "food": 0.7, "coffee": 1.0}
