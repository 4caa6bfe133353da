"""Accounts without an address of their own: ended when nobody confirms one in time, or when its owner disowns them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from matchmaker.domain.registration import REGISTRATION_LIFE
from matchmaker.models import Account, Company, Registration

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session


def end_unconfirmed(session: Session, *, now: datetime) -> int:
    """Forget the registrations whose address nobody confirmed in time, with all they held; return how many."""
    due = select(Account.id).where(Account.email.is_(None), Account.created_at <= now - REGISTRATION_LIFE)
    ids = list(session.scalars(due))
    for account_id in ids:
        end(session, account_id=account_id)
    return len(ids)


def is_any_unconfirmed_due(session: Session, *, now: datetime) -> bool:
    """Whether there is a registration to forget."""
    due = select(Account.id).where(Account.email.is_(None), Account.created_at <= now - REGISTRATION_LIFE)
    return session.scalar(due.limit(1)) is not None


def end(session: Session, *, account_id: uuid.UUID) -> None:
    """Forget a provisional account and the companies it registered. An account with an address stays."""
    account = session.get(Account, account_id)
    if account is None or account.email is not None:
        return
    companies = select(Registration.company_id).where(Registration.account_id == account_id)
    session.execute(delete(Company).where(Company.id.in_(companies)), execution_options={"synchronize_session": False})
    session.execute(delete(Account).where(Account.id == account_id), execution_options={"synchronize_session": False})
    session.expire_all()
