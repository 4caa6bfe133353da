"""How connections begin, so that both databases refuse the same races and pages that only read wait for nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event, exc, make_url, text
from sqlalchemy.orm.exc import StaleDataError

from matchmaker.models.search import WORDS_TABLE
from matchmaker.models.writers import WritingConnection

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, ExceptionContext, PoolProxiedConnection, Select
    from sqlalchemy.orm import Session

WAIT_SECONDS = 15
WAIT = f"busy_timeout={1000 * WAIT_SECONDS}"
# What is deleted is overwritten with zeros in the file; whoever gets hold of it finds no erased person in its gaps.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", WAIT)
WRITING = {"write": True}
WRITING_AT_ONCE = {"write": True, "waits": False}
READING = {"reads": True}
# By this name a session is told how it knows whether whoever uses it just now only reads.
ONLY_READS = "only reads"
SECONDS_CONNECTED = 1800
# What was read has been written, changed or deleted by another one since.
OVERTAKEN = (exc.IntegrityError, StaleDataError)
UNAVAILABLE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)
# PostgreSQL's codes for a statement that it has prepared for other columns than there are now, or prepared no longer.
PREPARED_IN_VAIN = frozenset({"0A000", "26000"})


def settings_of(url: str) -> dict[str, Any]:
    """Return the settings of an engine for an address."""
    # A fault's trace goes to the log, and must not take the values of its statement along: they name people.
    # Connections opened anew now and then learn of the database's newer statistics.
    settings = {"url": url, "hide_parameters": True, "pool_recycle": SECONDS_CONNECTED}
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite" and parts.database not in {None, "", ":memory:"}:
        settings["pool_size"] = 0  # As many as ask for one, for they wait in the line of writers and not for the pool.
    if parts.get_backend_name() == "postgresql":
        settings["isolation_level"] = "AUTOCOMMIT"  # Who writes begins a transaction (see below), who reads needs none.
    return settings


def prepare(engine: Engine) -> Engine:
    """Set up an engine for the application and return it.

    On SQLite a connection that will write begins IMMEDIATE: a plain BEGIN that reads first and then
    writes fails at once with "database is locked" when another writer came between. It stands in line for that.

    On PostgreSQL each statement sees what was committed before it, within a transaction and without one. So a page that
    only reads begins none: that spares it two ways to the server, and the server keeps its statements prepared, which
    the driver has it forget whenever a transaction is rolled back. Outside of one the server lets nobody write.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _before_connect)
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _on_connect_to_server)
        event.listen(engine, "begin", _on_begin_at_server)
        event.listen(engine, "handle_error", _on_error_of_server)
    return engine


def open_for_reading(engine: Engine) -> PoolProxiedConnection:
    """Return a connection of the driver's on which somebody only reads; SQLite shows them one state throughout."""
    raw = engine.raw_connection()
    if engine.dialect.name == "sqlite":
        raw.cursor().execute("BEGIN")
    return raw


def begin_reading(connection: Connection) -> None:
    """Begin a transaction for what is fetched piece by piece, which PostgreSQL gives within one alone."""
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "postgresql" and raw.info.transaction_status.name == "IDLE":
        connection.exec_driver_sql("BEGIN READ ONLY")


def begin_writing(session: Session, *, waits: bool = True) -> None:
    """Start the session's transaction as one that writes. Call it before the first read.

    Without ``waits`` it raises OperationalError at once where SQLite has another writer just now.
    """
    session.connection(execution_options=WRITING if waits else WRITING_AT_ONCE)


def lock(session: Session, rows: Select[Any], key: dict[str, Any]) -> None:
    """Wait for whoever writes some rows, and keep them; SQLite has one writer at a time and asks nothing."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(rows, key)


def gather_statistics(session: Session) -> None:
    """Let SQLite look at how its tables are filled, by samples; without that it often asks them in the wrong order.

    Connections learn of it when they are opened. PostgreSQL does this by itself.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA analysis_limit=1000"))
        session.execute(text("ANALYZE"))


def drop_old_pages(engine: Engine) -> bool:
    """Let the database forget what was deleted: older versions of rows, and samples of them kept for planning.

    On SQLite these are pages in the log of changes and words in the search's own index; False is returned while a
    reader still needs them, which is to try again.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE)")
        return True
    with engine.execution_options(**WRITING).begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO {WORDS_TABLE}({WORDS_TABLE}) VALUES('optimize')")
        connection.exec_driver_sql("ANALYZE")
    with engine.connect() as connection:
        busy, _, _ = connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def _before_connect(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
    options["factory"] = WritingConnection


def _on_connect(connection: WritingConnection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver.
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.find_line()


def _on_connect_to_server(connection: Any, _record: Any) -> None:
    connection.execute("SET default_transaction_read_only = on")


def _on_begin_at_server(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("reads") and options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN READ WRITE")


def _on_error_of_server(context: ExceptionContext) -> None:
    """Let go of connections whose prepared statements a migration overtook: each page that sends one would fail."""
    if getattr(context.original_exception, "sqlstate", None) in PREPARED_IN_VAIN:
        context.is_disconnect = True


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("reads"):
        return
    if not options.get("write"):
        # Every page begins so. The driver is asked itself, as this waits for nobody and so cannot be refused.
        connection.connection.cursor().execute("BEGIN")
        return
    raw: Any = connection.connection.dbapi_connection
    left = raw.stand_in_line(seconds=WAIT_SECONDS if options.get("waits", True) else 0)
    raw.execute(f"PRAGMA busy_timeout={int(1000 * left)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except BaseException:
        raw.leave_line()
        raise
    finally:
        raw.execute(f"PRAGMA {WAIT}")
