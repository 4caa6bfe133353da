"""Read a long list page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import bindparam

from matchmaker.domain.paging import page_shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

PAGE_ROWS = 50
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Page(Generic[Line]):
    """Some lines of a list, the number of their page, and how many pages and lines there are in all."""

    lines: list[Line]
    number: int
    pages: int
    total: int


def paged(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return a statement that reads one page of what this one reads."""
    return statement.limit(PAGE_ROWS).offset(bindparam("start"))


def read_page(
    session: Session,
    *,
    count: Select[int],
    rows: Select[*tuple[Any, ...]],
    values: Mapping[str, Any],
    number: int,
    line: Callable[..., Line],
) -> Page[Line]:
    """Return a page of a ``paged`` statement, a line of each row. Beyond the last page is the last.

    Of a list that ends on its first page that page is all there is; of any other the rows are counted first.
    """
    found = session.execute(rows, {**values, "start": 0}).all() if number <= 1 else None
    if found is not None and len(found) < PAGE_ROWS:
        return Page([line(*row) for row in found], 1, 1, len(found))
    total = session.scalar(count, values) or 0
    number, pages = page_shown(number, rows=total, a_page=PAGE_ROWS)
    if found is None:
        found = session.execute(rows, {**values, "start": (number - 1) * PAGE_ROWS}).all()
    return Page([line(*row) for row in found], number, pages, total)
