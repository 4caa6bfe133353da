"""Who saw which papers of a company or a certificate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("company") as table:
        table.add_column(sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("verified_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("verified_what", sa.String(length=250), nullable=False, server_default=""))
        table.add_column(sa.Column("verified_as", sa.String(), nullable=False, server_default=""))
        table.create_foreign_key(
            op.f("fk_company_verified_by_account"), "account", ["verified_by"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("company") as table:
        table.alter_column("verified_what", server_default=None)
        table.alter_column("verified_as", server_default=None)
    with op.batch_alter_table("certificate") as table:
        table.add_column(sa.Column("verified_by", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_certificate_verified_by_account"), "account", ["verified_by"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("certificate") as table:
        table.drop_constraint(op.f("fk_certificate_verified_by_account"), type_="foreignkey")
        table.drop_column("verified_by")
    with op.batch_alter_table("company") as table:
        table.drop_constraint(op.f("fk_company_verified_by_account"), type_="foreignkey")
        table.drop_column("verified_as")
        table.drop_column("verified_what")
        table.drop_column("verified_by")
        table.drop_column("verified_at")
