"""Companies, their people, and what they bring to a fair."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "category",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("parent_code", sa.String(length=60), nullable=True),
        sa.Column("name_vi", sa.String(length=250), nullable=False),
        sa.Column("name_en", sa.String(length=250), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["category.code"], name=op.f("fk_category_parent_code_category"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_category")),
    )
    op.create_index(op.f("ix_category_parent_code"), "category", ["parent_code"], unique=False)
    op.create_table(
        "fair_category",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("category_code", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["category.code"],
            name=op.f("fk_fair_category_category_code_category"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_fair_category_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fair_id", "category_code", name=op.f("pk_fair_category")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("name_en", sa.String(length=250), nullable=False),
        sa.Column("short_name", sa.String(length=14), nullable=False),
        sa.Column("name_key", sa.String(length=250), nullable=False),
        sa.Column("legal_form", sa.String(length=60), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("parent_country", sa.String(length=2), nullable=True),
        sa.Column("tax_code", sa.String(length=20), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("about_vi", sa.String(), nullable=False),
        sa.Column("about_en", sa.String(), nullable=False),
        sa.Column("size_class", sa.String(length=20), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("markets", sa.JSON(), nullable=False),
        sa.Column("facets", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_index(op.f("ix_company_name_key"), "company", ["name_key"], unique=False)
    op.create_index(op.f("ix_company_tax_code"), "company", ["tax_code"], unique=False)
    op.create_table(
        "representative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=80), nullable=False),
        sa.Column("title_vi", sa.String(length=250), nullable=False),
        sa.Column("title_en", sa.String(length=250), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_representative_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_representative_company_id_company"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representative")),
        sa.UniqueConstraint("company_id", "email", name=op.f("uq_representative_company_id_email")),
    )
    op.create_index(op.f("ix_representative_account_id"), "representative", ["account_id"], unique=False)
    op.create_index(op.f("ix_representative_company_id"), "representative", ["company_id"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_certificate_company_id_company"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("company_id", "code", name=op.f("uq_certificate_company_id_code")),
    )
    op.create_index(op.f("ix_certificate_company_id"), "certificate", ["company_id"], unique=False)
    op.create_table(
        "participation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("badge_code", sa.String(length=80), nullable=False),
        sa.Column("booth", sa.String(length=80), nullable=False),
        sa.Column("is_hosted", sa.Boolean(), nullable=False),
        sa.Column("is_supported", sa.Boolean(), nullable=False),
        sa.Column("meetings_cap", sa.Integer(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("profile_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('exhibitor', 'buyer')", name=op.f("ck_participation_role_known")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_participation_company_id_company"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_participation_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint("fair_id", "badge_code", name=op.f("uq_participation_fair_id_badge_code")),
        sa.UniqueConstraint("fair_id", "company_id", "role", name=op.f("uq_participation_fair_id_company_id_role")),
    )
    op.create_index(op.f("ix_participation_company_id"), "participation", ["company_id"], unique=False)
    op.create_index(op.f("ix_participation_fair_id"), "participation", ["fair_id"], unique=False)
    op.create_index(
        op.f("ix_participation_fair_id_role_status"), "participation", ["fair_id", "role", "status"], unique=False
    )
    op.create_table(
        "offer",
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("moq", sa.BigInteger(), nullable=True),
        sa.Column("lead_time_days", sa.Integer(), nullable=True),
        sa.Column("incoterm", sa.String(length=3), nullable=True),
        sa.Column("price_band", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_vi", sa.String(), nullable=True),
        sa.Column("text_en", sa.String(), nullable=True),
        sa.Column("category_code", sa.String(length=60), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("certificates", sa.JSON(), nullable=False),
        sa.Column("markets", sa.JSON(), nullable=False),
        sa.CheckConstraint("text_vi IS NOT NULL OR text_en IS NOT NULL", name=op.f("ck_offer_some_text")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("fk_offer_category_code_category"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_offer_participation_id_participation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("participation_id", "position", name=op.f("uq_offer_participation_id_position")),
    )
    op.create_index(op.f("ix_offer_participation_id"), "offer", ["participation_id"], unique=False)
    op.create_table(
        "need",
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_vi", sa.String(), nullable=True),
        sa.Column("text_en", sa.String(), nullable=True),
        sa.Column("category_code", sa.String(length=60), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("certificates", sa.JSON(), nullable=False),
        sa.Column("markets", sa.JSON(), nullable=False),
        sa.CheckConstraint("text_vi IS NOT NULL OR text_en IS NOT NULL", name=op.f("ck_need_some_text")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("fk_need_category_code_category"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_need_participation_id_participation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("participation_id", "position", name=op.f("uq_need_participation_id_position")),
    )
    op.create_index(op.f("ix_need_participation_id"), "need", ["participation_id"], unique=False)
    op.create_table(
        "representative_absence",
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["representative_id"],
            ["representative.id"],
            name=op.f("fk_representative_absence_representative_id_representative"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_representative_absence_slot_id_slot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("representative_id", "slot_id", name=op.f("pk_representative_absence")),
    )
    op.create_index(op.f("ix_representative_absence_slot_id"), "representative_absence", ["slot_id"], unique=False)
    op.create_table(
        "fair_person",
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_fair_person_participation_id_participation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["representative_id"],
            ["representative.id"],
            name=op.f("fk_fair_person_representative_id_representative"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participation_id", "representative_id", name=op.f("pk_fair_person")),
    )
    op.create_index(op.f("ix_fair_person_representative_id"), "fair_person", ["representative_id"], unique=False)
    op.create_table(
        "veto",
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("other_company_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_company_id"], ["company.id"], name=op.f("fk_veto_other_company_id_company"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_veto_participation_id_participation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participation_id", "other_company_id", name=op.f("pk_veto")),
    )
    op.create_index(op.f("ix_veto_other_company_id"), "veto", ["other_company_id"], unique=False)
    op.create_table(
        "company_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=250), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_company_import_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_company_import_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_import")),
    )
    op.create_index(op.f("ix_company_import_account_id"), "company_import", ["account_id"], unique=False)
    op.create_index(op.f("ix_company_import_fair_id"), "company_import", ["fair_id"], unique=False)


def downgrade() -> None:
    op.drop_table("company_import")
    op.drop_table("veto")
    op.drop_table("fair_person")
    op.drop_table("representative_absence")
    op.drop_table("need")
    op.drop_table("offer")
    op.drop_table("participation")
    op.drop_table("certificate")
    op.drop_table("representative")
    op.drop_table("company")
    op.drop_table("fair_category")
    op.drop_table("category")
