"""People who sign in: accounts, their sessions, one-time links and consents."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, Line, Short, reference

LONGEST_WAY = 500


class Account(Base):
    """One person. ``email`` is kept in lower case; a person without a password signs in by link.

    Who has just registered has no ``email`` until the claim to one is confirmed: see AddressClaim.
    """

    __tablename__ = "account"

    id: Mapped[Key]
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    name: Mapped[Line]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(2), default="vi")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class SignInSession(Base):
    """One signed-in browser. Only a hash of its token is kept, so a stolen table opens nothing.

    ``opened_by`` is password, link or reset. While ``awaits_code`` it lets nobody in: the second step is missing.
    ``confirmed_at`` is when the person last proved who they are, by password, code or link.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[Line]
    opened_by: Mapped[Code] = mapped_column(default="password")
    awaits_code: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInLink(Base):
    """A one-time link to sign in or to set a new password; its address is signed, so no secret is kept here.

    ``leads_to`` is the page its owner had wanted to open.
    """

    __tablename__ = "sign_in_link"

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id")
    purpose: Mapped[Code] = mapped_column(default="sign_in")
    leads_to: Mapped[str] = mapped_column(String(LONGEST_WAY), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """One failed guess, or a registration, kept briefly to slow the next ones.

    ``subject`` is a hash of the network address or account.
    """

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index(None, "subject", "at"),)

    id: Mapped[Key]
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class TwoStepKey(Base):
    """What a person's code app shares with us. Both keys are sealed with the application's secret.

    ``pending`` is one being set up; it replaces ``sealed`` once a code proves that the app has it. ``last_step`` is
    the half minute of the last code taken, so that no code is taken twice.
    """

    __tablename__ = "two_step_key"

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id", index=False, unique=True)
    sealed: Mapped[str | None] = mapped_column(String(250))
    pending: Mapped[str | None] = mapped_column(String(250))
    last_step: Mapped[int | None] = mapped_column(BigInteger())
    since: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code for the day the phone is lost. It works once; ``start`` finds it, the rest is kept as a hash."""

    __tablename__ = "recovery_code"

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id")
    start: Mapped[str] = mapped_column(String(4))
    code_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KeptForm(Base):
    """What someone sent after their session had ended, kept for them alone until they are signed in again."""

    __tablename__ = "kept_form"

    account_id: Mapped[uuid.UUID] = reference("account.id", primary_key=True, index=False)
    path: Mapped[str] = mapped_column(String(250), primary_key=True)
    fields: Mapped[list[Any]]
    kept_at: Mapped[datetime]


class FairStaff(Base):
    """What a person may do for one fair: organizer, table_host, interpreter or reader."""

    __tablename__ = "fair_staff"
    __table_args__ = (UniqueConstraint("fair_id", "account_id", "role"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    account_id: Mapped[uuid.UUID] = reference("account.id")
    role: Mapped[Code]


class Consent(Base):
    """One answer to one consent question: which version of its text was shown, when, through which channel.

    It stands until it is withdrawn. The row stays as the proof; agreeing again makes a new one.
    """

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


class ViewCount(Base):
    """How many pages about companies a person opened on the last day they did; it keeps no word on which ones."""

    __tablename__ = "view_count"

    account_id: Mapped[uuid.UUID] = reference("account.id", primary_key=True, index=False)
    day: Mapped[date]
    pages: Mapped[int]
