"""Runs the migrations on the connection that the caller hands over, or on the configured database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from alembic import context
from sqlalchemy import create_engine

from config import Config
from matchmaker.models import Base
from matchmaker.models.base import ExactDecimal, Instant
from matchmaker.models.search import WORDS_TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


def compare_type(_context, _inspected, _metadata, inspected_type, metadata_type) -> bool | None:
    """Our own column types differ from what they are stored as; compare the stored type instead."""
    if isinstance(metadata_type, (Instant, ExactDecimal)):
        return type(inspected_type)._type_affinity is not metadata_type.impl_instance._type_affinity  # noqa: SLF001
    return None


def render_item(kind: str, item: object, _autogen_context) -> str | bool:
    """Write our own column types into migrations as the plain types they are stored as."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, ExactDecimal):
        return "sa.BigInteger()"
    return False


@contextmanager
def rows_kept(connection: Connection) -> Iterator[None]:
    """Keep SQLite from deleting what refers to a table that is being rebuilt.

    It changes a column by copying the table and dropping the old one, which would delete along every foreign key. The
    switch works only outside a transaction; that no reference was left hanging is checked before the end of it.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    was_on = bool(raw.execute("PRAGMA foreign_keys").fetchone()[0])
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        hanging = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if hanging:
            raise RuntimeError(f"{len(hanging)} rows would refer to nothing, the first in {hanging[0][0]}")
        connection.commit()
    finally:
        connection.rollback()
        raw.execute(f"PRAGMA foreign_keys={'ON' if was_on else 'OFF'}")


def include_name(name: str | None, kind: str, _parents) -> bool:
    """Leave out the words of the search: each database keeps them its own way, so no model describes them."""
    return not (kind == "table" and name is not None and name.startswith(WORDS_TABLE))


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=compare_type,
        render_item=render_item,
        include_name=include_name,
    )
    with rows_kept(connection), context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(Config.from_env().database_url).connect() as own:
        run(own)
