"""Two-step sign-in with recovery codes, links to set a password, and how each session was opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sign_in_session") as table:
        table.add_column(sa.Column("opened_by", sa.String(length=60), nullable=False, server_default="password"))
        table.add_column(sa.Column("awaits_code", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE sign_in_session SET confirmed_at = created_at")
    with op.batch_alter_table("sign_in_session") as table:
        table.alter_column("confirmed_at", nullable=False, existing_type=sa.DateTime(timezone=True))
        table.alter_column("opened_by", server_default=None, existing_type=sa.String(length=60))
        table.alter_column("awaits_code", server_default=None, existing_type=sa.Boolean())
    with op.batch_alter_table("sign_in_link") as table:
        table.add_column(sa.Column("purpose", sa.String(length=60), nullable=False, server_default="sign_in"))
        table.add_column(sa.Column("leads_to", sa.String(length=500), nullable=False, server_default=""))
    with op.batch_alter_table("sign_in_link") as table:
        table.alter_column("purpose", server_default=None, existing_type=sa.String(length=60))
        table.alter_column("leads_to", server_default=None, existing_type=sa.String(length=500))
    op.create_table(
        "two_step_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.String(length=250), nullable=True),
        sa.Column("pending", sa.String(length=250), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_two_step_key_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_two_step_key")),
        sa.UniqueConstraint("account_id", name=op.f("uq_two_step_key_account_id")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.String(length=4), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_table("recovery_code")
    op.drop_table("two_step_key")
    with op.batch_alter_table("sign_in_link") as table:
        table.drop_column("leads_to")
        table.drop_column("purpose")
    with op.batch_alter_table("sign_in_session") as table:
        table.drop_column("confirmed_at")
        table.drop_column("awaits_code")
        table.drop_column("opened_by")
