"""The earlier edition that a fair follows on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fair_edition",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("earlier_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("fair_id <> earlier_id", name=op.f("ck_fair_edition_two_fairs")),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_fair_edition_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["earlier_id"], ["fair.id"], name=op.f("fk_fair_edition_earlier_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fair_id", name=op.f("pk_fair_edition")),
    )
    op.create_index(op.f("ix_fair_edition_earlier_id"), "fair_edition", ["earlier_id"])


def downgrade() -> None:
    op.drop_table("fair_edition")
