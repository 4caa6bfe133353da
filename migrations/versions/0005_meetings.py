"""Meetings, who sits in them, the seats they take, and schedule runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("exhibitor_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("origin", sa.String(length=60), nullable=False),
        sa.Column("requested_by", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=250), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("is_walk_in", sa.Boolean(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.Column("table_id", sa.Uuid(), nullable=True),
        sa.Column("interpreter_id", sa.Uuid(), nullable=True),
        sa.Column("close_reason", sa.String(length=60), nullable=False),
        sa.Column("no_show_side", sa.String(length=10), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state <> 'scheduled' OR slot_id IS NOT NULL", name=op.f("ck_meeting_scheduled_has_slot")),
        sa.CheckConstraint("exhibitor_id <> buyer_id", name=op.f("ck_meeting_two_sides")),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["participation.id"], name=op.f("fk_meeting_buyer_id_participation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"],
            ["participation.id"],
            name=op.f("fk_meeting_exhibitor_id_participation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_meeting_fair_id_fair"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreter.id"],
            name=op.f("fk_meeting_interpreter_id_interpreter"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_meeting_slot_id_slot"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["table_id"], ["meeting_table.id"], name=op.f("fk_meeting_table_id_meeting_table"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_buyer_id_state"), "meeting", ["buyer_id", "state"], unique=False)
    op.create_index(op.f("ix_meeting_exhibitor_id_state"), "meeting", ["exhibitor_id", "state"], unique=False)
    op.create_index(op.f("ix_meeting_fair_id_state"), "meeting", ["fair_id", "state"], unique=False)
    op.create_index(op.f("ix_meeting_interpreter_id"), "meeting", ["interpreter_id"], unique=False)
    op.create_index(op.f("ix_meeting_slot_id"), "meeting", ["slot_id"], unique=False)
    op.create_index(op.f("ix_meeting_table_id"), "meeting", ["table_id"], unique=False)
    op.create_index(
        "uq_meeting_one_open_request",
        "meeting",
        ["fair_id", "exhibitor_id", "buyer_id"],
        unique=True,
        sqlite_where=sa.text("state = 'requested'"),
        postgresql_where=sa.text("state = 'requested'"),
    )
    op.create_table(
        "meeting_attendee",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_attendee_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["representative_id"],
            ["representative.id"],
            name=op.f("fk_meeting_attendee_representative_id_representative"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meeting_id", "representative_id", name=op.f("pk_meeting_attendee")),
    )
    op.create_index(
        op.f("ix_meeting_attendee_representative_id"), "meeting_attendee", ["representative_id"], unique=False
    )
    op.create_table(
        "seat",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_seat_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_seat_slot_id_slot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("kind", "resource_id", "slot_id", name=op.f("pk_seat")),
    )
    op.create_index(op.f("ix_seat_meeting_id"), "seat", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_seat_slot_id"), "seat", ["slot_id"], unique=False)
    op.create_table(
        "schedule_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("placed", sa.Integer(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("certificate", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_schedule_run_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_run")),
    )
    op.create_index(op.f("ix_schedule_run_fair_id_started_at"), "schedule_run", ["fair_id", "started_at"], unique=False)
    op.create_table(
        "schedule_miss",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("help", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_schedule_miss_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["schedule_run.id"], name=op.f("fk_schedule_miss_run_id_schedule_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "meeting_id", name=op.f("pk_schedule_miss")),
    )
    op.create_index(op.f("ix_schedule_miss_meeting_id"), "schedule_miss", ["meeting_id"], unique=False)


def downgrade() -> None:
    op.drop_table("schedule_miss")
    op.drop_table("schedule_run")
    op.drop_table("seat")
    op.drop_table("meeting_attendee")
    op.drop_table("meeting")
