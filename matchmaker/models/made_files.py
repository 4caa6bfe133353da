"""Long files that somebody asked for: made by the jobs process, kept for a day."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, Line, reference

IS_UNDER_WAY = text("state IN ('waiting', 'running')")


class MadeFile(Base):
    """A file of a fair for the one person who asked for it.

    ``kind`` and ``options`` say which file it is; ``is_for_reader`` that it was made with the eyes of somebody who may
    only read the report. ``basis`` stands for what it shows: another one now means that something has changed since.
    ``done`` of ``total`` parts are made; ``seen_at`` is the last sign of life. One is made for a person at a time.
    """

    __tablename__ = "made_file"
    __table_args__ = (
        Index(None, "fair_id", "account_id"),
        Index(None, "expires_at"),
        Index(
            "uq_made_file_under_way",
            "account_id",
            unique=True,
            sqlite_where=IS_UNDER_WAY,
            postgresql_where=IS_UNDER_WAY,
        ),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    account_id: Mapped[uuid.UUID] = reference("account.id", index=False)
    kind: Mapped[Code]
    options: Mapped[Code] = mapped_column(default="")
    is_for_reader: Mapped[bool]
    locale: Mapped[str] = mapped_column(String(2))
    state: Mapped[Code]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    basis: Mapped[str] = mapped_column(String(64), default="")
    name: Mapped[Line] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    fetched: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes] = mapped_column(default=b"", deferred=True)
