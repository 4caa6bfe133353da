"""Long lists are read page by page, and a list of one page in one statement."""

import pytest

from matchmaker.models import CompanyGroup
from matchmaker.services import company_groups
from matchmaker.services.paging import PAGE_ROWS
from tests.query_count import count_queries


@pytest.mark.parametrize(
    ("rows", "wanted", "found", "statements"),
    [
        (0, 1, (0, 1, 1, 0), 1),
        (PAGE_ROWS - 1, 0, (PAGE_ROWS - 1, 1, 1, PAGE_ROWS - 1), 1),
        (PAGE_ROWS, 1, (PAGE_ROWS, 1, 1, PAGE_ROWS), 2),
        (PAGE_ROWS + 2, 1, (PAGE_ROWS, 1, 2, PAGE_ROWS + 2), 2),
        (PAGE_ROWS + 2, 9, (2, 2, 2, PAGE_ROWS + 2), 2),
        (0, 9, (0, 1, 1, 0), 2),
    ],
)
def test_a_page_says_which_one_it_is_and_how_many_there_are(session, factory, rows, wanted, found, statements):
    fair_id = factory.fair().id
    session.add_all(CompanyGroup(fair_id=fair_id, name=f"Group {number:03d}") for number in range(rows))
    session.flush()
    with count_queries(session.get_bind()) as asked:
        page = company_groups.groups(session, fair_id=fair_id, page=wanted)
    assert (len(page.lines), page.number, page.pages, page.total) == found
    assert len(asked) == statements
