"""Note by triggers also what companies say of each other, who joins a meeting as a third, absences and certificates.

So a company's suggestions with the times both have free, its agenda, and what its page says, can be kept until
something of it is written. As for the others: a later migration that rebuilds one of these tables has to set its
triggers up again on SQLite.
"""

from __future__ import annotations

from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

OF_SIDE = "fair.id IN (SELECT fair_id FROM participation WHERE participation.id = {row}.participation_id)"
OF_COMPANY = "fair.id IN (SELECT fair_id FROM participation WHERE company_id = {row}.company_id)"
# One of the two is there still when an absence goes with the slot or with the person.
OF_ABSENCE = (
    "fair.id IN (SELECT fair_id FROM slot WHERE slot.id = {row}.slot_id"
    " UNION SELECT participation.fair_id FROM participation JOIN fair_person"
    " ON fair_person.participation_id = participation.id"
    " WHERE fair_person.representative_id = {row}.representative_id)"
)
# One of the two is there still when a third company goes with the meeting or with its part in the fair.
OF_THIRD = (
    "fair.id IN (SELECT fair_id FROM meeting WHERE meeting.id = {row}.meeting_id"
    " UNION SELECT fair_id FROM participation WHERE participation.id = {row}.participation_id)"
)
TABLES = {
    "veto": ("answers", OF_SIDE),
    "suggestion_answer": ("answers", OF_SIDE),
    "representative_absence": ("absences", OF_ABSENCE),
    "certificate": ("papers", OF_COMPANY),
    "third_company": ("thirds", OF_THIRD),
}
NOTE = (
    "INSERT INTO fair_change (fair_id, part, writer, mark) "
    "SELECT fair.id, '{part}', {writer}, {mark} FROM fair WHERE {condition} "
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
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, (part, condition) in TABLES.items():
        (_watch_sqlite if is_sqlite else _watch_postgresql)(table, part, condition)


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
