"""Long files that the jobs process makes and keeps for a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

IS_UNDER_WAY = sa.text("state IN ('waiting', 'running')")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "made_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("options", sa.String(length=60), nullable=False),
        sa.Column("is_for_reader", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("ready_at", moment, nullable=True),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_made_file_fair_id_fair"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_made_file_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_made_file")),
    )
    op.create_index(op.f("ix_made_file_fair_id_account_id"), "made_file", ["fair_id", "account_id"])
    op.create_index(op.f("ix_made_file_expires_at"), "made_file", ["expires_at"])
    op.create_index(
        "uq_made_file_under_way",
        "made_file",
        ["account_id"],
        unique=True,
        sqlite_where=IS_UNDER_WAY,
        postgresql_where=IS_UNDER_WAY,
    )


def downgrade() -> None:
    op.drop_table("made_file")
