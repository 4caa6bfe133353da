"""Which tables a host looks after."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "host_table",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["fair_staff.id"], name=op.f("fk_host_table_staff_id_fair_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["table_id"], ["meeting_table.id"], name=op.f("fk_host_table_table_id_meeting_table"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "table_id", name=op.f("pk_host_table")),
    )
    op.create_index(op.f("ix_host_table_table_id"), "host_table", ["table_id"])


def downgrade() -> None:
    op.drop_table("host_table")
