"""Count the statements that a piece of code sends to the database."""

from __future__ import annotations

from contextlib import contextmanager

from sqlalchemy import event


@contextmanager
def count_queries(engine):
    """Yield a list that fills with every statement the engine sends while the block runs."""
    sent = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        if statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
            return
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
