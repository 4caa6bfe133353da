"""What people are told, and the work that waits to be done."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, reference


class Notice(Base):
    """One message to one person, on screen and by mail, written in the transaction that caused it.

    ``once`` names the event, so that a retried action tells nobody twice.
    """

    __tablename__ = "notice"
    __table_args__ = (Index(None, "account_id", "created_at"),)

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id", index=False)
    fair_id: Mapped[uuid.UUID | None] = reference("fair.id", nullable=True)
    kind: Mapped[Code]
    facts: Mapped[dict[str, Any]]
    once: Mapped[str] = mapped_column(String(160), unique=True)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class Job(Base):
    """Work for the jobs process. It is taken under a lease, so a killed worker's job is done again."""

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "uq_job_waiting",
            "once",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index(None, "finished_at", "due_at"),
    )

    id: Mapped[Key]
    kind: Mapped[Code]
    facts: Mapped[dict[str, Any]]
    once: Mapped[str] = mapped_column(String(160))
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
