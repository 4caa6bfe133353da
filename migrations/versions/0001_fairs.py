"""Fairs with their halls, tables, sessions, slots, rates and interpreters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name_vi", sa.String(length=250), nullable=False),
        sa.Column("name_en", sa.String(length=250), nullable=False),
        sa.Column("about_vi", sa.String(), nullable=False),
        sa.Column("about_en", sa.String(), nullable=False),
        sa.Column("city_vi", sa.String(length=80), nullable=False),
        sa.Column("city_en", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("time_zone", sa.String(length=80), nullable=False),
        sa.Column("report_currency", sa.String(length=3), nullable=False),
        sa.Column("phase", sa.String(length=60), nullable=False),
        sa.Column("acceptance", sa.String(length=60), nullable=False),
        sa.Column("time_choice", sa.String(length=60), nullable=False),
        sa.Column("request_days", sa.Integer(), nullable=False),
        sa.Column("meetings_cap", sa.Integer(), nullable=False),
        sa.Column("list_length", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_fair_days_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair")),
        sa.UniqueConstraint("slug", name=op.f("uq_fair_slug")),
    )
    op.create_table(
        "fair_rate",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("fixed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=250), nullable=False),
        sa.CheckConstraint("rate > 0", name=op.f("ck_fair_rate_rate_positive")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_rate_fair_id_fair"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fair_id", "currency", name=op.f("pk_fair_rate")),
    )
    op.create_table(
        "hall",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name_vi", sa.String(length=250), nullable=False),
        sa.Column("name_en", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_hall_fair_id_fair"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall")),
        sa.UniqueConstraint("fair_id", "code", name=op.f("uq_hall_fair_id_code")),
    )
    op.create_index(op.f("ix_hall_fair_id"), "hall", ["fair_id"], unique=False)
    op.create_table(
        "meeting_table",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_meeting_table_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.id"], name=op.f("fk_meeting_table_hall_id_hall"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_table")),
        sa.UniqueConstraint("fair_id", "code", name=op.f("uq_meeting_table_fair_id_code")),
    )
    op.create_index(op.f("ix_meeting_table_fair_id"), "meeting_table", ["fair_id"], unique=False)
    op.create_index(op.f("ix_meeting_table_hall_id"), "meeting_table", ["hall_id"], unique=False)
    op.create_table(
        "fair_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("break_minutes BETWEEN 0 AND 120", name=op.f("ck_fair_session_break_length")),
        sa.CheckConstraint("slot_minutes BETWEEN 5 AND 240", name=op.f("ck_fair_session_slot_length")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_fair_session_times_in_order")),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_fair_session_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_session")),
        sa.UniqueConstraint("fair_id", "day", "starts_at", name=op.f("uq_fair_session_fair_id_day_starts_at")),
    )
    op.create_index(op.f("ix_fair_session_fair_id"), "fair_session", ["fair_id"], unique=False)
    op.create_table(
        "slot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_slot_times_in_order")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_slot_fair_id_fair"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("fair_id", "number", name=op.f("uq_slot_fair_id_number")),
        sa.UniqueConstraint("fair_id", "starts_at", name=op.f("uq_slot_fair_id_starts_at")),
    )
    op.create_index(op.f("ix_slot_fair_id"), "slot", ["fair_id"], unique=False)
    op.create_table(
        "interpreter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_interpreter_fair_id_fair"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpreter")),
    )
    op.create_index(op.f("ix_interpreter_fair_id"), "interpreter", ["fair_id"], unique=False)
    op.create_table(
        "interpreter_absence",
        sa.Column("interpreter_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreter.id"],
            name=op.f("fk_interpreter_absence_interpreter_id_interpreter"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_interpreter_absence_slot_id_slot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("interpreter_id", "slot_id", name=op.f("pk_interpreter_absence")),
    )
    op.create_index(op.f("ix_interpreter_absence_slot_id"), "interpreter_absence", ["slot_id"], unique=False)


def downgrade() -> None:
    op.drop_table("interpreter_absence")
    op.drop_table("interpreter")
    op.drop_table("slot")
    op.drop_table("fair_session")
    op.drop_table("meeting_table")
    op.drop_table("hall")
    op.drop_table("fair_rate")
    op.drop_table("fair")
