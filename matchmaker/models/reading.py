"""A session that hands rows of single columns on as the database gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.orm import Session

from matchmaker.models import prepared
from matchmaker.models.engine import ONLY_READS, READING, begin_reading, open_for_reading

if TYPE_CHECKING:
    from sqlalchemy import Engine


# Options of a statement whose rows are fetched as they are needed.
PIECEWISE = frozenset({"stream_results", "yield_per"})


class Reader:
    """A connection of the driver's that a page reads on, with what SQLAlchemy puts around one only where it is needed.

    To set up and close a connection of SQLAlchemy's and its transaction costs a page as much as three statements.
    """

    __slots__ = ("_full", "connection", "dialect", "engine")

    def __init__(self, engine: Engine) -> None:
        self.engine, self.dialect = engine, engine.dialect
        self.connection = open_for_reading(engine)
        self._full: Connection | None = None

    def full(self) -> Connection:
        """Return the same as a connection of SQLAlchemy's, for what is not sent as it was prepared."""
        if self._full is None:
            self._full = Connection(self.engine, self.connection).execution_options(**READING)
        return self._full

    def close(self) -> None:
        """Give the connection back; nothing that was done on it stays."""
        if self._full is None:
            self.connection.close()
        else:
            self._full.close()


class ReadingSession(Session):
    """A session whose selects of columns go straight to its connection.

    On the way that SQLAlchemy prepares for entities a row of columns costs the same as one of entities, three times
    what the statement itself does, and pages read hundreds of them. The connection is that of the session, and what
    waits to be written goes first, so both ways see the same rows.

    While a page only reads, that is a connection of its own, to which the session is bound until it ends what it does.
    """

    _reader: Reader | None = None

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Run a statement; one that reads columns alone takes the short way."""
        connection = self._connected()
        if options:
            if self._reader is not None and PIECEWISE & options.get("execution_options", {}).keys():
                begin_reading(self._reader.full())
            return super().execute(statement, params, **options)
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
        if isinstance(connection, Reader):
            connection = connection.full()
        result = connection.execute(statement, params)
        # All rows are taken at once, as on the long way: what follows may change the tables they come from.
        result.cursor_strategy = FullyBufferedCursorFetchStrategy(result.cursor)
        prepared.keep(connection, statement, params or {}, result)
        return result

    def get_bind(self, *given: Any, **options: Any) -> Engine | Connection:
        """Return what statements go to: the connection that a page reads on, where there is one."""
        return self._reader.full() if self._reader is not None else super().get_bind(*given, **options)

    def connection(self, bind_arguments: Any = None, execution_options: Any = None) -> Connection:
        """Return the connection of this transaction; who begins to write no longer reads on one of their own."""
        if execution_options and not self.in_transaction():
            self._leave()
        return super().connection(bind_arguments, execution_options)

    def commit(self) -> None:
        """Commit; who goes on reading sees what was written meanwhile."""
        super().commit()
        self._leave()

    def rollback(self) -> None:
        """Take back what was done."""
        super().rollback()
        self._leave()

    def close(self) -> None:
        """End what is done, and give the connection back."""
        if self.in_transaction() or self.identity_map:  # Else there is nothing to let go of.
            super().close()
        self._leave()

    def _leave(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _connected(self) -> Connection | Reader:
        """Return the connection of this transaction; asking the session for it costs more than a small statement."""
        if self._reader is not None:
            return self._reader
        if not self.in_transaction() and (only_reads := self.info.get(ONLY_READS)) and only_reads():
            return self._begin_reading()
        kept: Connection | None = self.info.get("connected")
        if kept is None or not kept.in_transaction() or self.in_nested_transaction():
            kept = self.info["connected"] = self.connection()
        return kept

    def _begin_reading(self) -> Connection | Reader:
        engine = self.get_bind()
        if isinstance(engine, Connection):  # Whoever made the session reads on one of their own.
            return self.connection()
        try:
            self._reader = Reader(engine)
        except engine.dialect.loaded_dbapi.Error:
            return self.connection()  # Says what is wrong as of any other statement.
        return self._reader

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
