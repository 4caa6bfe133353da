"""Queue what people are to be told, in the transaction that causes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from matchmaker.models import Account, Notice

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class UnsentMail:
    """A notice to be mailed, with all that its template needs."""

    notice_id: uuid.UUID
    kind: str
    facts: dict[str, Any]
    email: str
    name: str
    locale: str


UNSENT = (
    select(Notice.id, Notice.kind, Notice.facts, Account.email, Account.name, Account.locale)
    .join(Account, Account.id == Notice.account_id)
    .where(Notice.sent_at.is_(None), Account.is_active, Account.email.is_not(None))
    .order_by(Notice.created_at, Notice.id)
    .limit(bindparam("count"))
)


def queue(
    session: Session,
    *,
    account_id: uuid.UUID,
    kind: str,
    once: str,
    now: datetime,
    fair_id: uuid.UUID | None = None,
    **facts: Any,
) -> None:
    """Queue one notice. ``once`` names the event and receiver: the same one is queued only once."""
    known = session.scalar(select(Notice.id).where(Notice.once == once))
    if known is None:
        session.add(Notice(account_id=account_id, fair_id=fair_id, kind=kind, facts=facts, once=once, created_at=now))
        session.flush()


def unsent(session: Session, *, count: int) -> list[UnsentMail]:
    """Return up to ``count`` notices that were not mailed yet, oldest first."""
    return [UnsentMail(*row) for row in session.execute(UNSENT, {"count": count})]


def mark_sent(session: Session, *, notice_id: uuid.UUID, now: datetime) -> None:
    """Note that a notice was mailed."""
    session.execute(update(Notice).where(Notice.id == notice_id, Notice.sent_at.is_(None)).values(sent_at=now))
