"""How connections begin on SQLite, so that both databases refuse the same races."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event, exc, text

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

WAIT = "busy_timeout=15000"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", WAIT)
WRITING = {"write": True}
WRITING_AT_ONCE = {"write": True, "waits": False}
UNAVAILABLE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


def prepare(engine: Engine) -> Engine:
    """Set up an engine for the application and return it.

    On SQLite a connection that will write begins IMMEDIATE: a plain BEGIN that reads first and then
    writes fails at once with "database is locked" when another writer came between.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def begin_writing(session: Session, *, waits: bool = True) -> None:
    """Start the session's transaction as one that writes. Call it before the first read.

    Without ``waits`` it raises OperationalError at once where SQLite has another writer just now.
    """
    session.connection(execution_options=WRITING if waits else WRITING_AT_ONCE)


def gather_statistics(session: Session) -> None:
    """Let SQLite look at how its tables are filled, by samples; without that it often asks them in the wrong order.

    Connections learn of it when they are opened. PostgreSQL does this by itself.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA analysis_limit=1000"))
        session.execute(text("ANALYZE"))


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver.
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("waits", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("write") else "BEGIN")
        return
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA {WAIT}")
