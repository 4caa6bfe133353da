"""Who did what, when, to what."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, reference


class HistoryEntry(Base):
    """One thing that was done. The person is kept by id only, so erasing an account leaves no name here."""

    __tablename__ = "history_entry"
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID | None] = reference("fair.id", nullable=True)
    at: Mapped[datetime]
    by_account_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    for_company_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    action: Mapped[Code]
    subject_kind: Mapped[Code]
    subject_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    facts: Mapped[dict[str, Any]]
