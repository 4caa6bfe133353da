"""Change, set and reset a password, confirm who one is, and switch an account off."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.models import Account, Company, Participation, Representative, SignInSession
from matchmaker.services import accounts, brakes, history, notices, passwords, sign_in_sessions, two_step

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.accounts import Opened, SignedIn

GUESSES = 8
PASSWORD = select(Account.password_hash).where(Account.id == bindparam("account_id"))
FORGOT_PAGE = "/password/forgot"
MAILS = {accounts.SIGN_IN: "sign_in_link", accounts.RESET: "password_reset"}


def has_password(session: Session, *, account_id: uuid.UUID) -> bool:
    """Whether someone can sign in by password, and not by link alone."""
    return session.scalar(PASSWORD, {"account_id": account_id}) is not None


def change_password(
    session: Session, *, person: SignedIn, current: str, new: str, user_agent: str, now: datetime
) -> tuple[str, SignedIn]:
    """Give someone a new password, or their first; end all their sessions and links; open one anew for this browser.

    Raises Refused('wrong_password') on the field ``current`` for someone who has a password and typed another,
    Refused on ``new_password`` for one that cannot be used, or TooMany. Who has none yet must have signed in lately.
    """
    account = session.get_one(Account, person.account_id)
    if account.password_hash is not None:
        _check_password(session, account, current, field="current", now=now)
    _set(session, account, new, now=now)
    return accounts.open_session(session, account=account, user_agent=user_agent, now=now)


def use_reset(session: Session, *, link_id: uuid.UUID, new: str, user_agent: str, now: datetime) -> Opened:
    """Set a new password by a link, end every session of its owner, and let them in.

    Raises Refused('link_spent') for a link that is over, or Refused on ``new_password``; the link stays good then.
    """
    account, leads_to = accounts.spend_link(session, link_id=link_id, purpose=accounts.RESET, now=now)
    _set(session, account, new, now=now)
    return accounts.enter(
        session, account=account, opened_by="reset", user_agent=user_agent, now=now, leads_to=leads_to
    )


def mail_link(session: Session, *, email: str, purpose: str, now: datetime, leads_to: str = "") -> None:
    """Make a link and queue its mail; nothing for an address without an account, or with many links lately."""
    link = accounts.ask_for_link(session, email=email, purpose=purpose, leads_to=leads_to, now=now)
    if link is not None:
        kind = MAILS[purpose]
        once = f"{kind} {link.id}"
        notices.queue(session, account_id=link.account_id, kind=kind, once=once, now=now, link_id=link.id.hex)


def start_reset(
    session: Session, *, fair_id: uuid.UUID, representative_id: uuid.UUID, by: uuid.UUID, now: datetime
) -> str:
    """Let an organizer send someone of their fair a link to set a new password; return the person's name.

    The link goes to the person alone: an organizer never sees it and never sets a password. Raises NotFound for
    somebody of another fair, without an account, or whose address nobody has confirmed yet.
    """
    person = session.execute(
        select(Account)
        .join(Representative, Representative.account_id == Account.id)
        .join(Participation, Participation.company_id == Representative.company_id)
        .where(Representative.id == representative_id, Participation.fair_id == fair_id, Account.is_active)
        .limit(1)
    ).scalar_one_or_none()
    if person is None or person.email is None:
        raise NotFound("no_such_person")
    mail_link(session, email=person.email, purpose=accounts.RESET, now=now)
    history.record(
        session,
        action="reset_started",
        subject_kind="account",
        subject_id=person.id,
        by=by,
        now=now,
        fair_id=fair_id,
    )
    return person.name


def confirm_by_password(session: Session, *, person: SignedIn, password: str, now: datetime) -> None:
    """Note that the person of a session proved by password who they are; raise Refused or TooMany."""
    _check_password(session, session.get_one(Account, person.account_id), password, field="password", now=now)
    _confirmed(session, person, now)


def confirm_by_code(session: Session, *, person: SignedIn, code: str, secret: str, now: datetime) -> None:
    """Note that the person of a session proved by a code who they are; raise Refused or TooMany."""
    subject = f"confirm code {person.account_id}"
    brakes.check(session, budgets={subject: accounts.CODE_GUESSES}, now=now)
    if not two_step.fits(session, account_id=person.account_id, code=code, secret=secret, now=now):
        brakes.note(session, subjects=[subject], now=now)
        raise Refused("wrong_code", field="code")
    _confirmed(session, person, now)


def set_locale(session: Session, *, account_id: uuid.UUID, locale: str) -> None:
    """Choose the language that pages and mail come in; raise Refused for one there is not."""
    if locale not in {"vi", "en"}:
        raise Refused("no_such_language", field="locale")
    session.execute(update(Account).where(Account.id == account_id).values(locale=locale))


def switch(session: Session, *, email: str, on: bool, by: uuid.UUID | None, now: datetime) -> None:
    """Switch an account off, which ends its sessions and links at once, or on again; raise NotFound without one."""
    account = session.scalar(select(Account).where(Account.email == accounts.normal_email(email)))
    if account is None:
        raise NotFound("no_such_account")
    account.is_active = on
    sign_in_sessions.end_all(session, account_id=account.id, now=now)
    accounts.void_links(session, account_id=account.id, now=now)
    action = "account_on" if on else "account_off"
    history.record(session, action=action, subject_kind="account", subject_id=account.id, by=by, now=now)


def _check_password(session: Session, account: Account, password: str, *, field: str, now: datetime) -> None:
    subject = f"confirm password {account.id}"
    brakes.check(session, budgets={subject: GUESSES}, now=now)
    if not passwords.is_right(password, account.password_hash):
        brakes.note(session, subjects=[subject], now=now)
        raise Refused("wrong_password", field=field)


def _set(session: Session, account: Account, new: str, *, now: datetime) -> None:
    passwords.check_new(new, own=_own_words(session, account))
    account.password_hash = passwords.hashed(new)
    sign_in_sessions.end_all(session, account_id=account.id, now=now)
    accounts.void_links(session, account_id=account.id, now=now)
    once = f"password_changed {uuid.uuid4()}"
    notices.queue(session, account_id=account.id, kind="password_changed", once=once, now=now, path=FORGOT_PAGE)
    action = "password_changed"
    history.record(session, action=action, subject_kind="account", subject_id=account.id, by=account.id, now=now)


def _own_words(session: Session, account: Account) -> list[str]:
    companies = session.scalars(
        select(Company.name)
        .join(Representative, Representative.company_id == Company.id)
        .where(Representative.account_id == account.id)
    )
    return [account.email or "", account.name, *companies]


def _confirmed(session: Session, person: SignedIn, now: datetime) -> None:
    session.execute(update(SignInSession).where(SignInSession.id == person.session_id).values(confirmed_at=now))
