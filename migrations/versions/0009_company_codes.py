"""A company's activities (VSIC) and goods (HS) by code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("company") as company:
        company.add_column(sa.Column("vsic_codes", sa.JSON(), nullable=False, server_default="[]"))
        company.add_column(sa.Column("hs_codes", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("company") as company:
        company.drop_column("hs_codes")
        company.drop_column("vsic_codes")
