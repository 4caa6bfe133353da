"""A programme: several fairs and linkage chains of several years that are reported on together."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, CurrencyCode, Key, Line, Rate, reference


class Programme(Base):
    """A programme with the currency its fairs are added up in."""

    __tablename__ = "programme"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name_vi: Mapped[Line]
    name_en: Mapped[Line]
    report_currency: Mapped[CurrencyCode]
    created_at: Mapped[datetime]


class ProgrammeFair(Base):
    """A fair of a programme and the year it counts for. One with a category is a chain of that branch of the tree."""

    __tablename__ = "programme_fair"
    __table_args__ = (
        ForeignKeyConstraint(["category_code"], ["category.code"], ondelete="SET NULL"),
        CheckConstraint("year BETWEEN 1900 AND 2200", name="year_is_one"),
    )

    programme_id: Mapped[uuid.UUID] = reference("programme.id", primary_key=True, index=False)
    fair_id: Mapped[uuid.UUID] = reference("fair.id", primary_key=True)
    year: Mapped[int]
    category_code: Mapped[Code | None]


class ProgrammeRate(Base):
    """One unit of a currency in the programme's report currency, fixed for the programme, with date and source."""

    __tablename__ = "programme_rate"
    __table_args__ = (CheckConstraint("rate > 0", name="rate_positive"),)

    programme_id: Mapped[uuid.UUID] = reference("programme.id", primary_key=True, index=False)
    currency: Mapped[CurrencyCode] = mapped_column(primary_key=True)
    rate: Mapped[Rate]
    fixed_on: Mapped[date]
    source: Mapped[Line]
