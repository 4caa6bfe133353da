"""Who must not meet at a fair: companies, groups and countries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_company_group_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_group")),
        sa.UniqueConstraint("fair_id", "name", name=op.f("uq_company_group_fair_id_name")),
    )
    op.create_table(
        "company_group_member",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
            name=op.f("fk_company_group_member_company_id_company"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["company_group.id"],
            name=op.f("fk_company_group_member_group_id_company_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "company_id", name=op.f("pk_company_group_member")),
    )
    op.create_index(op.f("ix_company_group_member_company_id"), "company_group_member", ["company_id"], unique=False)
    op.create_table(
        "meeting_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("one_kind", sa.String(length=60), nullable=False),
        sa.Column("one_value", sa.String(length=60), nullable=False),
        sa.Column("other_kind", sa.String(length=60), nullable=False),
        sa.Column("other_value", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=250), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_meeting_rule_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_rule")),
        sa.UniqueConstraint(
            "fair_id",
            "one_kind",
            "one_value",
            "other_kind",
            "other_value",
            name=op.f("uq_meeting_rule_fair_id_one_kind_one_value_other_kind_other_value"),
        ),
    )


def downgrade() -> None:
    op.drop_table("meeting_rule")
    op.drop_table("company_group_member")
    op.drop_table("company_group")
