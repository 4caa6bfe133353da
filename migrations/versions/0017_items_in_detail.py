"""Say more of offers and needs, and keep those that were removed so that they can be put back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

FLAGS = ("is_by_product", "is_recycled", "is_renewable", "is_imported")
ONLY_OFFERS_HAD = ("lead_time_days", "incoterm", "price_band")


def upgrade() -> None:
    for table in ("offer", "need"):
        with op.batch_alter_table(table) as batch:
            if table == "need":
                batch.add_column(sa.Column("lead_time_days", sa.Integer(), nullable=True))
                batch.add_column(sa.Column("incoterm", sa.String(length=3), nullable=True))
                batch.add_column(sa.Column("price_band", sa.String(length=80), nullable=False, server_default=""))
            batch.add_column(sa.Column("stage", sa.String(length=20), nullable=True))
            for name in FLAGS:
                batch.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        with op.batch_alter_table(table) as batch:
            for name in FLAGS:
                batch.alter_column(name, existing_type=sa.Boolean(), server_default=None)
            if table == "need":
                batch.alter_column("price_band", existing_type=sa.String(length=80), server_default=None)
    op.create_table(
        "removed_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_removed_item_participation_id_participation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removed_item")),
    )
    op.create_index(op.f("ix_removed_item_participation_id"), "removed_item", ["participation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("removed_item")
    for table in ("offer", "need"):
        with op.batch_alter_table(table) as batch:
            for name in ("stage", *FLAGS, *(ONLY_OFFERS_HAD if table == "need" else ())):
                batch.drop_column(name)
