"""Figures of fairs that programmes count with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fair_figure",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_figure_fair_id_fair"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fair_id", name=op.f("pk_fair_figure")),
    )


def downgrade() -> None:
    op.drop_table("fair_figure")
