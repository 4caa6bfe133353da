"""Interpreters are known by their accounts, so that a change of address does not part them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

INTERPRETER = sa.table(
    "interpreter",
    *(sa.column(name) for name in ("id", "fair_id", "account_id", "email")),
    sa.column("is_active", sa.Boolean()),
)
ACCOUNT = sa.table("account", sa.column("id"), sa.column("email"))
CLAIM = sa.table("address_claim", *(sa.column(name) for name in ("account_id", "former_email", "confirmed_at")))


def upgrade() -> None:
    with op.batch_alter_table("interpreter") as batch:
        batch.add_column(sa.Column("account_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_interpreter_account_id_account"), "account", ["account_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_unique_constraint(op.f("uq_interpreter_fair_id_account_id"), ["fair_id", "account_id"])
        batch.create_index(op.f("ix_interpreter_account_id"), ["account_id"])
    _tie()


def _tie() -> None:
    """Tie each to the account that has its address, or had it before; of two rows of one account, the active one."""
    database = op.get_bind()
    now_at = database.execute(
        sa.select(sa.func.lower(ACCOUNT.c.email), ACCOUNT.c.id).where(ACCOUNT.c.email.is_not(None))
    )
    before = database.execute(
        sa.select(sa.func.lower(CLAIM.c.former_email), CLAIM.c.account_id)
        .where(CLAIM.c.confirmed_at.is_not(None), CLAIM.c.former_email.is_not(None))
        .order_by(CLAIM.c.confirmed_at)
    )
    accounts = dict(before.all()) | dict(now_at.all())
    rows = database.execute(
        sa.select(INTERPRETER.c.id, INTERPRETER.c.fair_id, sa.func.lower(INTERPRETER.c.email)).order_by(
            INTERPRETER.c.is_active.desc(), INTERPRETER.c.id
        )
    ).all()
    taken = set()
    for key, fair_id, email in rows:
        account_id = accounts.get(email)
        if account_id is not None and (fair_id, account_id) not in taken:
            taken.add((fair_id, account_id))
            database.execute(INTERPRETER.update().where(INTERPRETER.c.id == key).values(account_id=account_id))


def downgrade() -> None:
    with op.batch_alter_table("interpreter") as batch:
        batch.drop_index(op.f("ix_interpreter_account_id"))
        batch.drop_constraint(op.f("uq_interpreter_fair_id_account_id"), type_="unique")
        batch.drop_constraint(op.f("fk_interpreter_account_id_account"), type_="foreignkey")
        batch.drop_column("account_id")
