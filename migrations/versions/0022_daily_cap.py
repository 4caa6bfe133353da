"""How many meetings a day someone who comes to a fair wants at most."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("fair_person") as batch:
        batch.add_column(sa.Column("daily_cap", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f("ck_fair_person_daily_cap_positive"), "daily_cap > 0")


def downgrade() -> None:
    with op.batch_alter_table("fair_person") as batch:
        batch.drop_constraint(op.f("ck_fair_person_daily_cap_positive"), type_="check")
        batch.drop_column("daily_cap")
