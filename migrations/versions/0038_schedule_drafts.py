"""Drafts of the schedule that leave the published one alone, and what a run may change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def _key(name: str, *, nullable: bool = True) -> sa.Column[sa.Uuid]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    with op.batch_alter_table("schedule_run") as batch:
        batch.add_column(sa.Column("scope", sa.String(length=60), nullable=False, server_default="fewest"))
        batch.add_column(sa.Column("is_draft", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("base", sa.Integer(), nullable=True))
    with op.batch_alter_table("schedule_run") as batch:
        batch.alter_column("scope", server_default=None)
        batch.alter_column("is_draft", server_default=None)
    op.create_table(
        "schedule_draft",
        _key("id", nullable=False),
        _key("fair_id", nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("run_id"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _reference("schedule_draft", "fair_id", "fair"),
        _reference("schedule_draft", "run_id", "schedule_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_draft")),
        sa.UniqueConstraint("fair_id", "number", name=op.f("uq_schedule_draft_fair_id_number")),
    )
    op.create_table(
        "draft_place",
        _key("draft_id", nullable=False),
        _key("meeting_id", nullable=False),
        _key("slot_id"),
        _key("table_id"),
        _key("interpreter_id"),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("broken", sa.JSON(), nullable=False),
        _key("was_slot_id"),
        _key("was_table_id"),
        _reference("draft_place", "draft_id", "schedule_draft"),
        _reference("draft_place", "meeting_id", "meeting"),
        _reference("draft_place", "slot_id", "slot"),
        _reference("draft_place", "table_id", "meeting_table"),
        _reference("draft_place", "interpreter_id", "interpreter"),
        sa.PrimaryKeyConstraint("draft_id", "meeting_id", name=op.f("pk_draft_place")),
    )
    op.create_table(
        "draft_step",
        _key("draft_id", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("meeting_id", nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        _key("by_account_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _reference("draft_step", "draft_id", "schedule_draft"),
        _reference("draft_step", "meeting_id", "meeting"),
        _reference("draft_step", "by_account_id", "account"),
        sa.PrimaryKeyConstraint("draft_id", "version", name=op.f("pk_draft_step")),
    )
    for table, column in INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


INDEXES = (
    ("schedule_draft", "fair_id"),
    ("schedule_draft", "run_id"),
    ("draft_place", "meeting_id"),
    ("draft_place", "slot_id"),
    ("draft_place", "table_id"),
    ("draft_place", "interpreter_id"),
    ("draft_step", "meeting_id"),
    ("draft_step", "by_account_id"),
)


def downgrade() -> None:
    for table in ("draft_step", "draft_place", "schedule_draft"):
        op.drop_table(table)
    with op.batch_alter_table("schedule_run") as batch:
        for column in ("base", "is_draft", "scope"):
            batch.drop_column(column)
