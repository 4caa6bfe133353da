"""Whether a fair limits the requests of companies that others can't rely on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("fair") as batch:
        batch.add_column(sa.Column("limits_unreliable", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("fair") as batch:
        batch.alter_column("limits_unreliable", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("fair") as batch:
        batch.drop_column("limits_unreliable")
