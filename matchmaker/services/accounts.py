"""Sign in and out, by password or by one-time link, over sessions kept on the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select, update

from matchmaker.domain.errors import Refused, TooMany
from matchmaker.domain.fairs import StaffRole
from matchmaker.models import Account, FairStaff, SignInFailure, SignInLink, SignInSession
from matchmaker.services import history, passwords
from matchmaker.services.tokens import new_token, token_hash

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

LINK_LIFE = timedelta(minutes=30)
PARTICIPANT_IDLE, PARTICIPANT_LIFE = timedelta(hours=12), timedelta(days=7)
ORGANIZER_IDLE, ORGANIZER_LIFE = timedelta(hours=1), timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=5)
GUESS_WINDOW = timedelta(minutes=15)
GUESSES_PER_ACCOUNT_AND_ADDRESS = 8
GUESSES_PER_ADDRESS = 60
LINKS_PER_ACCOUNT = 5


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a session token."""

    account_id: uuid.UUID
    session_id: uuid.UUID
    name: str
    email: str
    locale: str
    last_used_at: datetime


STANDING_SESSION = (
    select(
        Account.id,
        SignInSession.id,
        Account.name,
        Account.email,
        Account.locale,
        SignInSession.last_used_at,
        SignInSession.expires_at,
        select(FairStaff.id)
        .where(FairStaff.account_id == Account.id, FairStaff.role == StaffRole.ORGANIZER)
        .exists()
        .label("is_organizer"),
    )
    .join(Account, Account.id == SignInSession.account_id)
    .where(SignInSession.token_hash == bindparam("hash"), SignInSession.ended_at.is_(None), Account.is_active)
)


def by_session_token(session: Session, *, token: str, now: datetime) -> SignedIn | None:
    """Return who holds this session token, or None when it ended, expired or lay idle too long."""
    row = session.execute(STANDING_SESSION, {"hash": token_hash(token)}).one_or_none()
    if row is None:
        return None
    account_id, session_id, name, email, locale, last_used_at, expires_at, is_organizer = row
    signed_in = SignedIn(account_id, session_id, name, email, locale, last_used_at)
    idle = ORGANIZER_IDLE if is_organizer else PARTICIPANT_IDLE
    if now >= expires_at or now - signed_in.last_used_at >= idle:
        return None
    return signed_in


def touch(session: Session, *, session_id: uuid.UUID, now: datetime) -> None:
    """Note that a session was used just now."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(last_used_at=now))


def sign_in(
    session: Session, *, email: str, password: str, address: str, user_agent: str, now: datetime
) -> tuple[str, SignedIn]:
    """Check a password and open a session; return its token and the person.

    Raises Refused('wrong_sign_in') with a failure recorded for the brake, or TooMany when this address
    guessed too often. The owner, who comes from another address, is never locked out by someone's guesses.
    """
    wanted = normal_email(email)
    _brake(session, email=wanted, address=address, now=now)
    account = session.scalar(select(Account).where(Account.email == wanted, Account.is_active))
    if not passwords.is_right(password, account.password_hash if account else None) or account is None:
        session.execute(delete(SignInFailure).where(SignInFailure.at <= now - GUESS_WINDOW))
        session.add(SignInFailure(subject=token_hash(address), at=now))
        session.add(SignInFailure(subject=token_hash(f"{wanted} {address}"), at=now))
        session.flush()
        raise Refused("wrong_sign_in", field="password")
    return open_session(session, account=account, user_agent=user_agent, now=now)


def open_session(session: Session, *, account: Account, user_agent: str, now: datetime) -> tuple[str, SignedIn]:
    """Open a session for an account and return its token, which exists nowhere else, and the person."""
    token = new_token()
    life = ORGANIZER_LIFE if _is_organizer(session, account.id) else PARTICIPANT_LIFE
    row = SignInSession(
        account_id=account.id,
        token_hash=token_hash(token),
        user_agent=user_agent[:250],
        created_at=now,
        last_used_at=now,
        expires_at=now + life,
    )
    session.add(row)
    session.flush()
    history.record(session, action="signed_in", subject_kind="account", subject_id=account.id, by=account.id, now=now)
    person = SignedIn(account.id, row.id, account.name, account.email, account.locale, now)
    return token, person


def sign_out(session: Session, *, session_id: uuid.UUID, now: datetime) -> None:
    """End a session on the server, so that its cookie opens nothing any more."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(ended_at=now))


def issue_link(session: Session, *, email: str, now: datetime) -> SignInLink | None:
    """Make a one-time link for an account, voiding older ones; None where no such account stands."""
    account = session.scalar(select(Account).where(Account.email == normal_email(email), Account.is_active))
    if account is None:
        return None
    session.execute(
        update(SignInLink)
        .where(SignInLink.account_id == account.id, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(expires_at=now)
    )
    link = SignInLink(account_id=account.id, created_at=now, expires_at=now + LINK_LIFE)
    session.add(link)
    session.flush()
    return link


def ask_for_link(session: Session, *, email: str, now: datetime) -> SignInLink | None:
    """Make a link as issue_link does for whoever asks on the page; None also for an account that had many lately.

    So nobody's mailbox can be flooded, nor their newest link voided without end; it still works meanwhile.
    """
    lately = session.scalar(
        select(func.count())
        .select_from(SignInLink)
        .join(Account, Account.id == SignInLink.account_id)
        .where(Account.email == normal_email(email), SignInLink.created_at > now - GUESS_WINDOW)
    )
    return None if (lately or 0) >= LINKS_PER_ACCOUNT else issue_link(session, email=email, now=now)


def link_is_open(session: Session, *, link_id: uuid.UUID, now: datetime) -> bool:
    """Whether a one-time link can still be used."""
    link = session.get(SignInLink, link_id)
    return link is not None and link.used_at is None and link.expires_at > now


def use_link(session: Session, *, link_id: uuid.UUID, user_agent: str, now: datetime) -> tuple[str, SignedIn]:
    """Sign in by a one-time link; raise Refused('link_spent') when it was used, replaced or is too old."""
    spent = session.execute(
        update(SignInLink)
        .where(SignInLink.id == link_id, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
        .returning(SignInLink.account_id)
    ).scalar_one_or_none()
    account = session.get(Account, spent) if spent else None
    if account is None or not account.is_active:
        raise Refused("link_spent")
    return open_session(session, account=account, user_agent=user_agent, now=now)


def normal_email(email: str) -> str:
    """Return an address in the form it is stored and compared in."""
    return email.strip().casefold()


def _is_organizer(session: Session, account_id: uuid.UUID) -> bool:
    found = session.scalar(
        select(FairStaff.id).where(FairStaff.account_id == account_id, FairStaff.role == StaffRole.ORGANIZER).limit(1)
    )
    return found is not None


def _brake(session: Session, *, email: str, address: str, now: datetime) -> None:
    limits = {
        token_hash(f"{email} {address}"): GUESSES_PER_ACCOUNT_AND_ADDRESS,
        token_hash(address): GUESSES_PER_ADDRESS,
    }
    counts = session.execute(
        select(SignInFailure.subject, func.count())
        .where(SignInFailure.subject.in_(limits), SignInFailure.at > now - GUESS_WINDOW)
        .group_by(SignInFailure.subject)
    )
    if any(count >= limits[subject] for subject, count in counts):
        raise TooMany("too_many_guesses", retry_after=int(GUESS_WINDOW.total_seconds()))
