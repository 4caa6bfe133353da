"""No hidden figure can be worked out from what is shown."""

import random

import pytest

from matchmaker.domain.reporting.disclosure import FEWEST, Cell, hidden_by_dimension, hidden_keys, is_hidden


def cells_of(*facts):
    return [Cell(key=key, companies=companies, weight=weight) for key, companies, weight in facts]


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        ([("a", 5, 50), ("b", 4, 40)], set()),
        ([("a", 5, 50), ("b", 2, 40)], {"a", "b"}),
        ([("a", 5, 50), ("b", 1, 10), ("c", 9, 20)], {"b", "c"}),
        ([("a", 1, 50), ("b", 2, 10), ("c", 9, 20)], {"a", "b", "c"}),
        ([("a", 0, 0), ("b", 1, 10), ("c", 9, 20), ("d", 9, 30)], {"b", "c"}),
        ([("a", 1, 10), ("b", 9, 0), ("c", 9, 20), ("d", 9, 30)], {"a", "c"}),
        ([("a", 1, 10), ("b", 1, 10)], {"a", "b"}),
    ],
)
def test_small_cells_take_others_with_them(cells, hidden):
    assert hidden_keys(cells_of(*cells)) == hidden


def test_what_two_tables_share_is_hidden_in_both():
    """Deals within the country are one cell by country and by reach: 50 = 1050 in all - 900 - 100 of reach."""
    tables = {
        "country": cells_of(("VN", 3, 100), ("JP", 1, 50), ("US", 9, 900)),
        "reach": cells_of(("domestic", 3, 100), ("international", 9, 950)),
        "stage": cells_of(("mou", 9, 1050)),
    }

    assert hidden_by_dimension(tables, home_country="VN") == {
        "country": {"VN", "JP"},
        "reach": {"domestic", "international"},
        "stage": set(),
    }
    assert hidden_by_dimension(tables, home_country="US")["reach"] == set()


def test_a_total_of_too_few_is_hidden_and_one_of_nobody_is_not():
    assert [is_hidden(companies) for companies in (0, 1, 2, 3)] == [False, True, True, False]


@pytest.mark.parametrize("seed", range(300))
def test_what_is_shown_gives_no_hidden_cell_away(seed):
    """Whoever knows the total and every shown cell knows the sum of the hidden ones, and that no value is negative.

    A cell is given away where its value is the only one possible: where it is alone, or all hidden ones are nought
    while the total is not.
    """
    chance = random.Random(seed)
    cells = [
        Cell(key=str(place), companies=chance.randint(0, 6), weight=chance.choice([0, chance.randint(1, 900)]))
        for place in range(chance.randint(1, 9))
    ]
    cells = [cell if cell.companies else Cell(key=cell.key, companies=0, weight=0) for cell in cells]
    hidden = [cell for cell in cells if cell.key in hidden_keys(cells)]
    shown = [cell for cell in cells if cell not in hidden]

    assert all(cell.companies == 0 or cell.companies >= FEWEST for cell in shown)
    if hidden and any(cell.companies for cell in shown):
        valued = [cell for cell in hidden if cell.weight]
        assert len(valued) >= 2
        assert max(cell.companies for cell in valued) >= FEWEST
        left = sum(cell.weight for cell in cells) - sum(cell.weight for cell in shown)
        for cell in valued:
            others = left - cell.weight
            assert others > 0
