"""The accounts of people whom others bring in by their address: a company its colleagues, an organizer the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from matchmaker.models import Account

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def account_of(session: Session, *, email: str, name: str, locale: str, now: datetime) -> Account:
    """Return the account of a normal address; a new one has no password, and no rights until it is given some."""
    wanted = select(Account).where(Account.email == email)
    known = session.scalar(wanted)
    if known is not None:
        return known
    account = Account(email=email, name=name, locale=locale, created_at=now)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        # Two brought the same person in at once, and the other one came first.
        return session.scalars(wanted).one()
    return account
