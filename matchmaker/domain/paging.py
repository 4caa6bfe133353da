"""The pages of a long list."""

from __future__ import annotations


def page_count(rows: int, *, a_page: int) -> int:
    """Return how many pages some rows take; none take one."""
    return max(1, -(-rows // a_page))


def page_shown(wanted: int, *, rows: int, a_page: int) -> tuple[int, int]:
    """Return the number of the page to show, the wanted one or the nearest there is, and how many there are."""
    pages = page_count(rows, a_page=a_page)
    return min(max(1, wanted), pages), pages
