"""What the organizer states for the official report, each saving kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "official_statement",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_official_statement_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stated_by"], ["account.id"], name=op.f("fk_official_statement_stated_by_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("fair_id", "entry", name=op.f("pk_official_statement")),
    )


def downgrade() -> None:
    op.drop_table("official_statement")
