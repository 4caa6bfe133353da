"""Keep what someone sent after their session had run out, for them alone, until they have signed in again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from matchmaker.models import Account, KeptForm, SignInSession
from matchmaker.services.tokens import token_hash

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

KEPT_FOR = timedelta(hours=12)
MOST_LETTERS = 60_000
MOST_FIELDS = 400
LONGEST_PATH = 250
Fields = list[tuple[str, str]]

KEPT = select(KeptForm.fields).where(
    KeptForm.account_id == bindparam("account_id"),
    KeptForm.path == bindparam("path"),
    KeptForm.kept_at >= bindparam("since"),
)


def keep(session: Session, *, token: str, path: str, fields: Sequence[tuple[str, str]], now: datetime) -> bool:
    """Keep a form for whose session this was, in the place of the one kept for the same page; return whether it was.

    Only a browser that holds the token of a session that ran out gets anything kept; after signing out nothing is.
    Forms beyond any sensible size are not. What was kept too long ago goes at the same time.
    """
    account_id = session.scalar(
        select(SignInSession.account_id).where(
            SignInSession.token_hash == token_hash(token), SignInSession.ended_at.is_(None)
        )
    )
    letters = sum(len(name) + len(value) for name, value in fields)
    if account_id is None or len(path) > LONGEST_PATH or len(fields) > MOST_FIELDS or letters > MOST_LETTERS:
        return False
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    session.execute(delete(KeptForm).where(KeptForm.kept_at < now - KEPT_FOR))
    kept = [[name, value] for name, value in fields]
    session.merge(KeptForm(account_id=account_id, path=path, fields=kept, kept_at=now))
    session.flush()
    return True


def kept_for(session: Session, *, account_id: uuid.UUID, path: str, now: datetime) -> Fields:
    """Return the fields kept for someone's page, none when there are none."""
    row = session.scalar(KEPT, {"account_id": account_id, "path": path, "since": now - KEPT_FOR})
    return [(name, value) for name, value in row or ()]


def forget(session: Session, *, account_id: uuid.UUID, path: str) -> None:
    """Forget what was kept for a page, once it is saved."""
    session.execute(delete(KeptForm).where(KeptForm.account_id == account_id, KeptForm.path == path))
