"""A session that hands rows of single columns on as the database gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, CompoundSelect, Select
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.orm import Session

from matchmaker.models import prepared

if TYPE_CHECKING:
    from sqlalchemy import Connection


class ReadingSession(Session):
    """A session whose selects of columns go straight to its connection.

    On the way that SQLAlchemy prepares for entities a row of columns costs the same as one of entities, three times
    what the statement itself does, and pages read hundreds of them. The connection is that of the session, and what
    waits to be written goes first, so both ways see the same rows.
    """

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Run a statement; one that reads columns alone takes the short way."""
        if options:
            return super().execute(statement, params, **options)
        connection = self._connected()
        ready = prepared.of(connection, statement)
        if ready is None and not reads_columns(statement):
            return super().execute(statement, params)
        self._autoflush()
        if ready is not None:
            try:
                text, values = ready.sent(params or {})
            except Exception:  # noqa: BLE001, S110 - The long way says what is wrong, and takes lists of a new length.
                pass
            else:
                return ready.run(connection, text, values)
        result = connection.execute(statement, params)
        # All rows are taken at once, as on the long way: what follows may change the tables they come from.
        result.cursor_strategy = FullyBufferedCursorFetchStrategy(result.cursor)
        prepared.keep(connection, statement, params or {}, result)
        return result

    def _connected(self) -> Connection:
        """Return the connection of this transaction; asking the session for it costs more than a small statement."""
        kept: Connection | None = self.info.get("connected")
        if kept is None or not kept.in_transaction() or self.in_nested_transaction():
            kept = self.info["connected"] = self.connection()
        return kept

    def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Return the first column of each row."""
        return self.execute(statement, params, **options).scalars()

    def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Return the first column of the first row, or None where there is none."""
        return self.execute(statement, params, **options).scalar()


def reads_columns(statement: Any) -> bool:
    """Whether a statement is a select of columns alone. Statements tell what they select by no public name."""
    if isinstance(statement, CompoundSelect):
        return all(reads_columns(one) for one in statement.selects)
    return (
        isinstance(statement, Select)
        and not statement._with_options  # noqa: SLF001
        and all(isinstance(column, ColumnElement) for column in statement._raw_columns)  # noqa: SLF001
    )
