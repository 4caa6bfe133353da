"""How long a request stands, in minutes, and how many a company may make."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("fair") as batch:
        batch.add_column(sa.Column("request_minutes", sa.Integer(), nullable=False, server_default="4320"))
        batch.add_column(sa.Column("fair_request_minutes", sa.Integer(), nullable=False, server_default="120"))
        batch.add_column(sa.Column("request_quota_day", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("request_quota_total", sa.Integer(), nullable=True))
    # Ten days is the most the set-up page offers.
    op.execute("UPDATE fair SET request_minutes = 1440 * CASE WHEN request_days > 10 THEN 10 ELSE request_days END")
    with op.batch_alter_table("fair") as batch:
        batch.drop_column("request_days")
        batch.alter_column("request_minutes", server_default=None)
        batch.alter_column("fair_request_minutes", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("fair") as batch:
        batch.add_column(sa.Column("request_days", sa.Integer(), nullable=False, server_default="3"))
    op.execute("UPDATE fair SET request_days = CASE WHEN request_minutes < 1440 THEN 1 ELSE request_minutes / 1440 END")
    with op.batch_alter_table("fair") as batch:
        batch.alter_column("request_days", server_default=None)
        batch.drop_column("request_quota_total")
        batch.drop_column("request_quota_day")
        batch.drop_column("fair_request_minutes")
        batch.drop_column("request_minutes")
