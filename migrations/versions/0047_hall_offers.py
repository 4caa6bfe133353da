"""Who is free for more meetings in the hall, and who is offered to whom there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matchmaker.models.base import Instant

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standby",
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("said_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_standby_fair_id_fair"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_standby_participation_id_participation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["representative_id"],
            ["representative.id"],
            name=op.f("fk_standby_representative_id_representative"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participation_id", "representative_id", "day", name=op.f("pk_standby")),
    )
    op.create_index(op.f("ix_standby_fair_id_day"), "standby", ["fair_id", "day"])
    op.create_index(op.f("ix_standby_representative_id"), "standby", ["representative_id"])
    op.create_table(
        "hall_offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("offered_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_hall_offer_fair_id_fair"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_hall_offer_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_hall_offer_slot_id_slot"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["table_id"], ["meeting_table.id"], name=op.f("fk_hall_offer_table_id_meeting_table"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_offer")),
    )
    op.create_index(op.f("ix_hall_offer_fair_id"), "hall_offer", ["fair_id"])
    op.create_index(op.f("ix_hall_offer_meeting_id"), "hall_offer", ["meeting_id"])
    op.create_index(op.f("ix_hall_offer_slot_id_state"), "hall_offer", ["slot_id", "state"])
    op.create_index(op.f("ix_hall_offer_state_expires_at"), "hall_offer", ["state", "expires_at"])
    op.create_index(op.f("ix_hall_offer_table_id"), "hall_offer", ["table_id"])
    op.create_table(
        "hall_offer_side",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(60), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.Column("missed_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(60), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("side IN ('exhibitor', 'buyer')", name=op.f("ck_hall_offer_side_one_side")),
        sa.ForeignKeyConstraint(
            ["by_account_id"],
            ["account.id"],
            name=op.f("fk_hall_offer_side_by_account_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["missed_id"], ["meeting.id"], name=op.f("fk_hall_offer_side_missed_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["hall_offer.id"], name=op.f("fk_hall_offer_side_offer_id_hall_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_hall_offer_side_participation_id_participation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["representative_id"],
            ["representative.id"],
            name=op.f("fk_hall_offer_side_representative_id_representative"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("offer_id", "side", name=op.f("pk_hall_offer_side")),
    )
    op.create_index(op.f("ix_hall_offer_side_by_account_id"), "hall_offer_side", ["by_account_id"])
    op.create_index(op.f("ix_hall_offer_side_missed_id"), "hall_offer_side", ["missed_id"])
    op.create_index(op.f("ix_hall_offer_side_participation_id"), "hall_offer_side", ["participation_id"])
    op.create_index(op.f("ix_hall_offer_side_representative_id"), "hall_offer_side", ["representative_id"])
    op.create_index(
        "uq_hall_offer_side_one_open",
        "hall_offer_side",
        ["representative_id"],
        unique=True,
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )


def downgrade() -> None:
    op.drop_table("hall_offer_side")
    op.drop_table("hall_offer")
    op.drop_table("standby")
