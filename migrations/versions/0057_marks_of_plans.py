"""Note by triggers also that what the counts of a plan and of the lists rest on was written.

As for the tables of reports: a later migration that rebuilds one of these has to set its triggers up again on SQLite.
"""

from __future__ import annotations

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

# Which part each table belongs to, and whose fairs a row of it concerns: ``{row}`` is the row.
OWN = "fair.id = {row}.fair_id"
# One of the two is there still when a seat goes with the other.
OF_SEAT = (
    "fair.id IN (SELECT fair_id FROM slot WHERE slot.id = {row}.slot_id"
    " UNION SELECT fair_id FROM meeting WHERE meeting.id = {row}.meeting_id)"
)
OF_SIDE = "fair.id IN (SELECT fair_id FROM participation WHERE participation.id = {row}.participation_id)"
TABLES = {
    "hall": ("hall", OWN),
    "meeting_table": ("hall", OWN),
    "interpreter": ("hall", OWN),
    "representative": (
        "attendees",
        "fair.id IN (SELECT fair_id FROM participation WHERE company_id = {row}.company_id)",
    ),
    "fair_person": ("attendees", OF_SIDE),
    "meeting_attendee": (
        "attendees",
        "fair.id IN (SELECT fair_id FROM meeting WHERE meeting.id = {row}.meeting_id)",
    ),
    "seat": ("seats", OF_SEAT),
    "offer": ("items", OF_SIDE),
    "need": ("items", OF_SIDE),
}
NOTE = (
    "INSERT INTO fair_change (fair_id, part, writer, mark) "
    "SELECT fair.id, '{part}', {writer}, {mark} FROM fair WHERE {condition} "
    "ON CONFLICT (fair_id, part, writer) DO UPDATE SET mark = excluded.mark"
)
WRITTEN = "EXISTS (SELECT 1 FROM written WHERE {condition})"
# A row may go over to another fair's company: what it left has changed as well as what it came to.
ROWS = {
    "insert": ("INSERT", "NEW"),
    "update": ("UPDATE", "NEW"),
    "update_before": ("UPDATE", "OLD"),
    "delete": ("DELETE", "OLD"),
}


def upgrade() -> None:
    for table, (part, condition) in TABLES.items():
        (_watch_sqlite if op.get_bind().dialect.name == "sqlite" else _watch_postgresql)(table, part, condition)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for name in ROWS:
            op.execute(f"DROP TRIGGER {table}_{name}_is_noted" + ("" if is_sqlite else f" ON {table}"))
        if not is_sqlite:
            op.execute(f"DROP FUNCTION note_{table}_change()")


def _watch_sqlite(table: str, part: str, condition: str) -> None:
    for name, (event, row) in ROWS.items():
        note = NOTE.format(part=part, writer="0", mark="random()", condition=condition.format(row=row))
        op.execute(f"CREATE TRIGGER {table}_{name}_is_noted AFTER {event} ON {table} BEGIN {note}; END")


def _watch_postgresql(table: str, part: str, condition: str) -> None:
    """Once a statement, however many rows it writes."""
    written = WRITTEN.format(condition=condition.format(row="written"))
    mark = "floor(random() * 9e15)::bigint"
    note = NOTE.format(part=part, writer="txid_current()", mark=mark, condition=written)
    op.execute(
        f"CREATE FUNCTION note_{table}_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {note}; RETURN NULL; END $$"
    )
    for name, (event, row) in ROWS.items():
        op.execute(
            f"CREATE TRIGGER {table}_{name}_is_noted AFTER {event} ON {table} REFERENCING {row} TABLE AS written "
            f"FOR EACH STATEMENT EXECUTE FUNCTION note_{table}_change()"
        )
