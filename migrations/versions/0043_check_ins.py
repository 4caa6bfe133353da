"""Who was at the table, as it was said, and how long a fair waits for those who are not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matchmaker.models.base import Instant

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None
MINUTES = {"late_minutes": "3", "rescue_minutes": "8"}


def upgrade() -> None:
    op.create_table(
        "check_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(60), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("once", sa.String(60), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("side IN ('exhibitor', 'buyer')", name=op.f("ck_check_in_one_side")),
        sa.ForeignKeyConstraint(
            ["by_account_id"], ["account.id"], name=op.f("fk_check_in_by_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_check_in_fair_id_fair"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_check_in_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("meeting_id", "once", name=op.f("uq_check_in_meeting_id_once")),
    )
    op.create_index(op.f("ix_check_in_by_account_id"), "check_in", ["by_account_id"])
    op.create_index(op.f("ix_check_in_fair_id_recorded_at"), "check_in", ["fair_id", "recorded_at"])
    with op.batch_alter_table("fair") as batch:
        for name, default in MINUTES.items():
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=default))
    with op.batch_alter_table("fair") as batch:
        for name in MINUTES:
            batch.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("fair") as batch:
        for name in MINUTES:
            batch.drop_column(name)
    op.drop_table("check_in")
