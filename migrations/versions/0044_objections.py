"""What participants say against the provisional plan, and the organizer's answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matchmaker.models.base import Instant

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(60), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("words", sa.String(250), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("outcome", sa.String(60), nullable=False),
        sa.Column("answer", sa.String(250), nullable=False),
        sa.CheckConstraint("side IN ('exhibitor', 'buyer')", name=op.f("ck_objection_one_side")),
        sa.ForeignKeyConstraint(
            ["by_account_id"], ["account.id"], name=op.f("fk_objection_by_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_objection_fair_id_fair"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_objection_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_objection_slot_id_slot"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_by_account_id"), "objection", ["by_account_id"])
    op.create_index(op.f("ix_objection_fair_id_settled_at"), "objection", ["fair_id", "settled_at"])
    op.create_index(op.f("ix_objection_meeting_id"), "objection", ["meeting_id"])
    op.create_index(
        "uq_objection_one_open",
        "objection",
        ["meeting_id", "side"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("objection")
