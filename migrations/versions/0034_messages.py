"""How much each side wants a meeting, what they write to each other, and reports to the organizer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None
GRADES = ("exhibitor_grade", "buyer_grade")


def upgrade() -> None:
    with op.batch_alter_table("meeting") as batch:
        for name in GRADES:
            batch.add_column(sa.Column(name, sa.String(length=60), nullable=False, server_default="would_like"))
    with op.batch_alter_table("meeting") as batch:
        for name in GRADES:
            batch.alter_column(name, server_default=None)
    op.create_table(
        "meeting_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=60), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_message_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_meeting_message_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_message")),
    )
    op.create_index(op.f("ix_meeting_message_account_id"), "meeting_message", ["account_id"], unique=False)
    op.create_index(op.f("ix_meeting_message_meeting_id_at"), "meeting_message", ["meeting_id", "at"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_complaint_fair_id_fair"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_complaint_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["participation.id"], name=op.f("fk_complaint_by_id_participation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["about_id"], ["participation.id"], name=op.f("fk_complaint_about_id_participation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(op.f("ix_complaint_meeting_id"), "complaint", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_complaint_by_id"), "complaint", ["by_id"], unique=False)
    op.create_index(op.f("ix_complaint_fair_id_settled_at"), "complaint", ["fair_id", "settled_at"], unique=False)
    op.create_index(op.f("ix_complaint_about_id_outcome"), "complaint", ["about_id", "outcome"], unique=False)


def downgrade() -> None:
    op.drop_table("complaint")
    op.drop_table("meeting_message")
    with op.batch_alter_table("meeting") as batch:
        for name in GRADES:
            batch.drop_column(name)
