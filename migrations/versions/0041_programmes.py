"""Programmes: fairs and chains of several years that are reported on together, with rates of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name_vi", sa.String(length=250), nullable=False),
        sa.Column("name_en", sa.String(length=250), nullable=False),
        sa.Column("report_currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("slug", name=op.f("uq_programme_slug")),
    )
    op.create_table(
        "programme_fair",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("category_code", sa.String(length=60), nullable=True),
        sa.CheckConstraint("year BETWEEN 1900 AND 2200", name=op.f("ck_programme_fair_year_is_one")),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_programme_fair_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_programme_fair_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["category.code"],
            name=op.f("fk_programme_fair_category_code_category"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("programme_id", "fair_id", name=op.f("pk_programme_fair")),
    )
    op.create_index(op.f("ix_programme_fair_fair_id"), "programme_fair", ["fair_id"], unique=False)
    op.create_table(
        "programme_rate",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("fixed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=250), nullable=False),
        sa.CheckConstraint("rate > 0", name=op.f("ck_programme_rate_rate_positive")),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_programme_rate_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("programme_id", "currency", name=op.f("pk_programme_rate")),
    )


def downgrade() -> None:
    op.drop_table("programme_rate")
    op.drop_index(op.f("ix_programme_fair_fair_id"), table_name="programme_fair")
    op.drop_table("programme_fair")
    op.drop_table("programme")
