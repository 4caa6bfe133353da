import pytest

from matchmaker.domain.paging import page_count, page_shown


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 1), (12, 1), (13, 2), (25, 3)])
def test_pages_hold_all_rows_and_an_empty_list_has_one(rows, pages):
    assert page_count(rows, a_page=12) == pages


@pytest.mark.parametrize(("wanted", "shown"), [(-1, 1), (0, 1), (2, 2), (3, 3), (4, 3), (10**30, 3)])
def test_a_page_that_is_not_there_gives_the_nearest(wanted, shown):
    assert page_shown(wanted, rows=25, a_page=12) == (shown, 3)
