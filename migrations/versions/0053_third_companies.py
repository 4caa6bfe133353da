"""A third company that joins the meeting of two others."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

from matchmaker.models.base import Instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.operations import BatchOperations

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None
STANDING = sa.text("state IN ('asked', 'joined')")


@contextmanager
def _rebuilt_meeting() -> Iterator[BatchOperations]:
    """Change the table of meetings; SQLite rebuilds it and drops its triggers, which are set up again as they were."""
    bind, wanted = op.get_bind(), []
    if bind.dialect.name == "sqlite":
        of_table = sa.text(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'meeting' ORDER BY name"
        )
        wanted = list(bind.scalars(of_table))
    with op.batch_alter_table("meeting") as batch:
        yield batch
    for trigger in wanted:
        op.execute(trigger)


def upgrade() -> None:
    with _rebuilt_meeting() as batch:
        batch.add_column(sa.Column("third_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_meeting_third_id_participation"), "participation", ["third_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_check_constraint(
            op.f("ck_meeting_third_is_another"), "third_id <> exhibitor_id AND third_id <> buyer_id"
        )
        batch.create_index(op.f("ix_meeting_third_id"), ["third_id"])
    op.create_table(
        "third_company",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("named_by", sa.String(60), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("is_present", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'joined', 'declined', 'withdrawn', 'left')",
            name=op.f("ck_third_company_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_third_company_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_third_company_participation_id_participation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meeting_id", "participation_id", name=op.f("pk_third_company")),
    )
    op.create_index(op.f("ix_third_company_participation_id"), "third_company", ["participation_id"])
    op.create_index(
        "uq_third_company_one_standing",
        "third_company",
        ["meeting_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def downgrade() -> None:
    op.drop_table("third_company")
    op.execute("DELETE FROM meeting_attendee WHERE side = 'third'")
    with _rebuilt_meeting() as batch:
        batch.drop_index(op.f("ix_meeting_third_id"))
        batch.drop_constraint(op.f("ck_meeting_third_is_another"), type_="check")
        batch.drop_constraint(op.f("fk_meeting_third_id_participation"), type_="foreignkey")
        batch.drop_column("third_id")
