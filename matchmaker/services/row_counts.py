"""Count the rows of many tables in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Select


def statement(wanted: Iterable[tuple[Any, ColumnElement[bool]]]) -> Select[Any]:
    """Return what counts the rows of each table that fit the condition beside it, in the order they are asked for."""
    return select(*[select(func.count()).select_from(table).where(where).scalar_subquery() for table, where in wanted])
