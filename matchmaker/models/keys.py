"""Keys that stand as text in a column that holds other things as well."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from matchmaker.models.base import RowKey

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler


class KeyIn(GenericFunction[uuid.UUID]):
    """The key that a text holds, as its database keeps keys; ask for it only where the text is one."""

    name = "key_in"
    type = RowKey()
    inherit_cache = True


@compiles(KeyIn, "sqlite")
def _on_sqlite(element: KeyIn, compiler: SQLCompiler, **options: Any) -> str:
    return f"replace({compiler.process(element.clauses, **options)}, '-', '')"


@compiles(KeyIn, "postgresql")
def _on_postgres(element: KeyIn, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS UUID)"
