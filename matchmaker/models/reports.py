"""Reports that are kept: what a fair's figures were on a day."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, Line, reference


class ReportVersion(Base):
    """A report as it stood at ``as_of``. ``content`` is its canonical text, compressed; ``digest`` its SHA-256.

    Kinds are those of ``domain.reporting.fair_report.Version``, once each, and ``by_hand``. At most one version of a
    fair is shown to everyone.
    """

    __tablename__ = "report_version"
    __table_args__ = (
        Index(
            "uq_report_version_due",
            "fair_id",
            "kind",
            unique=True,
            sqlite_where=text("kind <> 'by_hand'"),
            postgresql_where=text("kind <> 'by_hand'"),
        ),
        Index(
            "uq_report_version_public",
            "fair_id",
            unique=True,
            sqlite_where=text("published_at IS NOT NULL"),
            postgresql_where=text("published_at IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    kind: Mapped[Code]
    note: Mapped[Line] = mapped_column(default="")
    as_of: Mapped[datetime]
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary())
    published_at: Mapped[datetime | None]


class FairFigure(Base):
    """A fair's figures for programmes as ``domain.reporting.kept_figures`` writes them, compressed.

    ``state`` is a hash of what they were counted from; once the fair's is another one, they no longer hold.
    """

    __tablename__ = "fair_figure"

    fair_id: Mapped[uuid.UUID] = reference("fair.id", primary_key=True, index=False)
    state: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary())
    counted_at: Mapped[datetime]


class OfficialStatement(Base):
    """What the organizer stated for the official report. Each saving adds an entry; the last one holds."""

    __tablename__ = "official_statement"

    fair_id: Mapped[uuid.UUID] = reference("fair.id", primary_key=True, index=False)
    entry: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stated: Mapped[dict[str, Any]]
    stated_at: Mapped[datetime]
    stated_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))
