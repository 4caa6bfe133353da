"""The deal ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("exhibitor_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("category_code", sa.String(length=60), nullable=True),
        sa.Column("register_no", sa.String(length=120), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["participation.id"], name=op.f("fk_deal_buyer_id_participation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("fk_deal_category_code_category"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"], ["participation.id"], name=op.f("fk_deal_exhibitor_id_participation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_deal_fair_id_fair"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
    )
    op.create_index(op.f("ix_deal_buyer_id"), "deal", ["buyer_id"], unique=False)
    op.create_index(op.f("ix_deal_exhibitor_id_buyer_id"), "deal", ["exhibitor_id", "buyer_id"], unique=False)
    op.create_index(op.f("ix_deal_fair_id"), "deal", ["fair_id"], unique=False)
    op.create_index(
        "uq_deal_register_no",
        "deal",
        ["fair_id", "exhibitor_id", "register_no"],
        unique=True,
        sqlite_where=sa.text("register_no IS NOT NULL"),
        postgresql_where=sa.text("register_no IS NOT NULL"),
    )
    op.create_table(
        "deal_meeting",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_meeting_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_deal_meeting_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", "meeting_id", name=op.f("pk_deal_meeting")),
    )
    op.create_index(op.f("ix_deal_meeting_meeting_id"), "deal_meeting", ["meeting_id"], unique=False)
    op.create_table(
        "outcome_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=True),
        sa.Column("side", sa.String(length=60), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("typed", sa.String(length=80), nullable=False),
        sa.Column("horizon", sa.String(length=20), nullable=True),
        sa.Column("years", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.String(length=60), nullable=False),
        sa.Column("evidence_number", sa.String(length=250), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("attribution", sa.String(length=10), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("side IN ('seller', 'buyer', 'organizer')", name=op.f("ck_outcome_report_side_known")),
        sa.CheckConstraint(
            "(amount IS NULL) = (currency IS NULL)", name=op.f("ck_outcome_report_amount_with_currency")
        ),
        sa.CheckConstraint("(amount IS NULL) = (horizon IS NULL)", name=op.f("ck_outcome_report_amount_with_horizon")),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_outcome_report_amount_positive")),
        sa.CheckConstraint(
            "amount IS NULL OR deal_id IS NOT NULL", name=op.f("ck_outcome_report_value_belongs_to_deal")
        ),
        sa.CheckConstraint("entry > 0", name=op.f("ck_outcome_report_entry_counts")),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_outcome_report_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_outcome_report_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_outcome_report_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stated_by"], ["account.id"], name=op.f("fk_outcome_report_stated_by_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_report")),
        sa.UniqueConstraint(
            "meeting_id", "deal_id", "side", "entry", name=op.f("uq_outcome_report_meeting_id_deal_id_side_entry")
        ),
    )
    op.create_index(op.f("ix_outcome_report_deal_id"), "outcome_report", ["deal_id"], unique=False)
    op.create_index(op.f("ix_outcome_report_fair_id"), "outcome_report", ["fair_id"], unique=False)
    op.create_index(
        "uq_outcome_report_without_deal",
        "outcome_report",
        ["meeting_id", "side", "entry"],
        unique=True,
        sqlite_where=sa.text("deal_id IS NULL"),
        postgresql_where=sa.text("deal_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("outcome_report")
    op.drop_table("deal_meeting")
    op.drop_table("deal")
