"""Matching runs, suggestions and the answers to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=250), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("coverage", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_match_run_fair_id_fair"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_run")),
    )
    op.create_index(op.f("ix_match_run_fair_id_started_at"), "match_run", ["fair_id", "started_at"], unique=False)
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("exhibitor_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("exhibitor_rank", sa.Integer(), nullable=True),
        sa.Column("buyer_rank", sa.Integer(), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("contributions", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("best_pair", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["participation.id"], name=op.f("fk_suggestion_buyer_id_participation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"],
            ["participation.id"],
            name=op.f("fk_suggestion_exhibitor_id_participation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_suggestion_fair_id_fair"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_suggestion_run_id_match_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint(
            "fair_id", "exhibitor_id", "buyer_id", name=op.f("uq_suggestion_fair_id_exhibitor_id_buyer_id")
        ),
    )
    op.create_index(op.f("ix_suggestion_buyer_id_buyer_rank"), "suggestion", ["buyer_id", "buyer_rank"], unique=False)
    op.create_index(
        op.f("ix_suggestion_exhibitor_id_exhibitor_rank"),
        "suggestion",
        ["exhibitor_id", "exhibitor_rank"],
        unique=False,
    )
    op.create_index(op.f("ix_suggestion_run_id"), "suggestion", ["run_id"], unique=False)
    op.create_table(
        "suggestion_answer",
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["participation.id"],
            name=op.f("fk_suggestion_answer_other_id_participation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_suggestion_answer_participation_id_participation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participation_id", "other_id", name=op.f("pk_suggestion_answer")),
    )
    op.create_index(op.f("ix_suggestion_answer_other_id"), "suggestion_answer", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("suggestion_answer")
    op.drop_table("suggestion")
    op.drop_table("match_run")
