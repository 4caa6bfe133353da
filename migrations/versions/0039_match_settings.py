"""The weights a fair is matched with, and trials of other weights."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_setting",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("learned", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("is_learning", sa.Boolean(), nullable=False),
        sa.Column("learns_from", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_match_setting_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fair_id", name=op.f("pk_match_setting")),
    )
    op.create_table(
        "match_trial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_match_trial_fair_id_fair"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_trial")),
    )
    op.create_index(op.f("ix_match_trial_fair_id_started_at"), "match_trial", ["fair_id", "started_at"], unique=False)


def downgrade() -> None:
    op.drop_table("match_trial")
    op.drop_table("match_setting")
