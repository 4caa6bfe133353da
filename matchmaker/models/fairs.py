"""A fair and what it is made of: rates, halls, tables, sessions, slots, interpreters."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, CountryCode, CurrencyCode, Key, Line, Rate, Short, reference


class Fair(Base):
    """One fair with its own place, days, time zone, report currency and rules."""

    __tablename__ = "fair"
    __table_args__ = (CheckConstraint("opens_on <= closes_on", name="days_in_order"),)

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name_vi: Mapped[Line]
    name_en: Mapped[Line]
    about_vi: Mapped[str] = mapped_column(default="")
    about_en: Mapped[str] = mapped_column(default="")
    city_vi: Mapped[Short]
    city_en: Mapped[Short]
    country: Mapped[CountryCode]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    time_zone: Mapped[Short]
    report_currency: Mapped[CurrencyCode]
    phase: Mapped[Code]
    acceptance: Mapped[Code]
    time_choice: Mapped[Code]
    phase_ends_at: Mapped[datetime | None]
    request_minutes: Mapped[int] = mapped_column(default=4320)
    fair_request_minutes: Mapped[int] = mapped_column(default=120)
    request_quota_day: Mapped[int | None]
    request_quota_total: Mapped[int | None]
    meetings_cap: Mapped[int] = mapped_column(default=16)
    list_length: Mapped[int] = mapped_column(default=10)
    has_messages: Mapped[bool] = mapped_column(default=True)
    late_minutes: Mapped[int] = mapped_column(default=3)
    rescue_minutes: Mapped[int] = mapped_column(default=8)
    limits_unreliable: Mapped[bool] = mapped_column(default=False)
    keep_people_months: Mapped[int] = mapped_column(default=24, server_default="24")
    keep_notes_months: Mapped[int] = mapped_column(default=24, server_default="24")
    keep_history_months: Mapped[int] = mapped_column(default=12, server_default="12")
    keep_uploads_days: Mapped[int] = mapped_column(default=30, server_default="30")
    created_at: Mapped[datetime]


class FairEdition(Base):
    """The earlier edition that a fair follows on; the two are compared in its report."""

    __tablename__ = "fair_edition"
    __table_args__ = (CheckConstraint("fair_id <> earlier_id", name="two_fairs"),)

    fair_id: Mapped[uuid.UUID] = reference("fair.id", primary_key=True, index=False)
    earlier_id: Mapped[uuid.UUID] = reference("fair.id")


class FairPhase(Base):
    """When a phase of a fair begins; a phase without a row begins by hand."""

    __tablename__ = "fair_phase"

    fair_id: Mapped[uuid.UUID] = reference("fair.id", primary_key=True, index=False)
    phase: Mapped[Code] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]


class FairRate(Base):
    """One unit of a currency in the fair's report currency, fixed for the fair, with date and source."""

    __tablename__ = "fair_rate"
    __table_args__ = (CheckConstraint("rate > 0", name="rate_positive"),)

    fair_id: Mapped[uuid.UUID] = reference("fair.id", primary_key=True, index=False)
    currency: Mapped[CurrencyCode] = mapped_column(primary_key=True)
    rate: Mapped[Rate]
    fixed_on: Mapped[date]
    source: Mapped[Line]


class Hall(Base):
    """A hall of the fair's ground."""

    __tablename__ = "hall"
    __table_args__ = (UniqueConstraint("fair_id", "code"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    code: Mapped[Short]
    name_vi: Mapped[Line]
    name_en: Mapped[Line]


class MeetingTable(Base):
    """A table where meetings take place (`table` itself is a word of SQL).

    A closed one is kept for the meetings on record there. With a host it is that exhibitor's own booth.
    """

    __tablename__ = "meeting_table"
    __table_args__ = (UniqueConstraint("fair_id", "code"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    hall_id: Mapped[uuid.UUID] = reference("hall.id")
    host_id: Mapped[uuid.UUID | None] = reference("participation.id", nullable=True)
    code: Mapped[Short]
    is_closed: Mapped[bool] = mapped_column(default=False)


class FairSession(Base):
    """A stretch of one day that is cut into slots; times are the fair's own local times."""

    __tablename__ = "fair_session"
    __table_args__ = (
        UniqueConstraint("fair_id", "day", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        CheckConstraint("slot_minutes BETWEEN 5 AND 240", name="slot_length"),
        CheckConstraint("break_minutes BETWEEN 0 AND 120", name="break_length"),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    day: Mapped[date]
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    slot_minutes: Mapped[int]
    break_minutes: Mapped[int]


class Slot(Base):
    """One time slot of the fair's grid, in UTC; ``number`` counts from 1 through the whole fair."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("fair_id", "number"),
        UniqueConstraint("fair_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    number: Mapped[int]
    day: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Interpreter(Base):
    """A person who interprets at the fair; ``languages`` are codes, all spoken with Vietnamese.

    Who has an account is known by it, whatever its address is; ``email`` is where they were asked. One who left is kept
    inactive for the meetings on record.
    """

    __tablename__ = "interpreter"
    __table_args__ = (UniqueConstraint("fair_id", "account_id"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid(), ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[Line]
    email: Mapped[str] = mapped_column(String(254))
    languages: Mapped[list[str]]
    is_active: Mapped[bool] = mapped_column(default=True)


class InterpreterAbsence(Base):
    """A slot in which an interpreter can't work."""

    __tablename__ = "interpreter_absence"

    interpreter_id: Mapped[uuid.UUID] = reference("interpreter.id", primary_key=True, index=False)
    slot_id: Mapped[uuid.UUID] = reference("slot.id", primary_key=True)
    reason: Mapped[Line] = mapped_column(default="")


class HostTable(Base):
    """A table that a host looks after. A host without any looks after all of them."""

    __tablename__ = "host_table"

    staff_id: Mapped[uuid.UUID] = reference("fair_staff.id", primary_key=True, index=False)
    table_id: Mapped[uuid.UUID] = reference("meeting_table.id", primary_key=True)


class FairCategory(Base):
    """A category that this fair is about: with everything below it, or alone where ``is_whole`` is false."""

    __tablename__ = "fair_category"
    __table_args__ = (ForeignKeyConstraint(["category_code"], ["category.code"], ondelete="CASCADE"),)

    fair_id: Mapped[uuid.UUID] = reference("fair.id", primary_key=True, index=False)
    category_code: Mapped[Code] = mapped_column(primary_key=True)
    is_whole: Mapped[bool] = mapped_column(default=True)


class CompanyGroup(Base):
    """Companies that a rule of the fair speaks of together, such as a delegation."""

    __tablename__ = "company_group"
    __table_args__ = (UniqueConstraint("fair_id", "name"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    name: Mapped[Short]


class CompanyGroupMember(Base):
    """A company of a group."""

    __tablename__ = "company_group_member"

    group_id: Mapped[uuid.UUID] = reference("company_group.id", primary_key=True, index=False)
    company_id: Mapped[uuid.UUID] = reference("company.id", primary_key=True)


class MeetingRule(Base):
    """Two sides that never meet at this fair. Each is a company, a group or a country, by kind and value."""

    __tablename__ = "meeting_rule"
    __table_args__ = (UniqueConstraint("fair_id", "one_kind", "one_value", "other_kind", "other_value"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    one_kind: Mapped[Code]
    one_value: Mapped[Code]
    other_kind: Mapped[Code]
    other_value: Mapped[Code]
    reason: Mapped[Line] = mapped_column(default="")
    created_at: Mapped[datetime]
