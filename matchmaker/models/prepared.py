"""Statements as they go to the driver: what SQLAlchemy works out each time one is sent, worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy.engine import IteratorResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Dialect
    from sqlalchemy.engine import CursorResult

# By dialect, as a process may know two databases. A statement that was sent once is True, one that is never prepared
# is False. What is kept does not name its statement, so that it goes when nobody else holds it any more.
_kept: WeakKeyDictionary[Dialect, WeakKeyDictionary[Any, Prepared | bool]] = WeakKeyDictionary()


class Prepared:
    """A select of columns with its text, its values and what makes rows of what the database gives."""

    __slots__ = ("_fixed", "_is_positional", "_makers", "_names", "_rows", "_text")

    def __init__(self, compiled: Any, rows: Any) -> None:
        made = compiled._bind_processors  # noqa: SLF001
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._text = str(compiled)
        self._names = tuple(compiled.positiontup if compiled.positional else binds)
        self._makers = {name: made.get(name) for name in binds}
        self._fixed = self._ready({name: bind.value for name, bind in binds.items() if not bind.required})
        self._is_positional = compiled.positional
        self._rows = rows

    def values(self, given: Mapping[str, Any]) -> Any:
        """Return what to send along with the text; raise KeyError where a value is missing."""
        values = self._fixed | self._ready(given)
        if self._is_positional:
            return tuple([values[name] for name in self._names])
        return {name: values[name] for name in self._names}

    def run(self, connection: Connection, values: Any) -> IteratorResult[Any]:
        """Send the statement and take all of its rows."""
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self._text, values)
            rows = cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            # What it means for the connection and for the one who asks is told as of any other statement.
            connection._handle_dbapi_exception(error, self._text, values, cursor, None)  # noqa: SLF001
        finally:
            cursor.close()
        return IteratorResult(self._rows, iter(rows))

    def _ready(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return values as the driver takes them; names that the statement does not have are left out."""
        makers = self._makers
        return {
            name: value if (make := makers[name]) is None else make(value)
            for name, value in given.items()
            if name in makers
        }


def of(connection: Connection, statement: Any) -> Prepared | None:
    """Return a statement that was prepared, unless someone listens to what is sent, as tests and logs do."""
    engine = connection.engine
    if engine.echo or engine.dispatch.before_cursor_execute:
        return None
    found = _kept[connection.dialect].get(statement) if connection.dialect in _kept else None
    return found if isinstance(found, Prepared) else None


def keep(connection: Connection, statement: Any, result: CursorResult[Any]) -> None:
    """Prepare a statement that is sent for the second time, where its text is the same whatever its values are."""
    known = _kept.setdefault(connection.dialect, WeakKeyDictionary())
    seen = known.get(statement)
    if seen is None:
        known[statement] = True
    elif seen is True:
        compiled: Any = statement.compile(connection)
        varies = compiled.literal_execute_params or compiled.post_compile_params or compiled.escaped_bind_names
        is_asked = any(bind.callable for bind in compiled.bind_names)
        known[statement] = False if varies or is_asked else Prepared(compiled, result._metadata)  # noqa: SLF001
