"""What people are told, and the work that waits to be done."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, reference


class Notice(Base):
    """One message to one person, on screen and by mail, written in the transaction that caused it.

    ``once`` names the event, so that a retried action tells nobody twice. ``send_at`` is when its mail is due, None
    where none is wanted; from then on ``mail_id`` names the mail that carries it, alone or with others.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "account_id", "created_at"),
        Index(
            "ix_notice_to_mail",
            "send_at",
            sqlite_where=text("mail_id IS NULL AND send_at IS NOT NULL"),
            postgresql_where=text("mail_id IS NULL AND send_at IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id", index=False)
    fair_id: Mapped[uuid.UUID | None] = reference("fair.id", nullable=True)
    kind: Mapped[Code]
    facts: Mapped[dict[str, Any]]
    once: Mapped[str] = mapped_column(String(160), unique=True)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    is_on_screen: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    is_collected: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    send_at: Mapped[datetime | None]
    mail_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("mail.id", ondelete="SET NULL"), index=True)


class Mail(Base):
    """One message on its way to one person: the outbox. It carries its notices, never its text.

    A worker takes it under a lease, so one whose worker died is sent by the next. ``failure`` is what the mail server
    said last; a mail that is given up keeps it for the organizer.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index(
            "ix_mail_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(None, "account_id", "created_at"),
        Index(None, "fair_id", "state"),
    )

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id", index=False)
    fair_id: Mapped[uuid.UUID | None] = reference("fair.id", nullable=True, index=False)
    kind: Mapped[Code]
    state: Mapped[Code]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class NoticeChoice(Base):
    """What one person chose for one kind of notice; without a row the kind's own rule holds."""

    __tablename__ = "notice_choice"

    account_id: Mapped[uuid.UUID] = reference("account.id", primary_key=True, index=False)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    is_on_screen: Mapped[bool]
    pace: Mapped[Code]


class CalendarFeed(Base):
    """A person's private calendar address. Its key is signed into the address; a new row voids the old address."""

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("account_id"),)

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id", index=False)
    created_at: Mapped[datetime]


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
