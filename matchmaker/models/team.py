"""Who may act for a company besides those who run it: people invited to its team, and helpers of several companies."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, Line, reference

OPEN_INVITATION = "accepted_at IS NULL AND ended_at IS NULL"
STANDING_GRANT = "ended_at IS NULL"


class TeamInvitation(Base):
    """An invitation by mail to speak for a company, or to help it. Its link is signed, so no secret is kept here.

    ``kind`` is member or helper. Once accepted or ended, also by a newer one, it opens nothing any more.
    """

    __tablename__ = "team_invitation"
    __table_args__ = (
        Index(
            "uq_team_invitation_open",
            "company_id",
            "account_id",
            "kind",
            unique=True,
            sqlite_where=text(OPEN_INVITATION),
            postgresql_where=text(OPEN_INVITATION),
        ),
    )

    id: Mapped[Key]
    company_id: Mapped[uuid.UUID] = reference("company.id", index=False)
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    account_id: Mapped[uuid.UUID] = reference("account.id")
    kind: Mapped[Code]
    name: Mapped[Line]
    comes: Mapped[bool]
    invited_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class HelperGrant(Base):
    """The right to fill in for a company one does not belong to, from when until when, and who gave it."""

    __tablename__ = "helper_grant"
    __table_args__ = (
        Index(
            "uq_helper_grant_standing",
            "account_id",
            "company_id",
            unique=True,
            sqlite_where=text(STANDING_GRANT),
            postgresql_where=text(STANDING_GRANT),
        ),
    )

    id: Mapped[Key]
    company_id: Mapped[uuid.UUID] = reference("company.id")
    account_id: Mapped[uuid.UUID] = reference("account.id", index=False)
    granted_by: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("account.id", ondelete="SET NULL"))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
