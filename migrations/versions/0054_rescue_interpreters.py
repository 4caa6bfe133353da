"""Two who share no language are offered to each other with an interpreter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    with op.batch_alter_table("hall_offer") as batch:
        batch.add_column(sa.Column("interpreter_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_hall_offer_interpreter_id_interpreter"),
            "interpreter",
            ["interpreter_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index(op.f("ix_hall_offer_interpreter_id"), ["interpreter_id"])
    op.create_index(
        "uq_hall_offer_interpreter_open",
        "hall_offer",
        ["interpreter_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_index("uq_hall_offer_interpreter_open", "hall_offer")
    with op.batch_alter_table("hall_offer") as batch:
        batch.drop_index(op.f("ix_hall_offer_interpreter_id"))
        batch.drop_constraint(op.f("fk_hall_offer_interpreter_id_interpreter"), type_="foreignkey")
        batch.drop_column("interpreter_id")
