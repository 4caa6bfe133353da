"""Registrations, claims to an address, the texts of consents; an account without an address of its own yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.alter_column("email", existing_type=sa.String(length=254), nullable=True)
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_registration_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_registration_company_id_company"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_registration_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("fair_id", "company_id", name=op.f("uq_registration_fair_id_company_id")),
        sa.UniqueConstraint("form_key", name=op.f("uq_registration_form_key")),
    )
    op.create_index(op.f("ix_registration_account_id"), "registration", ["account_id"], unique=False)
    op.create_index(op.f("ix_registration_company_id"), "registration", ["company_id"], unique=False)
    op.create_table(
        "address_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("former_email", sa.String(length=254), nullable=True),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_address_claim_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_claim")),
    )
    op.create_index(op.f("ix_address_claim_account_id"), "address_claim", ["account_id"], unique=False)
    op.create_index(op.f("ix_address_claim_email_created_at"), "address_claim", ["email", "created_at"], unique=False)
    op.create_table(
        "consent_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("text_vi", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_consent_text_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint("fair_id", "purpose", "version", name=op.f("uq_consent_text_fair_id_purpose_version")),
    )


def downgrade() -> None:
    op.drop_table("consent_text")
    op.drop_table("address_claim")
    op.drop_table("registration")
    op.execute("DELETE FROM account WHERE email IS NULL")
    with op.batch_alter_table("account") as account:
        account.alter_column("email", existing_type=sa.String(length=254), nullable=False)
