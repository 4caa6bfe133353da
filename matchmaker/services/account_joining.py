"""Give a provisional account its address, or hand what it holds to the account that owns that address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from matchmaker.models import (
    Account,
    AddressClaim,
    Consent,
    Interpreter,
    Notice,
    RecoveryCode,
    Registration,
    Representative,
    TwoStepKey,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def give_address(session: Session, *, account: Account, email: str) -> None:
    """Give an account its address, and put it where its people carried none or the former one, and interpreters any.

    Raises IntegrityError when another account has it.
    """
    former = account.email
    account.email = email
    session.flush()
    session.execute(
        update(Representative)
        .where(Representative.account_id == account.id, Representative.email == (former or ""))
        .values(email=email)
    )
    session.execute(update(Interpreter).where(Interpreter.account_id == account.id).values(email=email))


def forget_credentials(session: Session, *, account: Account) -> None:
    """Take away what an account was set up to be entered with, so that its first holder can't come back with it."""
    account.password_hash = None
    for kind in (TwoStepKey, RecoveryCode):
        session.execute(delete(kind).where(kind.account_id == account.id))


def join(session: Session, *, account: Account, owner: Account, email: str) -> None:
    """Move the person, the registrations, the consents and the notices of an account to another one, and delete it."""
    here = {"account_id": owner.id}
    session.execute(update(Representative).where(Representative.account_id == account.id).values(**here, email=email))
    for kind in (Registration, AddressClaim, Notice):
        session.execute(update(kind).where(kind.account_id == account.id).values(**here))
    _move_consents(session, account=account, owner=owner)
    session.flush()
    session.execute(delete(Account).where(Account.id == account.id))
    session.expunge(account)


def _move_consents(session: Session, *, account: Account, owner: Account) -> None:
    """Move the answers. What the owner had agreed to already stays agreed to once, as first given."""
    standing = {
        (fair_id, purpose)
        for fair_id, purpose in session.execute(
            select(Consent.fair_id, Consent.purpose).where(
                Consent.account_id == owner.id, Consent.withdrawn_at.is_(None)
            )
        )
    }
    for consent in session.scalars(select(Consent).where(Consent.account_id == account.id)):
        if consent.withdrawn_at is None and (consent.fair_id, consent.purpose) in standing:
            session.delete(consent)
        else:
            consent.account_id = owner.id
