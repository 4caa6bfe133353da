"""Requests about one's data, copies and erasures, and how long a fair keeps things."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

REGISTERED_BY = "fk_registration_account_id_account"
PERIODS = (("people_months", 24), ("notes_months", 24), ("history_months", 12), ("uploads_days", 30))


def upgrade() -> None:
    with op.batch_alter_table("fair") as batch:
        for name, standard in PERIODS:
            batch.add_column(sa.Column(f"keep_{name}", sa.Integer(), nullable=False, server_default=str(standard)))
    # That a company registered by itself must be known for longer than who did it.
    with op.batch_alter_table("registration") as batch:
        batch.alter_column("account_id", existing_type=sa.Uuid(), nullable=True)
        batch.drop_constraint(REGISTERED_BY, type_="foreignkey")
        batch.create_foreign_key(REGISTERED_BY, "account", ["account_id"], ["id"], ondelete="SET NULL")
    op.create_table(
        "data_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("note", sa.String(length=250), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extension_reason", sa.String(length=250), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=250), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer_by <= due_on", name=op.f("ck_data_request_answered_before_done")),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_data_request_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_data_request_entered_by_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["account.id"], name=op.f("fk_data_request_closed_by_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
    )
    op.create_index(op.f("ix_data_request_fair_id_state_due_on"), "data_request", ["fair_id", "state", "due_on"])
    op.create_table(
        "data_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("representative_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_data_copy_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["representative_id"],
            ["representative.id"],
            name=op.f("fk_data_copy_representative_id_representative"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_data_copy_asked_by_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_copy")),
    )
    op.create_index(op.f("ix_data_copy_account_id_asked_at"), "data_copy", ["account_id", "asked_at"])
    op.create_index(op.f("ix_data_copy_representative_id"), "data_copy", ["representative_id"])
    op.create_index(op.f("ix_data_copy_expires_at"), "data_copy", ["expires_at"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_erased_at"), "erasure", ["erased_at"])
    op.create_table(
        "retention_run",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_retention_run")),
    )


def downgrade() -> None:
    for table in ("retention_run", "erasure", "data_copy", "data_request"):
        op.drop_table(table)
    op.execute("DELETE FROM registration WHERE account_id IS NULL")
    with op.batch_alter_table("registration") as batch:
        batch.drop_constraint(REGISTERED_BY, type_="foreignkey")
        batch.create_foreign_key(REGISTERED_BY, "account", ["account_id"], ["id"], ondelete="CASCADE")
        batch.alter_column("account_id", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("fair") as batch:
        for name, _ in reversed(PERIODS):
            batch.drop_column(f"keep_{name}")
