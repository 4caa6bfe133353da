"""What people ask about their data, the copies made for them, what was erased, and when retention last ran."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, Line, reference


class DataRequest(Base):
    """What someone asked an organizer about their data, outside the site: by mail, by phone, on paper.

    Once the person is erased nothing in it names them: ``email`` and ``note`` are empty then.
    """

    __tablename__ = "data_request"
    __table_args__ = (
        Index(None, "fair_id", "state", "due_on"),
        CheckConstraint("answer_by <= due_on", name="answered_before_done"),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    kind: Mapped[Code]
    channel: Mapped[Code]
    state: Mapped[Code]
    email: Mapped[str] = mapped_column(String(254))
    note: Mapped[Line] = mapped_column(default="")
    received_on: Mapped[date]
    answer_by: Mapped[date]
    due_on: Mapped[date]
    extended_at: Mapped[datetime | None]
    extension_reason: Mapped[Line] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[Line] = mapped_column(default="")
    entered_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))
    closed_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]


class DataCopy(Base):
    """A copy of everything held about a person, made by the jobs process and kept for a few days.

    ``email`` is where its link was mailed to, where an organizer had it made; nobody else can open it. The content goes
    when it expires, the row stays as the record that a copy was handed out.
    """

    __tablename__ = "data_copy"
    __table_args__ = (Index(None, "account_id", "asked_at"), Index(None, "expires_at"))

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID | None] = reference("account.id", nullable=True, index=False)
    representative_id: Mapped[uuid.UUID | None] = reference("representative.id", nullable=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    locale: Mapped[str] = mapped_column(String(2), default="vi")
    asked_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    size: Mapped[int] = mapped_column(default=0)
    fetched: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes] = mapped_column(default=b"", deferred=True)


class Erasure(Base):
    """The receipt of an erasure: when, on whose word, and how many rows of what it took. It names nobody.

    ``keys`` are the keys of the rows that stood for the person. They lead nowhere any more; after a restored backup
    they say whom to erase again.
    """

    __tablename__ = "erasure"
    __table_args__ = (Index(None, "erased_at"),)

    id: Mapped[Key]
    reason: Mapped[Code]
    keys: Mapped[list[str]]
    counts: Mapped[dict[str, Any]]
    by_account_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    erased_at: Mapped[datetime]


class RetentionRun(Base):
    """One day's run of the retention rules, and what it took. The day is the key, so that two workers run it once."""

    __tablename__ = "retention_run"

    day: Mapped[date] = mapped_column(primary_key=True)
    ran_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]]
