"""Who was at the table, as it was said."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, reference


class CheckIn(Base):
    """One statement that a side of a meeting is, or is not, at the table. Rows are added, never changed.

    ``at`` is when it was seen, ``recorded_at`` when it reached us: a phone without a network sends later. ``once`` is
    made where the statement is made, so that one sent twice is kept once.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        UniqueConstraint("meeting_id", "once"),
        CheckConstraint("side IN ('exhibitor', 'buyer')", name="one_side"),
        Index(None, "fair_id", "recorded_at"),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    meeting_id: Mapped[uuid.UUID] = reference("meeting.id", index=False)
    side: Mapped[Code]
    is_present: Mapped[bool]
    source: Mapped[Code]
    by_account_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid(), ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    once: Mapped[Code]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
