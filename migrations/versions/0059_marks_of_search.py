"""Note by triggers also that the search says something else, and more of what lists show of a company.

A document of the search is written only where it says something else, and its words and facets go with it, so its own
table tells of all three. As for the others: a later migration that rebuilds it has to set its triggers up again on
SQLite.
"""

from __future__ import annotations

from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

NOTE = (
    "INSERT INTO fair_change (fair_id, part, writer, mark) "
    "SELECT fair.id, '{part}', {writer}, {mark} FROM fair WHERE {condition} "
    "ON CONFLICT (fair_id, part, writer) DO UPDATE SET mark = excluded.mark"
)
ROWS = {"insert": ("INSERT", "NEW"), "update": ("UPDATE", "NEW"), "delete": ("DELETE", "OLD")}
OWN = "fair.id = {row}.fair_id"
WRITTEN = "EXISTS (SELECT 1 FROM written WHERE fair.id = written.fair_id)"
OF_COMPANY = "fair.id IN (SELECT fair_id FROM participation WHERE company_id = NEW.id)"
SAID_BEFORE = "name, country, parent_country"
SAID = f"{SAID_BEFORE}, name_key, city, tax_code"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, (event, row) in ROWS.items():
            note = NOTE.format(part="search", writer="0", mark="random()", condition=OWN.format(row=row))
            op.execute(
                f"CREATE TRIGGER search_document_{name}_is_noted AFTER {event} ON search_document BEGIN {note}; END"
            )
        _watch_companies(SAID)
    else:
        _watch_search()


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ROWS:
        op.execute(f"DROP TRIGGER search_document_{name}_is_noted" + ("" if is_sqlite else " ON search_document"))
    if is_sqlite:
        _watch_companies(SAID_BEFORE)
    else:
        op.execute("DROP FUNCTION note_search_document_change()")


def _watch_search() -> None:
    """PostgreSQL notes it once a statement, however many rows it writes."""
    mark = "floor(random() * 9e15)::bigint"
    note = NOTE.format(part="search", writer="txid_current()", mark=mark, condition=WRITTEN)
    op.execute(
        "CREATE FUNCTION note_search_document_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {note}; RETURN NULL; END $$"
    )
    for name, (event, row) in ROWS.items():
        op.execute(
            f"CREATE TRIGGER search_document_{name}_is_noted AFTER {event} ON search_document "
            f"REFERENCING {row} TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_search_document_change()"
        )


def _watch_companies(columns: str) -> None:
    """SQLite watches named columns alone; PostgreSQL cannot, and notes each company that is written."""
    note = NOTE.format(part="people", writer="0", mark="random()", condition=OF_COMPANY)
    op.execute("DROP TRIGGER company_update_is_noted")
    op.execute(f"CREATE TRIGGER company_update_is_noted AFTER UPDATE OF {columns} ON company BEGIN {note}; END")
