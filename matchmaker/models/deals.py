"""The deal ledger: deals, the meetings they came from, and each side's reports."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Amount, Base, Code, Key, Line, Short, reference


class Deal(Base):
    """One deal of one company pair; its value is worked out from its reports, never stored."""

    __tablename__ = "deal"
    __table_args__ = (
        Index(
            "uq_deal_register_no",
            "fair_id",
            "exhibitor_id",
            "register_no",
            unique=True,
            sqlite_where=text("register_no IS NOT NULL"),
            postgresql_where=text("register_no IS NOT NULL"),
        ),
        Index(None, "exhibitor_id", "buyer_id"),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    exhibitor_id: Mapped[uuid.UUID] = reference("participation.id", index=False)
    buyer_id: Mapped[uuid.UUID] = reference("participation.id")
    title: Mapped[str] = mapped_column(default="")
    category_code: Mapped[str | None] = mapped_column(ForeignKey("category.code", ondelete="SET NULL"))
    register_no: Mapped[str | None] = mapped_column(String(120))
    opened_at: Mapped[datetime]

    reports: Mapped[list[OutcomeReport]] = relationship(back_populates="deal")


class DealMeeting(Base):
    """A meeting that led to a deal; one deal may come from several, and a meeting may lead to several."""

    __tablename__ = "deal_meeting"

    deal_id: Mapped[uuid.UUID] = reference("deal.id", primary_key=True, index=False)
    meeting_id: Mapped[uuid.UUID] = reference("meeting.id", primary_key=True)


class OutcomeReport(Base):
    """What one side said about one meeting at one time. Entries are added; the database refuses to change them.

    ``side`` is seller, buyer or organizer. ``entry`` counts that side's entries about that
    meeting and deal, so a correction is the next entry and the unique key refuses two at once.
    An amount goes with a currency, a horizon and a deal; an outcome without value has none of them.
    ``years`` splits an amount over several years, as pairs of a year and the amount as text. ``saving`` is what a
    buyer says it saves, in the currency of the amount. ``file_hash`` is the SHA-256 of the document handed in for it.
    """

    __tablename__ = "outcome_report"
    __table_args__ = (
        UniqueConstraint("meeting_id", "deal_id", "side", "entry"),
        Index(
            "uq_outcome_report_without_deal",
            "meeting_id",
            "side",
            "entry",
            unique=True,
            sqlite_where=text("deal_id IS NULL"),
            postgresql_where=text("deal_id IS NULL"),
        ),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="amount_with_currency"),
        CheckConstraint("(amount IS NULL) = (horizon IS NULL)", name="amount_with_horizon"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount_positive"),
        CheckConstraint("amount IS NULL OR deal_id IS NOT NULL", name="value_belongs_to_deal"),
        CheckConstraint("side IN ('seller', 'buyer', 'organizer')", name="side_known"),
        CheckConstraint("entry > 0", name="entry_counts"),
        CheckConstraint(
            "saving IS NULL OR (saving > 0 AND amount IS NOT NULL AND side = 'buyer')", name="saving_of_buyer"
        ),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    meeting_id: Mapped[uuid.UUID] = reference("meeting.id", index=False)
    deal_id: Mapped[uuid.UUID | None] = reference("deal.id", nullable=True)
    side: Mapped[Code]
    entry: Mapped[int]
    outcome: Mapped[Code]
    amount: Mapped[Amount | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    typed: Mapped[Short] = mapped_column(default="")
    horizon: Mapped[str | None] = mapped_column(String(20))
    years: Mapped[list[Any]] = mapped_column(default=list)
    evidence: Mapped[Code]
    evidence_number: Mapped[Line] = mapped_column(default="")
    signed_on: Mapped[date | None]
    expected_on: Mapped[date | None]
    saving: Mapped[Amount | None]
    file_hash: Mapped[str | None] = mapped_column(String(64))
    attribution: Mapped[str | None] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(default="")
    stated_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))
    stated_at: Mapped[datetime]

    deal: Mapped[Deal | None] = relationship(back_populates="reports")


class LedgerEntry(Base):
    """One sealed entry of a fair's ledger, see ``domain.deals.chain``. The database refuses to change or delete it.

    ``content`` is the text that is sealed, so it is kept to the letter. It names people by key only, and a note only
    by its hash: erasing a person or a note breaks no seal.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (CheckConstraint("position > 0", name="position_counts"),)

    fair_id: Mapped[uuid.UUID] = reference("fair.id", primary_key=True, index=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    content: Mapped[str] = mapped_column(String())
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class FollowUp(Base):
    """The question to one company, in one wave after the fair, what became of its deals.

    A link in a mail stands for this row. ``stopped_at`` is set when its people want to be asked no more.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("participation_id", "wave"),
        Index(None, "fair_id", "wave"),
        CheckConstraint("reminded >= 0", name="reminded_counts"),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    participation_id: Mapped[uuid.UUID] = reference("participation.id", index=False)
    account_id: Mapped[uuid.UUID] = reference("account.id")
    wave: Mapped[Code]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    reminded: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
