"""Seal the ledger in a hash chain, and let the database refuse to change what is in it.

The tables that hold the ledger may not be rebuilt by a later migration without setting their triggers up again:
SQLite drops a table's triggers with the table.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

APPEND_ONLY = "the ledger is append-only"
REPORT_COLUMNS = (
    *("id", "fair_id", "meeting_id", "deal_id", "side", "entry", "outcome", "amount", "currency", "typed", "horizon"),
    *("years", "evidence", "evidence_number", "signed_on", "attribution", "stated_at"),
)
TABLES = ("outcome_report", "ledger_entry")
PLAIN = ("side", "entry", "outcome", "currency", "typed", "horizon", "evidence", "evidence_number", "attribution")
START = "0" * 64


def upgrade() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_ledger_entry_position_counts")),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_ledger_entry_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fair_id", "position", name=op.f("pk_ledger_entry")),
    )
    op.create_index(op.f("ix_ledger_entry_subject_id"), "ledger_entry", ["subject_id"], unique=False)
    _seal_what_stands(op.get_bind())
    (_guard_sqlite if op.get_bind().dialect.name == "sqlite" else _guard_postgresql)()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            op.execute(f"DROP TRIGGER {table}_stays")
            op.execute(f"DROP TRIGGER {table}_is_kept")
    else:
        for table in TABLES:
            op.execute(f"DROP TRIGGER {table}_stays ON {table}")
            op.execute(f"DROP TRIGGER {table}_is_kept ON {table}")
            op.execute(f"DROP TRIGGER {table}_is_not_emptied ON {table}")
        op.execute("DROP FUNCTION refuse_ledger_change()")
    op.drop_table("ledger_entry")


def _guard_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
    op.execute(
        f"CREATE TRIGGER outcome_report_stays BEFORE UPDATE ON outcome_report WHEN {_changed('IS NOT')} {refuse}"
    )
    op.execute(f"CREATE TRIGGER ledger_entry_stays BEFORE UPDATE ON ledger_entry {refuse}")
    for table in TABLES:
        op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} {refuse}")


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    refuse = "EXECUTE FUNCTION refuse_ledger_change()"
    changed = (
        _changed("IS DISTINCT FROM").replace("NEW.years", "NEW.years::text").replace("OLD.years", "OLD.years::text")
    )
    op.execute(
        f"CREATE TRIGGER outcome_report_stays BEFORE UPDATE ON outcome_report FOR EACH ROW WHEN ({changed}) {refuse}"
    )
    op.execute(f"CREATE TRIGGER ledger_entry_stays BEFORE UPDATE ON ledger_entry FOR EACH ROW {refuse}")
    for table in TABLES:
        op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")


def _changed(differs: str) -> str:
    """Anything but what erasing a person takes away: the author's key, and a note."""
    kept = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in REPORT_COLUMNS)
    author = f"(NEW.stated_by IS NOT NULL AND NEW.stated_by {differs} OLD.stated_by)"
    return f"{kept} OR {author} OR (NEW.note <> '' AND NEW.note {differs} OLD.note)"


def _seal_what_stands(connection: sa.Connection) -> None:
    rows = connection.execute(
        sa.text(
            "SELECT r.*, m.exhibitor_id, m.buyer_id FROM outcome_report r JOIN meeting m ON m.id = r.meeting_id "
            "ORDER BY r.fair_id, r.stated_at, r.meeting_id, r.side, r.entry, r.id"
        ).columns(
            id=sa.Uuid(),
            fair_id=sa.Uuid(),
            meeting_id=sa.Uuid(),
            deal_id=sa.Uuid(),
            exhibitor_id=sa.Uuid(),
            buyer_id=sa.Uuid(),
            stated_by=sa.Uuid(),
            years=sa.JSON(),
            signed_on=sa.Date(),
            stated_at=sa.DateTime(timezone=True),
        )
    ).mappings()
    entry = sa.table("ledger_entry", *map(sa.column, ("position", "content", "previous", "digest")))
    entry.append_column(sa.column("fair_id", sa.Uuid()))
    entry.append_column(sa.column("subject_id", sa.Uuid()))
    fair, position, previous, sealed = None, 0, START, []
    for row in rows:
        if row["fair_id"] != fair:
            fair, position, previous = row["fair_id"], 0, START
        content, position = _content(row), position + 1
        digest = hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()
        sealed.append(
            {
                "fair_id": fair,
                "position": position,
                "subject_id": row["id"],
                "content": content,
                "previous": previous,
                "digest": digest,
            }
        )
        previous = digest
    if sealed:
        connection.execute(entry.insert(), sealed)


def _content(row: sa.RowMapping) -> str:
    """The text that ``services.ledger`` seals, as it was when this migration was written."""
    keys = ("exhibitor_id", "buyer_id", "deal_id", "meeting_id", "stated_by")
    note = row["note"]
    facts = {
        "kind": "outcome",
        "id": str(row["id"]),
        **{name: None if row[name] is None else str(row[name]) for name in keys},
        **{name: row[name] for name in PLAIN},
        "amount": None if row["amount"] is None else f"{Decimal(row['amount']).scaleb(-4):.4f}",
        "years": row["years"],
        "signed_on": _day(row["signed_on"]),
        "stated_at": _moment(row["stated_at"]),
        "note_hash": hashlib.sha256(f"{row['id']}\n{note}".encode()).hexdigest() if note else "",
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _moment(value: datetime) -> str:
    in_utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return in_utc.isoformat(timespec="microseconds")
