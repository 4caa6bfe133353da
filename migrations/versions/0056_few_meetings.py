"""Indexes of the few meetings that are locked or have a third company, so that they are found without the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index("ix_meeting_fair_id_is_locked", ["fair_id", "is_locked"], sqlite="is_locked = 1", postgresql="is_locked")
    op.drop_index(op.f("ix_meeting_third_id"), "meeting")
    joined = "third_id IS NOT NULL"
    _index("ix_meeting_third_id", ["third_id"], sqlite=joined, postgresql=joined)


def downgrade() -> None:
    op.drop_index(op.f("ix_meeting_third_id"), "meeting")
    op.create_index(op.f("ix_meeting_third_id"), "meeting", ["third_id"])
    op.drop_index(op.f("ix_meeting_fair_id_is_locked"), "meeting")


def _index(name: str, columns: list[str], *, sqlite: str, postgresql: str) -> None:
    """Index those rows alone that a condition names; the databases write a flag differently."""
    where = {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text(postgresql)}
    op.create_index(op.f(name), "meeting", columns, **where)
