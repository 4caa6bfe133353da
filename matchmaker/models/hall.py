"""Who is free for more meetings in the hall, and who is offered to whom there."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, reference

OPEN = "is_open"


class Standby(Base):
    """Someone who is free for more meetings on one day of a fair, for one company in one role."""

    __tablename__ = "standby"
    __table_args__ = (Index(None, "fair_id", "day"),)

    participation_id: Mapped[uuid.UUID] = reference("participation.id", primary_key=True, index=False)
    representative_id: Mapped[uuid.UUID] = reference("representative.id", primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    said_at: Mapped[datetime]


class HallOffer(Base):
    """Two who are offered to each other while a slot runs, until both say yes, one says no, or it ends.

    ``meeting_id`` is the meeting of the two that waited for a place, and afterwards the one that came of it. Who shares
    no language is offered an interpreter with it, who is in one open offer at most.
    """

    __tablename__ = "hall_offer"
    __table_args__ = (
        Index(None, "slot_id", "state"),
        Index(None, "state", "expires_at"),
        Index(
            "uq_hall_offer_interpreter_open",
            "interpreter_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    slot_id: Mapped[uuid.UUID] = reference("slot.id", index=False)
    table_id: Mapped[uuid.UUID | None] = reference("meeting_table.id", nullable=True)
    meeting_id: Mapped[uuid.UUID | None] = reference("meeting.id", nullable=True)
    interpreter_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid(), ForeignKey("interpreter.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[Code]
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class HallOfferSide(Base):
    """One of the two, and what they said. The index over open ones lets nobody hold two offers at once.

    ``missed_id`` is the meeting that left them alone at their table; who was on standby has none.
    """

    __tablename__ = "hall_offer_side"
    __table_args__ = (
        Index(
            "uq_hall_offer_side_one_open",
            "representative_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        CheckConstraint("side IN ('exhibitor', 'buyer')", name="one_side"),
    )

    offer_id: Mapped[uuid.UUID] = reference("hall_offer.id", primary_key=True, index=False)
    side: Mapped[Code] = mapped_column(primary_key=True)
    participation_id: Mapped[uuid.UUID] = reference("participation.id")
    representative_id: Mapped[uuid.UUID] = reference("representative.id")
    missed_id: Mapped[uuid.UUID | None] = reference("meeting.id", nullable=True)
    answer: Mapped[Code] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    by_account_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid(), ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    is_open: Mapped[bool] = mapped_column(default=True)
