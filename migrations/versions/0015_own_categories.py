"""A fair's own part of the category tree."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("category") as batch:
        batch.add_column(sa.Column("hs_prefixes", sa.String(length=250), nullable=False, server_default=""))
        batch.add_column(sa.Column("fair_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_category_fair_id_fair"), "fair", ["fair_id"], ["id"], ondelete="CASCADE")
        batch.create_index(op.f("ix_category_fair_id"), ["fair_id"])
    with op.batch_alter_table("category") as batch:
        batch.alter_column("hs_prefixes", server_default=None)
    with op.batch_alter_table("fair_category") as batch:
        batch.add_column(sa.Column("is_whole", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("fair_category") as batch:
        batch.alter_column("is_whole", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("fair_category") as batch:
        batch.drop_column("is_whole")
    with op.batch_alter_table("category") as batch:
        batch.drop_index(op.f("ix_category_fair_id"))
        batch.drop_constraint(op.f("fk_category_fair_id_fair"), type_="foreignkey")
        batch.drop_column("fair_id")
        batch.drop_column("hs_prefixes")
