"""Addresses that accounts say are theirs: claimed, mailed, and confirmed by whoever reads that mail.

Nobody learns from a claim whether an address has an account: the screens, the words and the work are the same, and only
the mailbox's owner, who opens the link, sees what comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.errors import Refused
from matchmaker.domain.registration import MAIL_WINDOW, MAILS_PER_ADDRESS, ClaimPurpose
from matchmaker.models import Account, AddressClaim, Company, Fair, Registration
from matchmaker.services import history, jobs, provisional, sign_in_sessions
from matchmaker.services.account_joining import forget_credentials, give_address, join
from matchmaker.services.accounts import normal_email

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

MAIL_JOB = "mail_address_claim"


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """A claim as the page behind its link shows it. The company and fair are those of a registration, or empty."""

    id: uuid.UUID
    account_id: uuid.UUID
    email: str
    purpose: ClaimPurpose
    name: str
    company: str
    fair_slug: str
    fair_vi: str
    fair_en: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ClaimMail:
    """What the mails about a claim need. The company and fair are those of a registration, or none."""

    email: str
    former_email: str | None
    purpose: str
    name: str
    locale: str
    company: str | None
    fair_vi: str | None
    fair_en: str | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What confirming did: whose address it is now, and whether that account had been there before."""

    account_id: uuid.UUID
    fair_slug: str
    has_joined: bool


FACTS = (
    select(
        AddressClaim.id,
        AddressClaim.account_id,
        AddressClaim.email,
        AddressClaim.purpose,
        Account.name,
        Company.name.label("company"),
        Fair.slug,
        Fair.name_vi,
        Fair.name_en,
        AddressClaim.confirmed_at,
        AddressClaim.superseded_at,
        AddressClaim.expires_at,
    )
    .join(Account, Account.id == AddressClaim.account_id)
    .outerjoin(Registration, Registration.account_id == Account.id)
    .outerjoin(Company, Company.id == Registration.company_id)
    .outerjoin(Fair, Fair.id == Registration.fair_id)
    .where(AddressClaim.id == bindparam("claim_id"))
    .order_by(Registration.registered_at.desc())
    .limit(1)
)
MAIL = (
    select(
        AddressClaim.email,
        AddressClaim.former_email,
        AddressClaim.purpose,
        Account.name,
        Account.locale,
        Company.name,
        Fair.name_vi,
        Fair.name_en,
    )
    .join(Account, Account.id == AddressClaim.account_id)
    .outerjoin(Registration, Registration.account_id == Account.id)
    .outerjoin(Company, Company.id == Registration.company_id)
    .outerjoin(Fair, Fair.id == Registration.fair_id)
    .where(AddressClaim.id == bindparam("claim_id"), AddressClaim.superseded_at.is_(None))
    .order_by(Registration.registered_at.desc())
    .limit(1)
)
OPEN_CLAIM = (
    select(AddressClaim.email)
    .where(
        AddressClaim.account_id == bindparam("account_id"),
        AddressClaim.confirmed_at.is_(None),
        AddressClaim.superseded_at.is_(None),
        AddressClaim.expires_at > bindparam("now"),
    )
    .order_by(AddressClaim.created_at.desc())
    .limit(1)
)


def claim(session: Session, *, account_id: uuid.UUID, email: str, now: datetime) -> uuid.UUID:
    """Claim an address for an account and return the claim; the account's earlier claims are void.

    The link to confirm it is mailed, unless that address was written to often lately; then the claim waits until it is
    made again. Who has an address already is told of the change there.
    """
    address = normal_email(email)
    account = session.get_one(Account, account_id)
    purpose = ClaimPurpose.CHANGE if account.email else ClaimPurpose.REGISTER
    lately = _supersede(session, account_id=account_id, address=address, now=now)
    row = AddressClaim(
        account_id=account_id,
        email=address,
        former_email=account.email,
        purpose=purpose,
        created_at=now,
        expires_at=now + purpose.life,
    )
    session.add(row)
    session.flush()
    history.record(
        session, action="address_claimed", subject_kind="account", subject_id=account_id, by=account_id, now=now
    )
    if lately < MAILS_PER_ADDRESS:
        _mail(session, row, "address_claim", now=now)
        if row.former_email:
            _mail(session, row, "address_change", now=now)
    return row.id


def _supersede(session: Session, *, account_id: uuid.UUID, address: str, now: datetime) -> int:
    """Void an account's waiting claims; return how many claims to this address were made lately, by whomever."""
    session.execute(
        update(AddressClaim)
        .where(
            AddressClaim.account_id == account_id,
            AddressClaim.confirmed_at.is_(None),
            AddressClaim.superseded_at.is_(None),
        )
        .values(superseded_at=now)
    )
    lately = session.scalar(
        select(func.count())
        .select_from(AddressClaim)
        .where(AddressClaim.email == address, AddressClaim.created_at > now - MAIL_WINDOW)
    )
    return lately or 0


def disown(session: Session, *, claim_id: uuid.UUID, now: datetime) -> None:
    """Void a claim whose address belongs to somebody else, and forget the registration that made it."""
    row = session.get(AddressClaim, claim_id)
    if row is None or row.confirmed_at is not None:
        return
    row.superseded_at = now
    session.flush()
    if row.purpose == ClaimPurpose.REGISTER:
        provisional.end(session, account_id=row.account_id)


def waiting_address(session: Session, *, account_id: uuid.UUID, now: datetime) -> str:
    """Return the address that an account claims and that nobody has confirmed yet, or nothing."""
    return session.scalar(OPEN_CLAIM, {"account_id": account_id, "now": now}) or ""


def to_mail(session: Session, *, claim_id: uuid.UUID) -> ClaimMail | None:
    """Return what the mails about a claim say and where they go; None where the claim is void by now."""
    row = session.execute(MAIL, {"claim_id": claim_id}).one_or_none()
    return None if row is None else ClaimMail(*row)


def look(session: Session, *, claim_id: uuid.UUID, now: datetime) -> ClaimFacts | None:
    """Return a claim as its page shows it; None where there is none any more."""
    row = session.execute(FACTS, {"claim_id": claim_id}).one_or_none()
    if row is None:
        return None
    is_open = row.confirmed_at is None and row.superseded_at is None and row.expires_at > now
    return ClaimFacts(
        id=row.id,
        account_id=row.account_id,
        email=row.email,
        purpose=ClaimPurpose(row.purpose),
        name=row.name,
        company=row.company or "",
        fair_slug=row.slug or "",
        fair_vi=row.name_vi or "",
        fair_en=row.name_en or "",
        is_open=is_open,
    )


def confirm(session: Session, *, claim_id: uuid.UUID, signed_in_as: uuid.UUID | None, now: datetime) -> Confirmed:
    """Make a claimed address the account's, or hand a registration to the account that has the address already.

    All sessions of the account end, because whoever typed the address need not be who reads its mail; what they set up
    to come back with is taken away too, unless this very browser is signed in as the account. Raises
    Refused('link_spent') for a link that was used, replaced or is too old, Refused('sign_in_first') for a change of
    address that someone else than the account's owner opens, and Refused('address_taken') for a change to an address
    that another account has.
    """
    found = look(session, claim_id=claim_id, now=now)
    if found is None:
        raise Refused("link_spent")
    if found.purpose is ClaimPurpose.CHANGE and signed_in_as != found.account_id:
        raise Refused("sign_in_first")
    row = _take(session, claim_id, now)
    account = session.get_one(Account, row.account_id)
    owner = _owner(session, row.email, but=account.id)
    if owner is None and not _set_address(session, account, row.email):
        owner = _owner(session, row.email, but=account.id)
    sign_in_sessions.end_all(session, account_id=account.id, now=now)
    if owner is None:
        if signed_in_as != account.id:
            forget_credentials(session, account=account)
        _tell_of_change(session, row, now)
        _record(session, account.id, "address_confirmed", now)
        return Confirmed(account.id, found.fair_slug, has_joined=False)
    if found.purpose is ClaimPurpose.CHANGE:
        raise Refused("address_taken")
    if not owner.is_active:
        raise Refused("link_spent")
    row.account_id = owner.id
    join(session, account=account, owner=owner, email=row.email)
    _record(session, owner.id, "registration_joined", now)
    return Confirmed(owner.id, found.fair_slug, has_joined=True)


def _take(session: Session, claim_id: uuid.UUID, now: datetime) -> AddressClaim:
    """Use a claim up: of two who press the button at once, one gets it."""
    taken: AddressClaim | None = session.scalar(
        update(AddressClaim)
        .where(
            AddressClaim.id == claim_id,
            AddressClaim.confirmed_at.is_(None),
            AddressClaim.superseded_at.is_(None),
            AddressClaim.expires_at > now,
        )
        .values(confirmed_at=now)
        .returning(AddressClaim)
    )
    if taken is None:
        raise Refused("link_spent")
    return taken


def _owner(session: Session, email: str, *, but: uuid.UUID) -> Account | None:
    return session.scalar(select(Account).where(Account.email == email, Account.id != but))


def _set_address(session: Session, account: Account, email: str) -> bool:
    """Give an account its address; False when another account came to have it this very moment."""
    try:
        with session.begin_nested():
            give_address(session, account=account, email=email)
    except IntegrityError:
        session.refresh(account)
        return False
    return True


def _tell_of_change(session: Session, row: AddressClaim, now: datetime) -> None:
    if row.former_email:
        _mail(session, row, "address_changed", now=now)


def _mail(session: Session, row: AddressClaim, kind: str, *, now: datetime) -> None:
    jobs.enqueue(session, kind=MAIL_JOB, once=f"{kind} {row.id}", now=now, claim_id=str(row.id), mail=kind)


def _record(session: Session, account_id: uuid.UUID, action: str, now: datetime) -> None:
    history.record(session, action=action, subject_kind="account", subject_id=account_id, by=account_id, now=now)
    session.flush()
