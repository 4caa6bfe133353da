"""What a side can say more of a deal: when it is expected, and what the buyer saves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

SAVING = "saving IS NULL OR (saving > 0 AND amount IS NOT NULL AND side = 'buyer')"
BEFORE = (
    *("id", "fair_id", "meeting_id", "deal_id", "side", "entry", "outcome", "amount", "currency", "typed", "horizon"),
    *("years", "evidence", "evidence_number", "signed_on", "attribution", "stated_at"),
)
AFTER = (*BEFORE, "expected_on", "saving")
REFUSE = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"


def upgrade() -> None:
    _unguard()
    with op.batch_alter_table("outcome_report") as report:
        report.add_column(sa.Column("expected_on", sa.Date(), nullable=True))
        report.add_column(sa.Column("saving", sa.BigInteger(), nullable=True))
        report.create_check_constraint(op.f("ck_outcome_report_saving_of_buyer"), SAVING)
    _guard(AFTER)


def downgrade() -> None:
    _unguard()
    with op.batch_alter_table("outcome_report") as report:
        report.drop_constraint(op.f("ck_outcome_report_saving_of_buyer"), type_="check")
        report.drop_column("saving")
        report.drop_column("expected_on")
    _guard(BEFORE)


def _unguard() -> None:
    """SQLite rebuilds the table and drops its triggers with it; PostgreSQL's names its columns."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER outcome_report_stays")
        op.execute("DROP TRIGGER outcome_report_is_kept")
    else:
        op.execute("DROP TRIGGER outcome_report_stays ON outcome_report")


def _guard(columns: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER outcome_report_stays BEFORE UPDATE ON outcome_report "
            f"WHEN {_changed(columns, 'IS NOT')} {REFUSE}"
        )
        op.execute(f"CREATE TRIGGER outcome_report_is_kept BEFORE DELETE ON outcome_report {REFUSE}")
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
