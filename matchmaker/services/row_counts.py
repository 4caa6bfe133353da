"""Count the rows of many tables in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def counts(session: Session, *, wanted: Iterable[tuple[Any, ColumnElement[bool]]]) -> list[int]:
    """Return how many rows of each table fit the condition beside it, in the order they were asked for."""
    each = [select(func.count()).select_from(table).where(where).scalar_subquery() for table, where in wanted]
    return list(session.execute(select(*each)).one()) if each else []
