"""Note by triggers also what decides whom the directory shows, and the fair's choice of categories.

As for the others: a later migration that rebuilds one of these tables has to set its triggers up again on SQLite.
"""

from __future__ import annotations

from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

OWN = "fair.id = {row}.fair_id"
OF_COMPANY = "fair.id IN (SELECT fair_id FROM participation WHERE company_id = {row}.company_id)"
TABLES = {
    "consent": ("consents", OWN),
    "registration": ("consents", OWN),
    "stored_file": ("files", OF_COMPANY),
    "fair_category": ("tree", OWN),
}
NOTE = (
    "INSERT INTO fair_change (fair_id, part, writer, mark) "
    "SELECT fair.id, '{part}', {writer}, {mark} FROM fair WHERE {condition} "
    "ON CONFLICT (fair_id, part, writer) DO UPDATE SET mark = excluded.mark"
)
WRITTEN = "EXISTS (SELECT 1 FROM written WHERE {condition})"
# A file goes over to another company when two become one.
ROWS = {
    "insert": ("INSERT", "NEW"),
    "update": ("UPDATE", "NEW"),
    "update_before": ("UPDATE", "OLD"),
    "delete": ("DELETE", "OLD"),
}
SAID_BEFORE = "name, country, parent_country, name_key, city, tax_code"
SAID = f"{SAID_BEFORE}, stage, verified_at, verified_as"


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, (part, condition) in TABLES.items():
        (_watch_sqlite if is_sqlite else _watch_postgresql)(table, part, condition)
    if is_sqlite:
        _watch_companies(SAID)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for name in ROWS:
            op.execute(f"DROP TRIGGER {table}_{name}_is_noted" + ("" if is_sqlite else f" ON {table}"))
        if not is_sqlite:
            op.execute(f"DROP FUNCTION note_{table}_change()")
    if is_sqlite:
        _watch_companies(SAID_BEFORE)


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


def _watch_companies(columns: str) -> None:
    """SQLite watches named columns alone; PostgreSQL cannot, and notes each company that is written."""
    condition = "fair.id IN (SELECT fair_id FROM participation WHERE company_id = NEW.id)"
    note = NOTE.format(part="people", writer="0", mark="random()", condition=condition)
    op.execute("DROP TRIGGER company_update_is_noted")
    op.execute(f"CREATE TRIGGER company_update_is_noted AFTER UPDATE OF {columns} ON company BEGIN {note}; END")
