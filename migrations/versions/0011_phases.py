"""When each phase of a fair begins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fair_phase",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(length=60), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_phase_fair_id_fair"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fair_id", "phase", name=op.f("pk_fair_phase")),
    )
    op.add_column("fair", sa.Column("phase_ends_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("fair", "phase_ends_at")
    op.drop_table("fair_phase")
