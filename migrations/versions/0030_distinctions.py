"""Companies that look alike and are two."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company_distinction",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["one_id"], ["company.id"], name=op.f("fk_company_distinction_one_id_company"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["company.id"], name=op.f("fk_company_distinction_other_id_company"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_company_distinction")),
    )
    op.create_index(op.f("ix_company_distinction_other_id"), "company_distinction", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("company_distinction")
