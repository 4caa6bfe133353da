"""Note by triggers that what a fair's report rests on was written, so that a report can be kept until then.

A later migration that rebuilds one of these tables has to set its triggers up again: SQLite drops a table's triggers
with the table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

# Which part of a report each table belongs to, and whose fairs a row of it concerns: ``{row}`` is the row.
OWN = "fair.id = {row}.fair_id"
TABLES = {
    "participation": ("people", OWN),
    "company": ("people", "fair.id IN (SELECT fair_id FROM participation WHERE company_id = {row}.id)"),
    "suggestion": ("suggestions", OWN),
    "meeting": ("meetings", OWN),
    "slot": ("meetings", OWN),
    "deal": ("deals", OWN),
    "deal_meeting": ("deals", "fair.id IN (SELECT fair_id FROM deal WHERE deal.id = {row}.deal_id)"),
    "outcome_report": ("deals", OWN),
    "fair_rate": ("rules", OWN),
    "fair_staff": ("rules", OWN),
    "category": ("rules", "({row}.fair_id IS NULL OR fair.id = {row}.fair_id)"),
}
# A company's row is written for much that no report says; these columns it does.
SAID_OF_COMPANIES = ("name", "country", "parent_country")
NOTE = (
    "INSERT INTO fair_change (fair_id, part, writer, mark) "
    "SELECT fair.id, '{part}', {writer}, {mark} FROM fair WHERE {condition} "
    "ON CONFLICT (fair_id, part, writer) DO UPDATE SET mark = excluded.mark"
)
WRITTEN = "EXISTS (SELECT 1 FROM written WHERE {condition})"
ROWS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def upgrade() -> None:
    op.create_table(
        "fair_change",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("writer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_change_fair_id_fair"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fair_id", "part", "writer", name=op.f("pk_fair_change")),
    )
    for table, (part, condition) in TABLES.items():
        (_watch_sqlite if op.get_bind().dialect.name == "sqlite" else _watch_postgresql)(table, part, condition)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for event in ROWS:
            op.execute(f"DROP TRIGGER {_name(table, event)}" + ("" if is_sqlite else f" ON {table}"))
        if not is_sqlite:
            op.execute(f"DROP FUNCTION note_{table}_change()")
    op.drop_table("fair_change")


def _watch_sqlite(table: str, part: str, condition: str) -> None:
    for event, row in ROWS.items():
        columns = f" OF {', '.join(SAID_OF_COMPANIES)}" if (table, event) == ("company", "UPDATE") else ""
        note = NOTE.format(part=part, writer="0", mark="random()", condition=condition.format(row=row))
        op.execute(f"CREATE TRIGGER {_name(table, event)} AFTER {event}{columns} ON {table} BEGIN {note}; END")


def _watch_postgresql(table: str, part: str, condition: str) -> None:
    """Once a statement, however many rows it writes."""
    written = WRITTEN.format(condition=condition.format(row="written"))
    mark = "floor(random() * 9e15)::bigint"
    note = NOTE.format(part=part, writer="txid_current()", mark=mark, condition=written)
    op.execute(
        f"CREATE FUNCTION note_{table}_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {note}; RETURN NULL; END $$"
    )
    for event, row in ROWS.items():
        op.execute(
            f"CREATE TRIGGER {_name(table, event)} AFTER {event} ON {table} REFERENCING {row} TABLE AS written "
            f"FOR EACH STATEMENT EXECUTE FUNCTION note_{table}_change()"
        )


def _name(table: str, event: str) -> str:
    return f"{table}_{event.lower()}_is_noted"
