"""Marks by which it is seen in one glance whether anything of a fair's report has changed."""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, reference


class FairChange(Base):
    """That some of the rows a fair's report rests on were written, and by which transaction.

    The database's own triggers write it, so that no way of writing can forget it. Marks are random: a state that was
    taken back never comes again. On PostgreSQL each transaction (``writer``) has a row of its own, for writers of one
    fair must not wait for each other; SQLite, which has one writer at a time, keeps one row. All of it may be dropped
    at any time: a fair without marks is counted anew.
    """

    __tablename__ = "fair_change"

    fair_id: Mapped[uuid.UUID] = reference("fair.id", primary_key=True, index=False)
    part: Mapped[Code] = mapped_column(primary_key=True)
    writer: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    mark: Mapped[int] = mapped_column(BigInteger())
