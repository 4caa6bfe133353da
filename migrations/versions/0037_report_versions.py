"""Reports as they stood on a day, kept for ever; one of them can be shown to everyone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=250), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_report_version_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["frozen_by"], ["account.id"], name=op.f("fk_report_version_frozen_by_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_version")),
    )
    op.create_index(op.f("ix_report_version_fair_id"), "report_version", ["fair_id"])
    op.create_index(
        "uq_report_version_due",
        "report_version",
        ["fair_id", "kind"],
        unique=True,
        sqlite_where=sa.text("kind <> 'by_hand'"),
        postgresql_where=sa.text("kind <> 'by_hand'"),
    )
    op.create_index(
        "uq_report_version_public",
        "report_version",
        ["fair_id"],
        unique=True,
        sqlite_where=sa.text("published_at IS NOT NULL"),
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("report_version")
