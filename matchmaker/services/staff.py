"""Who works for a fair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from matchmaker.domain.fairs import StaffRole
from matchmaker.models import Account, FairStaff
from matchmaker.services import fairs, history, sign_in_sessions
from matchmaker.services.accounts import has_organizer_role, normal_email

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session


def appoint_organizer(session: Session, *, slug: str, email: str, name: str, now: datetime) -> uuid.UUID:
    """Make a person an organizer of a fair, with an account if there is none; return the account.

    Raises NotFound for an unknown fair. Appointing twice changes nothing. Who organizes nothing yet must sign in
    anew, because an organizer's session is shorter and takes a second step.
    """
    fair = fairs.by_slug(session, slug=slug)
    address = normal_email(email)
    account = session.scalar(select(Account).where(Account.email == address))
    if account is None:
        account = Account(email=address, name=name or address.partition("@")[0], created_at=now)
        session.add(account)
        session.flush()
    role = {"fair_id": fair.id, "account_id": account.id, "role": StaffRole.ORGANIZER}
    if session.scalar(select(FairStaff.id).filter_by(**role)) is None:
        if not has_organizer_role(session, account_id=account.id):
            sign_in_sessions.end_all(session, account_id=account.id, now=now)
        session.add(FairStaff(**role))
        history.record(
            session,
            action="organizer_appointed",
            subject_kind="account",
            subject_id=account.id,
            by=None,
            now=now,
            fair_id=fair.id,
        )
    session.flush()
    return account.id
