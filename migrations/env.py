"""Runs the migrations on the connection that the caller hands over, or on the configured database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import context
from sqlalchemy import create_engine

from config import Config
from matchmaker.models import Base
from matchmaker.models.base import ExactDecimal, Instant

if TYPE_CHECKING:
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


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=compare_type,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(Config.from_env().database_url).connect() as own:
        run(own)
