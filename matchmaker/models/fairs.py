"""A fair and what it is made of: rates, halls, tables, sessions, slots, interpreters."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String, UniqueConstraint
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
    request_days: Mapped[int] = mapped_column(default=3)
    meetings_cap: Mapped[int] = mapped_column(default=16)
    list_length: Mapped[int] = mapped_column(default=10)
    created_at: Mapped[datetime]


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
    """A table where meetings take place (`table` itself is a word of SQL)."""

    __tablename__ = "meeting_table"
    __table_args__ = (UniqueConstraint("fair_id", "code"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    hall_id: Mapped[uuid.UUID] = reference("hall.id")
    code: Mapped[Short]


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
    """A person who interprets at the fair; ``languages`` are codes, all spoken with Vietnamese."""

    __tablename__ = "interpreter"

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    name: Mapped[Line]
    email: Mapped[str] = mapped_column(String(254))
    languages: Mapped[list[str]]


class InterpreterAbsence(Base):
    """A slot in which an interpreter can't work."""

    __tablename__ = "interpreter_absence"

    interpreter_id: Mapped[uuid.UUID] = reference("interpreter.id", primary_key=True, index=False)
    slot_id: Mapped[uuid.UUID] = reference("slot.id", primary_key=True)
    reason: Mapped[Line] = mapped_column(default="")


class FairCategory(Base):
    """A sector of the category tree that this fair is about."""

    __tablename__ = "fair_category"
    __table_args__ = (ForeignKeyConstraint(["category_code"], ["category.code"], ondelete="CASCADE"),)

    fair_id: Mapped[uuid.UUID] = reference("fair.id", primary_key=True, index=False)
    category_code: Mapped[Code] = mapped_column(primary_key=True)
