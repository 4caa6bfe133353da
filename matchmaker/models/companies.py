"""Companies, their people, and what they bring to a fair."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Amount, Base, Code, CountryCode, Key, Line, Short, reference


class Category(Base):
    """A node of the bilingual category tree. With a fair it is that fair's own; others are shared by all fairs."""

    __tablename__ = "category"

    code: Mapped[Code] = mapped_column(primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("category.code", ondelete="CASCADE"), index=True)
    name_vi: Mapped[Line]
    name_en: Mapped[Line]
    stage: Mapped[Code]
    position: Mapped[int]
    hs_prefixes: Mapped[Line] = mapped_column(default="")
    fair_id: Mapped[uuid.UUID | None] = reference("fair.id", nullable=True)


class Company(Base):
    """A company; it belongs to no single fair. ``name_key`` finds the same name in other spellings.

    ``verified_as`` is the name key and tax code under which an organizer saw the papers in ``verified_what``; the mark
    stands only as long as they are the same.
    """

    __tablename__ = "company"
    __table_args__ = (Index(None, "name_key"), Index(None, "tax_code"))

    id: Mapped[Key]
    name: Mapped[Line]
    name_en: Mapped[Line] = mapped_column(default="")
    short_name: Mapped[str] = mapped_column(String(14), default="")
    name_key: Mapped[Line]
    legal_form: Mapped[Code] = mapped_column(default="enterprise")
    country: Mapped[CountryCode]
    parent_country: Mapped[str | None] = mapped_column(String(2))
    tax_code: Mapped[str | None] = mapped_column(String(20))
    vsic_codes: Mapped[list[str]] = mapped_column(default=list)
    hs_codes: Mapped[list[str]] = mapped_column(default=list)
    city: Mapped[Short] = mapped_column(default="")
    about_vi: Mapped[str] = mapped_column(default="")
    about_en: Mapped[str] = mapped_column(default="")
    size_class: Mapped[str | None] = mapped_column(String(20))
    stage: Mapped[str | None] = mapped_column(String(20))
    languages: Mapped[list[str]] = mapped_column(default=list)
    markets: Mapped[list[str]] = mapped_column(default=list)
    facets: Mapped[dict[str, Any]] = mapped_column(default=dict)
    checked_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))
    verified_what: Mapped[Line] = mapped_column(default="")
    verified_as: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    representatives: Mapped[list[Representative]] = relationship(back_populates="company")
    certificates: Mapped[list[Certificate]] = relationship(back_populates="company")


class Representative(Base):
    """A person who speaks for a company; ``account_id`` is set once that person can sign in.

    Who was removed from the team after meetings stays on their record, without an account: ``removed_at`` says so.
    """

    __tablename__ = "representative"
    __table_args__ = (UniqueConstraint("company_id", "email"),)

    id: Mapped[Key]
    company_id: Mapped[uuid.UUID] = reference("company.id")
    account_id: Mapped[uuid.UUID | None] = reference("account.id", nullable=True)
    name: Mapped[Line]
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[Short] = mapped_column(default="")
    title_vi: Mapped[Line] = mapped_column(default="")
    title_en: Mapped[Line] = mapped_column(default="")
    languages: Mapped[list[str]] = mapped_column(default=list)
    is_admin: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]

    company: Mapped[Company] = relationship(back_populates="representatives")


class Certificate(Base):
    """A certificate that a company declares; verified once an organizer has seen it."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("company_id", "code"),)

    id: Mapped[Key]
    company_id: Mapped[uuid.UUID] = reference("company.id")
    code: Mapped[Code]
    name: Mapped[Line]
    expires_on: Mapped[date | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))

    company: Mapped[Company] = relationship(back_populates="certificates")


class Participation(Base):
    """A company at a fair in one role. A company that sells and buys takes part twice.

    ``status_reason``, ``status_note``, ``status_at`` and ``status_by`` say why it stands as it does since when, and
    whose decision that was; they are empty until an organizer has decided.

    Its suggestions are those of the profile as it was at ``matched_at``; they are out of date while that lies before
    ``profile_changed_at``. ``advice`` is the one field that would then have helped most, with what it would bring.
    """

    __tablename__ = "participation"
    __table_args__ = (
        UniqueConstraint("fair_id", "company_id", "role"),
        UniqueConstraint("fair_id", "badge_code"),
        CheckConstraint("role IN ('exhibitor', 'buyer')", name="role_known"),
        Index(None, "fair_id", "role", "status"),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    company_id: Mapped[uuid.UUID] = reference("company.id")
    role: Mapped[Code]
    status: Mapped[Code]
    status_reason: Mapped[Code] = mapped_column(default="")
    status_note: Mapped[Line] = mapped_column(default="")
    status_at: Mapped[datetime | None]
    status_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))
    badge_code: Mapped[Short]
    booth: Mapped[Short] = mapped_column(default="")
    is_hosted: Mapped[bool] = mapped_column(default=False)
    is_supported: Mapped[bool] = mapped_column(default=False)
    meetings_cap: Mapped[int | None]
    joined_at: Mapped[datetime]
    profile_changed_at: Mapped[datetime]
    matched_at: Mapped[datetime | None]
    advice: Mapped[dict[str, Any]] = mapped_column(default=dict)

    company: Mapped[Company] = relationship()
    offers: Mapped[list[Offer]] = relationship(order_by="Offer.position")
    needs: Mapped[list[Need]] = relationship(order_by="Need.position")


class Item:
    """What an offer and a need have in common. At least one language is filled in.

    ``is_imported`` marks what others entered for the company, until one of its own people has gone over it.
    """

    id: Mapped[Key]
    position: Mapped[int]
    text_vi: Mapped[str | None]
    text_en: Mapped[str | None]
    category_code: Mapped[str | None] = mapped_column(ForeignKey("category.code", ondelete="SET NULL"))
    quantity: Mapped[Amount | None]
    unit: Mapped[Short] = mapped_column(default="")
    lead_time_days: Mapped[int | None]
    incoterm: Mapped[str | None] = mapped_column(String(3))
    price_band: Mapped[Short] = mapped_column(default="")
    stage: Mapped[str | None] = mapped_column(String(20))
    certificates: Mapped[list[str]] = mapped_column(default=list)
    markets: Mapped[list[str]] = mapped_column(default=list)
    is_by_product: Mapped[bool] = mapped_column(default=False)
    is_recycled: Mapped[bool] = mapped_column(default=False)
    is_renewable: Mapped[bool] = mapped_column(default=False)
    is_imported: Mapped[bool] = mapped_column(default=False)


class Offer(Item, Base):
    """One thing an exhibitor sells at this fair."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("participation_id", "position"),
        CheckConstraint("text_vi IS NOT NULL OR text_en IS NOT NULL", name="some_text"),
    )

    participation_id: Mapped[uuid.UUID] = reference("participation.id")
    moq: Mapped[Amount | None]


class Need(Item, Base):
    """One thing a buyer looks for at this fair."""

    __tablename__ = "need"
    __table_args__ = (
        UniqueConstraint("participation_id", "position"),
        CheckConstraint("text_vi IS NOT NULL OR text_en IS NOT NULL", name="some_text"),
    )

    participation_id: Mapped[uuid.UUID] = reference("participation.id")


class RemovedItem(Base):
    """An offer or a need that a company took off its profile, kept whole so that it can be put back."""

    __tablename__ = "removed_item"

    id: Mapped[Key]
    participation_id: Mapped[uuid.UUID] = reference("participation.id")
    kind: Mapped[Code]
    facts: Mapped[dict[str, Any]]
    removed_at: Mapped[datetime]


class RepresentativeAbsence(Base):
    """A slot in which a representative can't meet; everyone is free in every other one."""

    __tablename__ = "representative_absence"

    representative_id: Mapped[uuid.UUID] = reference("representative.id", primary_key=True, index=False)
    slot_id: Mapped[uuid.UUID] = reference("slot.id", primary_key=True)


class FairPerson(Base):
    """A representative who comes to a fair for a company taking part, and how many meetings a day they want at most."""

    __tablename__ = "fair_person"
    __table_args__ = (CheckConstraint("daily_cap > 0", name="daily_cap_positive"),)

    participation_id: Mapped[uuid.UUID] = reference("participation.id", primary_key=True, index=False)
    representative_id: Mapped[uuid.UUID] = reference("representative.id", primary_key=True)
    daily_cap: Mapped[int | None]


class Veto(Base):
    """A company that another one does not want to meet at this fair, with the reason if it gave one."""

    __tablename__ = "veto"

    participation_id: Mapped[uuid.UUID] = reference("participation.id", primary_key=True, index=False)
    other_company_id: Mapped[uuid.UUID] = reference("company.id", primary_key=True)
    reason: Mapped[Code]
    at: Mapped[datetime]


class CompanyDistinction(Base):
    """Two companies that look alike and are two, as an organizer has said; ``one_id`` is the smaller key."""

    __tablename__ = "company_distinction"

    one_id: Mapped[uuid.UUID] = reference("company.id", primary_key=True, index=False)
    other_id: Mapped[uuid.UUID] = reference("company.id", primary_key=True)
    by_account_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    at: Mapped[datetime]


class CompanyImport(Base):
    """A spreadsheet that an organizer handed in, kept until it is imported or given up."""

    __tablename__ = "company_import"

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    account_id: Mapped[uuid.UUID] = reference("account.id")
    file_name: Mapped[Line]
    content: Mapped[bytes]
    content_hash: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
