"""Why a company may or may not take part, since when, and whose decision that was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("participation") as table:
        table.add_column(sa.Column("status_reason", sa.String(length=60), nullable=False, server_default=""))
        table.add_column(sa.Column("status_note", sa.String(length=250), nullable=False, server_default=""))
        table.add_column(sa.Column("status_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("status_by", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_participation_status_by_account"), "account", ["status_by"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("participation") as table:
        table.alter_column("status_reason", server_default=None)
        table.alter_column("status_note", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("participation") as table:
        table.drop_constraint(op.f("fk_participation_status_by_account"), type_="foreignkey")
        table.drop_column("status_by")
        table.drop_column("status_at")
        table.drop_column("status_note")
        table.drop_column("status_reason")
