"""Files that companies hand in. The bytes lie on disk under names of our own; here stands what they are."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, Line, reference


class StoredFile(Base):
    """One file of a company. ``place`` is its name on disk, random and ours; ``name`` is what its owner called it.

    ``subject`` says what it belongs to: a certificate's code, a deal's key, nothing for logos and photos. A removed
    file stays a little while, so that removing can be undone.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        Index(None, "company_id", "kind"),
        Index(
            "uq_stored_file_logo",
            "company_id",
            unique=True,
            sqlite_where=text("kind = 'logo' AND removed_at IS NULL"),
            postgresql_where=text("kind = 'logo' AND removed_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    company_id: Mapped[uuid.UUID] = reference("company.id", index=False)
    kind: Mapped[Code]
    subject: Mapped[Code] = mapped_column(default="")
    place: Mapped[str] = mapped_column(String(40), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    media_type: Mapped[Code]
    name: Mapped[Line]
    uploaded_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
