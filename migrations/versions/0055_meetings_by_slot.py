"""An index that also knows the slots of a fair's meetings."""

from __future__ import annotations

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_meeting_fair_id_state_slot_id"), "meeting", ["fair_id", "state", "slot_id"])
    op.drop_index(op.f("ix_meeting_fair_id_state"), "meeting")


def downgrade() -> None:
    op.create_index(op.f("ix_meeting_fair_id_state"), "meeting", ["fair_id", "state"])
    op.drop_index(op.f("ix_meeting_fair_id_state_slot_id"), "meeting")
