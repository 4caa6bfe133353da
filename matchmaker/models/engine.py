"""How connections begin on SQLite, so that both databases refuse the same races."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event, exc

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000")
WRITING = {"write": True}
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


def begin_writing(session: Session) -> None:
    """Start the session's transaction as one that writes. Call it before the first read."""
    session.connection(execution_options=WRITING)


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver.
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
