"""The one field of a profile that would help most, with what it would bring."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("participation") as batch:
        batch.add_column(sa.Column("advice", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("participation") as batch:
        batch.alter_column("advice", existing_type=sa.JSON(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("participation") as batch:
        batch.drop_column("advice")
