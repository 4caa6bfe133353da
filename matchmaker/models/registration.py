"""How people come in by themselves: registrations, claims to an address, and the texts of the consents asked for."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, Short, reference


class Registration(Base):
    """A company that came to a fair through the registration page, and who registered it, until they are erased.

    ``form_key`` is the hash of a number that the form carried, so that a form sent twice registers once.
    """

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("fair_id", "company_id"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    company_id: Mapped[uuid.UUID] = reference("company.id")
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid(), ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    registered_at: Mapped[datetime]


class AddressClaim(Base):
    """An e-mail address that an account says is its own; true once its owner opens the mailed link and agrees.

    The link is signed, so no secret is kept here. ``former_email`` is the account's address before, which is told of
    the change.
    """

    __tablename__ = "address_claim"
    __table_args__ = (Index(None, "email", "created_at"),)

    id: Mapped[Key]
    account_id: Mapped[uuid.UUID] = reference("account.id")
    email: Mapped[str] = mapped_column(String(254))
    former_email: Mapped[str | None] = mapped_column(String(254))
    purpose: Mapped[Code]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]


class ConsentText(Base):
    """One wording of one consent question at a fair. It is never changed: a new wording is a new version."""

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("fair_id", "purpose", "version"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    purpose: Mapped[Code]
    version: Mapped[Short]
    text_vi: Mapped[str]
    text_en: Mapped[str]
    created_at: Mapped[datetime]
    by_account_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
