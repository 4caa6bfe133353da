"""Note by triggers also which third companies were asked to join a meeting and what they answered.

So a company's agenda can be kept until something of it is written. As for the others: a later migration that rebuilds
the table has to set its triggers up again on SQLite.
"""

from __future__ import annotations

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

TABLE = "third_company"
# One of the two is there still when a row goes with the meeting or with the company's part in the fair.
CONDITION = (
    "fair.id IN (SELECT fair_id FROM meeting WHERE meeting.id = {row}.meeting_id"
    " UNION SELECT fair_id FROM participation WHERE participation.id = {row}.participation_id)"
)
NOTE = (
    "INSERT INTO fair_change (fair_id, part, writer, mark) "
    "SELECT fair.id, 'thirds', {writer}, {mark} FROM fair WHERE {condition} "
    "ON CONFLICT (fair_id, part, writer) DO UPDATE SET mark = excluded.mark"
)
WRITTEN = "EXISTS (SELECT 1 FROM written WHERE {condition})"
# A row goes over to another company when two become one.
ROWS = {
    "insert": ("INSERT", "NEW"),
    "update": ("UPDATE", "NEW"),
    "update_before": ("UPDATE", "OLD"),
    "delete": ("DELETE", "OLD"),
}


def upgrade() -> None:
    (_watch_sqlite if op.get_bind().dialect.name == "sqlite" else _watch_postgresql)()


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ROWS:
        op.execute(f"DROP TRIGGER {TABLE}_{name}_is_noted" + ("" if is_sqlite else f" ON {TABLE}"))
    if not is_sqlite:
        op.execute(f"DROP FUNCTION note_{TABLE}_change()")


def _watch_sqlite() -> None:
    for name, (event, row) in ROWS.items():
        note = NOTE.format(writer="0", mark="random()", condition=CONDITION.format(row=row))
        op.execute(f"CREATE TRIGGER {TABLE}_{name}_is_noted AFTER {event} ON {TABLE} BEGIN {note}; END")


def _watch_postgresql() -> None:
    """Once a statement, however many rows it writes."""
    written = WRITTEN.format(condition=CONDITION.format(row="written"))
    note = NOTE.format(writer="txid_current()", mark="floor(random() * 9e15)::bigint", condition=written)
    op.execute(
        f"CREATE FUNCTION note_{TABLE}_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {note}; RETURN NULL; END $$"
    )
    for name, (event, row) in ROWS.items():
        op.execute(
            f"CREATE TRIGGER {TABLE}_{name}_is_noted AFTER {event} ON {TABLE} REFERENCING {row} TABLE AS written "
            f"FOR EACH STATEMENT EXECUTE FUNCTION note_{TABLE}_change()"
        )
