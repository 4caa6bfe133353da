"""Statements as they go to the driver: what SQLAlchemy works out each time one is sent, worked out once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection
from sqlalchemy.engine import IteratorResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Dialect
    from sqlalchemy.engine import CursorResult

    from matchmaker.models.reading import Reader

# For so many lengths of its lists the text of a statement is kept; pages have lists of at most fifty rows. The texts of
# a large fair's long lists would fill the memory of each process: 64 lengths of some 2,000 keys take 10 MB a statement.
MOST_LENGTHS, LONGEST = 64, 200
# By dialect, as a process may know two databases. A statement that was sent once is True, one that is never prepared
# is False. What is kept does not name its statement, so that it goes when nobody else holds it any more.
_kept: WeakKeyDictionary[Dialect, WeakKeyDictionary[Any, Prepared | bool]] = WeakKeyDictionary()


class Prepared:
    """A select of columns with its text, its values and what makes rows of what the database gives.

    A list of values stands in the text once for each of them, so there is a text for each length that was asked for.
    """

    __slots__ = ("_fixed", "_is_positional", "_lists", "_makers", "_rows", "_texts")

    def __init__(self, compiled: Any, rows: Any) -> None:
        made = compiled._bind_processors  # noqa: SLF001
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._lists = tuple(name for name, bind in binds.items() if bind.expanding)
        self._makers = {name: made.get(name) for name in binds}
        self._makers |= {name: partial(_each, made.get(name)) for name in self._lists}
        self._texts: dict[tuple[int, ...], tuple[str, tuple[str, ...], dict[str, list[str]]]] = {}
        self._fixed = self._ready({name: bind.value for name, bind in binds.items() if not bind.required})
        self._is_positional = compiled.positional
        self._rows = rows

    def learn(self, statement: Any, connection: Connection, given: Mapping[str, Any]) -> None:
        """Keep the text for lists as long as the given ones are, unless it is known, too long or there are too many."""
        try:
            lengths = self._lengths(given)
        except TypeError:
            return
        if lengths in self._texts or sum(lengths) > LONGEST or len(self._texts) == MOST_LENGTHS:
            return
        values = self._fixed | self._ready(given)
        compiled = statement.compile(connection)
        state = compiled.construct_expanded_state({name: values[name] for name in self._makers})
        names = state.positiontup if self._is_positional else state.parameters
        self._texts[lengths] = state.statement, tuple(names), dict(state.parameter_expansion)

    def sent(self, given: Mapping[str, Any]) -> tuple[str, Any]:
        """Return the text and its values; raise KeyError where a value is missing or a list has a new length.

        Raises TypeError, and leaves it as it is, for a list that can be gone through only once.
        """
        text, names, members = self._texts[self._lengths(given) if self._lists else ()]
        values = self._fixed | self._ready(given)
        if members:
            for name, keys in members.items():
                values.update(zip(keys, values[name], strict=True))
        if self._is_positional:
            return text, tuple([values[name] for name in names])
        return text, {name: values[name] for name in names}

    def run(self, connection: Connection | Reader, text: str, values: Any) -> IteratorResult[Any]:
        """Send the statement and take all of its rows."""
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text, values)
            rows = cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            # What it means for the connection and for the one who asks is told as of any other statement.
            full = connection if isinstance(connection, Connection) else connection.full()
            full._handle_dbapi_exception(error, text, values, cursor, None)  # noqa: SLF001
        finally:
            cursor.close()
        return IteratorResult(self._rows, iter(rows))

    def _lengths(self, given: Mapping[str, Any]) -> tuple[int, ...]:
        return tuple([len(given[name] if name in given else self._fixed[name]) for name in self._lists])

    def _ready(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return values as the driver takes them; names that the statement does not have are left out."""
        makers = self._makers
        return {
            name: value if (make := makers[name]) is None else make(value)
            for name, value in given.items()
            if name in makers
        }


def of(connection: Connection | Reader, statement: Any) -> Prepared | None:
    """Return a statement that was prepared, unless someone listens to what is sent, as tests and logs do."""
    engine = connection.engine
    if engine.echo or engine.dispatch.before_cursor_execute:
        return None
    known = _kept.get(connection.dialect)
    found = known.get(statement) if known is not None else None
    return found if isinstance(found, Prepared) else None


def keep(connection: Connection, statement: Any, given: Mapping[str, Any], result: CursorResult[Any]) -> None:
    """Prepare a statement that is sent for the second time, where its text hangs on the length of its lists alone."""
    known = _kept.setdefault(connection.dialect, WeakKeyDictionary())
    seen = known.get(statement)
    if seen is None:
        known[statement] = True
        return
    if seen is True:
        compiled = statement.compile(connection)
        seen = known[statement] = Prepared(compiled, result._metadata) if _is_steady(compiled) else False  # noqa: SLF001
    if isinstance(seen, Prepared):
        seen.learn(statement, connection, given)


def _is_steady(compiled: Any) -> bool:
    """Whether a statement's text hangs on no value but the length of plain lists."""
    lists = compiled.post_compile_params
    if compiled.escaped_bind_names or not all(_stays(compiled, one) for one in compiled.literal_execute_params):
        return False
    if any(one.type._is_tuple_type or one.type._is_array or one.type._isnull for one in lists):  # noqa: SLF001
        return False
    return not any(bind.callable for bind in compiled.bind_names)


def _stays(compiled: Any, bind: Any) -> bool:
    """Whether a value that stands in the text is always the same, and as the driver takes it: no one has its name."""
    return bind.unique and not bind.required and compiled.bind_names[bind] not in compiled._bind_processors  # noqa: SLF001


def _each(make: Callable[[Any], Any] | None, values: Iterable[Any]) -> list[Any]:
    """Return the members of a list as the driver takes them."""
    return list(values) if make is None else [make(value) for value in values]
