"""People who sign in: accounts, their sessions, one-time links and consents."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, Line, Short, reference


class Account(Base):
    """One person. ``email`` is kept in lower case; a person without a password signs in by link."""

    __tablename__ = "account"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[Line]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(2), default="vi")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class SignInSession(Base):
    """One signed-in browser. Only a hash of its token is kept, so a stolen table opens nothing."""

    __tablename__ = "sign_in_session"

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[Line]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInLink(Base):
    """A one-time link that signs its owner in; its address is signed, so no secret is kept here."""

    __tablename__ = "sign_in_link"

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """One failed guess, kept briefly to slow the next ones; ``subject`` is a hash of the address or account."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index(None, "subject", "at"),)

    id: Mapped[Key]
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class FairStaff(Base):
    """What a person may do for one fair: organizer, table_host, interpreter or reader."""

    __tablename__ = "fair_staff"
    __table_args__ = (UniqueConstraint("fair_id", "account_id", "role"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    account_id: Mapped[uuid.UUID] = reference("account.id")
    role: Mapped[Code]


class Consent(Base):
    """One answer to one consent question: which text was shown, when, through which channel."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_standing",
            "account_id",
            "fair_id",
            "purpose",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id")
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    purpose: Mapped[Code]
    text_version: Mapped[Short]
    channel: Mapped[Code]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
