"""The file behind an entry of the ledger, by its SHA-256."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BEFORE = (
    *("id", "fair_id", "meeting_id", "deal_id", "side", "entry", "outcome", "amount", "currency", "typed", "horizon"),
    *("years", "evidence", "evidence_number", "signed_on", "attribution", "stated_at", "expected_on", "saving"),
)
AFTER = (*BEFORE, "file_hash")
REFUSE = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"


def upgrade() -> None:
    _unguard()
    op.add_column("outcome_report", sa.Column("file_hash", sa.String(length=64), nullable=True))
    _guard(AFTER)


def downgrade() -> None:
    _unguard()
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER outcome_report_is_kept")
    with op.batch_alter_table("outcome_report") as report:
        report.drop_column("file_hash")
    _guard(BEFORE)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER outcome_report_is_kept BEFORE DELETE ON outcome_report {REFUSE}")


def _unguard() -> None:
    on_table = "" if op.get_bind().dialect.name == "sqlite" else " ON outcome_report"
    op.execute(f"DROP TRIGGER outcome_report_stays{on_table}")


def _guard(columns: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER outcome_report_stays BEFORE UPDATE ON outcome_report "
            f"WHEN {_changed(columns, 'IS NOT')} {REFUSE}"
        )
    else:
        changed = _changed(columns, "IS DISTINCT FROM")
        changed = changed.replace("NEW.years", "NEW.years::text").replace("OLD.years", "OLD.years::text")
        op.execute(
            "CREATE TRIGGER outcome_report_stays BEFORE UPDATE ON outcome_report FOR EACH ROW "
            f"WHEN ({changed}) EXECUTE FUNCTION refuse_ledger_change()"
        )


def _changed(columns: tuple[str, ...], differs: str) -> str:
    """Anything but what erasing a person takes away: the author's key, and a note."""
    kept = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in columns)
    author = f"(NEW.stated_by IS NOT NULL AND NEW.stated_by {differs} OLD.stated_by)"
    return f"{kept} OR {author} OR (NEW.note <> '' AND NEW.note {differs} OLD.note)"
