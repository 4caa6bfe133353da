"""Freed times that are offered to those who wait for one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "slot_offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_slot_offer_fair_id_fair"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_slot_offer_slot_id_slot"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_slot_offer_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_offer")),
        sa.UniqueConstraint("slot_id", "meeting_id", name=op.f("uq_slot_offer_slot_id_meeting_id")),
    )
    op.create_index(op.f("ix_slot_offer_fair_id"), "slot_offer", ["fair_id"], unique=False)
    op.create_index(op.f("ix_slot_offer_meeting_id"), "slot_offer", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_slot_offer_state_expires_at"), "slot_offer", ["state", "expires_at"], unique=False)
    op.create_index(
        "uq_slot_offer_one_open", "slot_offer", ["meeting_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    op.drop_table("slot_offer")
