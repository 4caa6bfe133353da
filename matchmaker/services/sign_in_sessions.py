"""The browsers someone is signed in with: list them, and end them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from matchmaker.domain.errors import NotFound
from matchmaker.models import SignInSession

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

KEPT_AFTER_END = timedelta(days=30)
STANDING = (
    select(SignInSession.id, SignInSession.user_agent, SignInSession.created_at, SignInSession.last_used_at)
    .where(
        SignInSession.account_id == bindparam("account_id"),
        SignInSession.ended_at.is_(None),
        SignInSession.awaits_code.is_(False),
        SignInSession.expires_at > bindparam("now"),
        SignInSession.last_used_at > bindparam("used_after"),
    )
    .order_by(SignInSession.last_used_at.desc(), SignInSession.id)
)


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of a person's sessions that still stands."""

    id: uuid.UUID
    user_agent: str
    created_at: datetime
    last_used_at: datetime


def standing(session: Session, *, account_id: uuid.UUID, idle: timedelta, now: datetime) -> list[OwnSession]:
    """Return the sessions that would still open a page, the one used last first."""
    values = {"account_id": account_id, "now": now, "used_after": now - idle}
    return [OwnSession(*row) for row in session.execute(STANDING, values)]


def end(session: Session, *, account_id: uuid.UUID, session_id: uuid.UUID, now: datetime) -> None:
    """End one of a person's own sessions; raise NotFound when there is none with this id or it is somebody else's."""
    ended = session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(SignInSession.id)
    ).scalar_one_or_none()
    if ended is None:
        raise NotFound("no_such_session")


def end_all(session: Session, *, account_id: uuid.UUID, now: datetime, keep: uuid.UUID | None = None) -> int:
    """End every session of a person, also one that waits for its code, except ``keep``; return how many ended."""
    own = update(SignInSession).where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
    if keep is not None:
        own = own.where(SignInSession.id != keep)
    ended = session.execute(own.values(ended_at=now).returning(SignInSession.id))
    return len(ended.all())


def forget_old(session: Session, *, account_id: uuid.UUID, now: datetime) -> None:
    """Delete what is known of a person's sessions that are long over."""
    session.execute(
        delete(SignInSession).where(
            SignInSession.account_id == account_id, SignInSession.expires_at <= now - KEPT_AFTER_END
        )
    )
