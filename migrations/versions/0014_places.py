"""Tables that close, booths of exhibitors, and interpreters who left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("meeting_table") as batch:
        batch.add_column(sa.Column("is_closed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("host_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_meeting_table_host_id_participation"), "participation", ["host_id"], ["id"], ondelete="CASCADE"
        )
        batch.create_index(op.f("ix_meeting_table_host_id"), ["host_id"])
    with op.batch_alter_table("meeting_table") as batch:
        batch.alter_column("is_closed", server_default=None)
    with op.batch_alter_table("interpreter") as batch:
        batch.add_column(sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("interpreter") as batch:
        batch.alter_column("is_active", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("interpreter") as batch:
        batch.drop_column("is_active")
    with op.batch_alter_table("meeting_table") as batch:
        batch.drop_index(op.f("ix_meeting_table_host_id"))
        batch.drop_constraint(op.f("fk_meeting_table_host_id_participation"), type_="foreignkey")
        batch.drop_column("host_id")
        batch.drop_column("is_closed")
