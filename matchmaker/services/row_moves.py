"""Give the rows that belong to one thing to another of its kind, whatever table they are in.

Which tables those are is read from the foreign keys, so a table that is added later is moved as well and never left
to be deleted with what it pointed to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, and_, delete, or_, select, text, update

from matchmaker.models import Base

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterator

    from sqlalchemy import Column, ColumnElement, Table, TextClause
    from sqlalchemy.orm import Session


@dataclass(slots=True)
class Moves:
    """How many rows of each table were moved, and how many were given up because the kept one has the same."""

    moved: dict[str, int] = field(default_factory=dict)
    doubled: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, *, moved: int, doubled: int) -> None:
        """Count the rows of one table."""
        for counts, number in ((self.moved, moved), (self.doubled, doubled)):
            if number:
                counts[table] = counts.get(table, 0) + number


def references_to(target: str, *, besides: Collection[str] = ()) -> list[tuple[Table, Column[Any]]]:
    """Return every column that refers to a table's key, but those of the tables ``besides``."""
    return [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == target and key.column.name == "id" and table.name not in besides
    ]


def move_all(
    session: Session,
    target: str,
    *,
    gone: uuid.UUID,
    kept: uuid.UUID,
    moves: Moves,
    besides: Collection[str] = (),
) -> None:
    """Let every row that refers to ``gone`` refer to ``kept``.

    Where ``kept`` has a row that a unique key lets stand only once, that one stays and the other is counted as
    doubled and given up.
    """
    for table, column in references_to(target, besides=besides):
        _move(session, table, column, gone=gone, kept=kept, moves=moves)


def _move(
    session: Session, table: Table, column: Column[Any], *, gone: uuid.UUID, kept: uuid.UUID, moves: Moves
) -> None:
    key = tuple(table.primary_key.columns)
    doubled: set[tuple[Any, ...]] = set()
    for others, predicate in _unique_with(table, column):
        taken = {tuple(row)[: len(others)] for row in session.execute(_rows(others, column, kept, predicate))}
        for row in session.execute(_rows((*others, *key), column, gone, predicate)):
            companions, row_key = tuple(row[: len(others)]), tuple(row[len(others) :])
            if companions in taken and None not in companions:
                doubled.add(row_key)
    if doubled:
        session.execute(delete(table).where(_is_one_of(key, doubled)))
    moved = session.execute(update(table).where(column == gone).values({column: kept}).returning(*key)).all()
    moves.add(table.name, moved=len(moved), doubled=len(doubled))


def _is_one_of(key: tuple[Column[Any], ...], rows: Collection[tuple[Any, ...]]) -> ColumnElement[bool]:
    return or_(*(and_(*(column == value for column, value in zip(key, row, strict=True))) for row in rows))


def _rows(columns: tuple[Column[Any], ...], column: Column[Any], owner: uuid.UUID, predicate: TextClause | None) -> Any:
    # A key of this column alone lets one row stand for each owner: any two rows clash then.
    wanted = select(*(columns or (text("1"),))).select_from(column.table).where(column == owner)
    return wanted if predicate is None else wanted.where(predicate)


def _unique_with(table: Table, column: Column[Any]) -> Iterator[tuple[tuple[Column[Any], ...], TextClause | None]]:
    """The other columns of each unique key that a column is part of, with the condition of a partial one."""
    for constraint in table.constraints:
        if isinstance(constraint, (PrimaryKeyConstraint, UniqueConstraint)) and column.name in constraint.columns:
            yield tuple(one for one in constraint.columns if one is not column), None
    for index in table.indexes:
        if index.unique and column.name in index.columns:
            yield (
                tuple(one for one in index.columns if one is not column),
                index.dialect_options["postgresql"].get("where"),
            )
