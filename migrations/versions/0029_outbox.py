"""The outbox: mail on its way, what people chose to be told, and their calendar addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TO_MAIL = sa.text("mail_id IS NULL AND send_at IS NOT NULL")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mail_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_mail_fair_id_fair"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index("ix_mail_waiting", "mail", ["due_at"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index(op.f("ix_mail_account_id_created_at"), "mail", ["account_id", "created_at"])
    op.create_index(op.f("ix_mail_fair_id_state"), "mail", ["fair_id", "state"])
    op.create_table(
        "notice_choice",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("is_on_screen", sa.Boolean(), nullable=False),
        sa.Column("pace", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_choice_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_notice_choice")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_calendar_feed_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("account_id", name=op.f("uq_calendar_feed_account_id")),
    )
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("is_on_screen", sa.Boolean(), nullable=False, server_default=sa.text("true")))
        batch.add_column(sa.Column("is_collected", sa.Boolean(), nullable=False, server_default=sa.text("false")))
        batch.add_column(sa.Column("send_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("mail_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_notice_mail_id_mail"), "mail", ["mail_id"], ["id"], ondelete="SET NULL")
        batch.create_index(op.f("ix_notice_mail_id"), ["mail_id"])
        batch.create_index("ix_notice_to_mail", ["send_at"], sqlite_where=TO_MAIL, postgresql_where=TO_MAIL)
    # What waited under the old rule was to go out at once.
    op.execute("UPDATE notice SET send_at = created_at WHERE sent_at IS NULL")


def downgrade() -> None:
    with op.batch_alter_table("notice") as batch:
        batch.drop_index("ix_notice_to_mail")
        batch.drop_index(op.f("ix_notice_mail_id"))
        batch.drop_constraint(op.f("fk_notice_mail_id_mail"), type_="foreignkey")
        for column in ("mail_id", "send_at", "is_collected", "is_on_screen"):
            batch.drop_column(column)
    op.drop_table("calendar_feed")
    op.drop_table("notice_choice")
    op.drop_table("mail")
