"""Questions after the fair: what became of a company's deals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("wave", sa.String(length=60), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reminded >= 0", name=op.f("ck_follow_up_reminded_counts")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_follow_up_fair_id_fair"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_follow_up_participation_id_participation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_follow_up_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("participation_id", "wave", name=op.f("uq_follow_up_participation_id_wave")),
    )
    op.create_index(op.f("ix_follow_up_account_id"), "follow_up", ["account_id"], unique=False)
    op.create_index(op.f("ix_follow_up_fair_id_wave"), "follow_up", ["fair_id", "wave"], unique=False)


def downgrade() -> None:
    op.drop_table("follow_up")
