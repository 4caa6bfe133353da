"""Sign in and out, by password or by one-time link, over sessions kept on the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update

from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import StaffRole
from matchmaker.models import Account, FairStaff, Notice, SignInLink, SignInSession, TwoStepKey
from matchmaker.models.accounts import LONGEST_WAY
from matchmaker.services import brakes, history, jobs, passwords, sign_in_sessions, two_step
from matchmaker.services.held_back import is_shown, untold
from matchmaker.services.tokens import new_token, token_hash

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

SIGN_IN, RESET = "sign_in", "reset"
LINK_LIFE = timedelta(minutes=30)
LINK_LIVES = {SIGN_IN: LINK_LIFE, RESET: timedelta(hours=1)}
PARTICIPANT_IDLE, PARTICIPANT_LIFE = timedelta(hours=12), timedelta(days=7)
ORGANIZER_IDLE, ORGANIZER_LIFE = timedelta(hours=1), timedelta(hours=12)
CODE_WAIT = timedelta(minutes=10)
TOUCH_EVERY = timedelta(minutes=5)
GUESS_WINDOW = brakes.WINDOW
GUESSES_PER_DEVICE = 8
GUESSES_PER_ACCOUNT_AND_ADDRESS = 8
GUESSES_PER_ADDRESS = 60
GUESSES_PER_ACCOUNT = 40
CODE_GUESSES = 5
LINKS_PER_ACCOUNT = 5
LINKS_PER_DEVICE = 10
LINKS_PER_ADDRESS = 60


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a session token. ``confirmed_at`` is when they last proved who they are.

    ``email`` is empty until the claim to an address is confirmed.
    ``unread`` counts what they were told and have not read, which every page's frame shows.
    """

    account_id: uuid.UUID
    session_id: uuid.UUID
    name: str
    email: str
    locale: str
    last_used_at: datetime
    confirmed_at: datetime
    is_organizer: bool
    has_two_steps: bool
    unread: int = 0

    @property
    def idle(self) -> timedelta:
        """How long a session of this person may lie unused."""
        return ORGANIZER_IDLE if self.is_organizer else PARTICIPANT_IDLE


@dataclass(frozen=True, slots=True)
class Opened:
    """A fresh session's token, which exists nowhere else. Without a person it waits for the code of the second step."""

    token: str
    person: SignedIn | None
    leads_to: str = ""


STANDING_SESSION = (
    select(
        Account.id,
        SignInSession.id,
        Account.name,
        func.coalesce(Account.email, ""),
        Account.locale,
        SignInSession.last_used_at,
        SignInSession.confirmed_at,
        select(FairStaff.id)
        .where(FairStaff.account_id == Account.id, FairStaff.role == StaffRole.ORGANIZER)
        .exists()
        .label("is_organizer"),
        select(TwoStepKey.id)
        .where(TwoStepKey.account_id == Account.id, TwoStepKey.sealed.is_not(None))
        .exists()
        .label("has_two_steps"),
        select(func.count(Notice.id))
        .where(
            Notice.account_id == Account.id, Notice.is_on_screen, Notice.read_at.is_(None), is_shown(Notice.created_at)
        )
        .correlate(Account)
        .scalar_subquery()
        .label("unread"),
        SignInSession.created_at,
        SignInSession.expires_at,
    )
    .join(Account, Account.id == SignInSession.account_id)
    .where(
        SignInSession.token_hash == bindparam("hash"),
        SignInSession.ended_at.is_(None),
        SignInSession.awaits_code.is_(False),
        Account.is_active,
    )
)


def by_session_token(session: Session, *, token: str, now: datetime) -> SignedIn | None:
    """Return who holds this session token, or None when it ended, expired or lay idle too long."""
    row = session.execute(STANDING_SESSION, {"hash": token_hash(token), **untold(now)}).one_or_none()
    if row is None:
        return None
    *facts, created_at, expires_at = row
    person = SignedIn(*facts)
    ends_at = min(expires_at, created_at + ORGANIZER_LIFE) if person.is_organizer else expires_at
    if now >= ends_at or now - person.last_used_at >= person.idle:
        return None
    return person


def touch(session: Session, *, session_id: uuid.UUID, now: datetime) -> None:
    """Note that a session was used just now."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(last_used_at=now))


def sign_in(
    session: Session,
    *,
    email: str,
    password: str,
    address: str,
    user_agent: str,
    now: datetime,
    devices: Mapping[str, str] | None = None,
) -> Opened:
    """Check a password and open a session, or one that waits for a code where the account has a second step.

    Raises Refused('wrong_sign_in') with a failure recorded for the brakes, or TooMany when there were too many
    guesses. ``devices`` are the accounts this browser has signed in to before, with its name for each: it has a
    budget of its own, so that nobody's guesses lock the owner out. Known and unknown addresses cost the same.
    """
    wanted = normal_email(email)
    account = session.scalar(select(Account).where(Account.email == wanted, Account.is_active))
    budgets = _sign_in_budgets(wanted, address, (devices or {}).get(account.id.hex) if account else None)
    brakes.check(session, budgets=budgets, now=now)
    if not passwords.is_right(password, account.password_hash if account else None) or account is None:
        brakes.note(session, subjects=budgets, now=now)
        raise Refused("wrong_sign_in", field="password")
    if account.password_hash is not None and passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.hashed(password)
    return enter(session, account=account, opened_by="password", user_agent=user_agent, now=now)


def enter(
    session: Session, *, account: Account, opened_by: str, user_agent: str, now: datetime, leads_to: str = ""
) -> Opened:
    """Let someone in who passed the first step: open a session, or one that waits for the code of the second."""
    if not two_step.is_on(session, account_id=account.id):
        token, person = open_session(session, account=account, user_agent=user_agent, now=now, opened_by=opened_by)
        return Opened(token, person, leads_to)
    token, _ = _add_session(session, account.id, user_agent, opened_by=opened_by, life=CODE_WAIT, now=now, waits=True)
    return Opened(token, None, leads_to)


def enter_with_code(
    session: Session,
    *,
    token: str,
    code: str,
    secret: str,
    user_agent: str,
    now: datetime,
    devices: Mapping[str, str] | None = None,
) -> Opened:
    """Take the second step: end the session that waited and open one that lets its owner in.

    Raises Refused('wait_over') when no session waits any more, Refused('wrong_code') with a failure recorded, or
    TooMany. Guesses after a password do not use up those after a link, so a link always lets the owner try.
    """
    waiting = session.scalar(
        select(SignInSession)
        .join(Account, Account.id == SignInSession.account_id)
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.awaits_code,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            Account.is_active,
        )
    )
    if waiting is None:
        raise Refused("wait_over")
    device = (devices or {}).get(waiting.account_id.hex)
    subject = f"code device {device}" if device else f"code {waiting.account_id} {waiting.opened_by}"
    brakes.check(session, budgets={subject: CODE_GUESSES}, now=now)
    if not two_step.fits(session, account_id=waiting.account_id, code=code, secret=secret, now=now):
        brakes.note(session, subjects=[subject], now=now)
        raise Refused("wrong_code", field="code")
    waiting.ended_at = now
    account = session.get_one(Account, waiting.account_id)
    return Opened(*open_session(session, account=account, user_agent=user_agent, now=now, opened_by=waiting.opened_by))


def open_session(
    session: Session, *, account: Account, user_agent: str, now: datetime, opened_by: str = "password"
) -> tuple[str, SignedIn]:
    """Open a session for an account whose owner has passed every step; return its token and the person."""
    sign_in_sessions.forget_old(session, account_id=account.id, now=now)
    is_organizer = has_organizer_role(session, account_id=account.id)
    life = ORGANIZER_LIFE if is_organizer else PARTICIPANT_LIFE
    token, row = _add_session(session, account.id, user_agent, opened_by=opened_by, life=life, now=now, waits=False)
    history.record(session, action="signed_in", subject_kind="account", subject_id=account.id, by=account.id, now=now)
    has_two_steps = two_step.is_on(session, account_id=account.id)
    person = SignedIn(
        account.id, row.id, account.name, account.email or "", account.locale, now, now, is_organizer, has_two_steps
    )
    return token, person


def sign_out(session: Session, *, session_id: uuid.UUID, now: datetime) -> None:
    """End a session on the server, so that its cookie opens nothing any more."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(ended_at=now))


def request_link(
    session: Session,
    *,
    email: str,
    purpose: str,
    address: str,
    now: datetime,
    leads_to: str = "",
    devices: Mapping[str, str] | None = None,
) -> None:
    """Let the jobs process send a link to an address, if it belongs to an account; raise TooMany for a flood.

    Nothing is looked up here, so known and unknown addresses take the same statements and the same time.
    """
    own = sorted((devices or {}).values())
    budgets = {f"link device {own[0]}": LINKS_PER_DEVICE} if own else {f"link {address}": LINKS_PER_ADDRESS}
    brakes.check(session, budgets=budgets, now=now)
    brakes.note(session, subjects=budgets, now=now)
    wanted = normal_email(email)
    leads_to = leads_to if len(leads_to) <= LONGEST_WAY else ""
    once = f"send_link {purpose} {token_hash(wanted)}"
    jobs.enqueue(session, kind="send_link", once=once, now=now, email=wanted, purpose=purpose, leads_to=leads_to)


def issue_link(
    session: Session, *, email: str, now: datetime, purpose: str = SIGN_IN, leads_to: str = ""
) -> SignInLink | None:
    """Make a one-time link for an account, voiding older ones; None where no such account stands."""
    account = session.scalar(select(Account).where(Account.email == normal_email(email), Account.is_active))
    if account is None:
        return None
    void_links(session, account_id=account.id, now=now, purpose=purpose)
    link = SignInLink(
        account_id=account.id, purpose=purpose, leads_to=leads_to, created_at=now, expires_at=now + LINK_LIVES[purpose]
    )
    session.add(link)
    session.flush()
    return link


def ask_for_link(
    session: Session, *, email: str, now: datetime, purpose: str = SIGN_IN, leads_to: str = ""
) -> SignInLink | None:
    """Make a link as issue_link does for whoever asks on the page; None also for an account that had many lately.

    So nobody's mailbox can be flooded, nor their newest link voided without end; it still works meanwhile.
    """
    lately = session.scalar(
        select(func.count())
        .select_from(SignInLink)
        .join(Account, Account.id == SignInLink.account_id)
        .where(
            Account.email == normal_email(email),
            SignInLink.purpose == purpose,
            SignInLink.created_at > now - GUESS_WINDOW,
        )
    )
    if (lately or 0) >= LINKS_PER_ACCOUNT:
        return None
    return issue_link(session, email=email, now=now, purpose=purpose, leads_to=leads_to)


def void_links(session: Session, *, account_id: uuid.UUID, now: datetime, purpose: str | None = None) -> None:
    """Let no link work that was sent to an account before, of one purpose or of all."""
    open_ones = (SignInLink.account_id == account_id, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
    of_purpose = (SignInLink.purpose == purpose,) if purpose else ()
    session.execute(update(SignInLink).where(*open_ones, *of_purpose).values(expires_at=now))


def link_is_open(session: Session, *, link_id: uuid.UUID, now: datetime, purpose: str = SIGN_IN) -> bool:
    """Whether a one-time link can still be used."""
    link = session.get(SignInLink, link_id)
    return link is not None and link.purpose == purpose and link.used_at is None and link.expires_at > now


def link_leads_to(session: Session, *, link_id: uuid.UUID, purpose: str = SIGN_IN) -> str:
    """Return the page that the owner of a link, open or over, had wanted to open; "" for none."""
    link = session.get(SignInLink, link_id)
    return link.leads_to if link is not None and link.purpose == purpose else ""


def spend_link(session: Session, *, link_id: uuid.UUID, purpose: str, now: datetime) -> tuple[Account, str]:
    """Use a link up; return its account and the page it leads to.

    Raises Refused('link_spent') when it was used, replaced, is too old or is meant for something else.
    """
    spent = session.execute(
        update(SignInLink)
        .where(
            SignInLink.id == link_id,
            SignInLink.purpose == purpose,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(SignInLink.account_id, SignInLink.leads_to)
    ).one_or_none()
    account = session.get(Account, spent.account_id) if spent else None
    if spent is None or account is None or not account.is_active:
        raise Refused("link_spent")
    return account, spent.leads_to


def use_link(session: Session, *, link_id: uuid.UUID, user_agent: str, now: datetime) -> Opened:
    """Sign in by a one-time link; raise Refused('link_spent') when it was used, replaced or is too old."""
    account, leads_to = spend_link(session, link_id=link_id, purpose=SIGN_IN, now=now)
    return enter(session, account=account, opened_by="link", user_agent=user_agent, now=now, leads_to=leads_to)


def normal_email(email: str) -> str:
    """Return an address in the form it is stored and compared in."""
    return email.strip().casefold()


def id_of(session: Session, *, email: str) -> uuid.UUID | None:
    """Return the account of an address, or None."""
    return session.scalar(select(Account.id).where(Account.email == normal_email(email)))


def has_organizer_role(session: Session, *, account_id: uuid.UUID) -> bool:
    """Whether someone organizes any fair, and so has shorter sessions and a second step."""
    found = session.scalar(
        select(FairStaff.id).where(FairStaff.account_id == account_id, FairStaff.role == StaffRole.ORGANIZER).limit(1)
    )
    return found is not None


def _add_session(
    session: Session,
    account_id: uuid.UUID,
    user_agent: str,
    *,
    opened_by: str,
    life: timedelta,
    now: datetime,
    waits: bool,
) -> tuple[str, SignInSession]:
    token = new_token()
    row = SignInSession(
        account_id=account_id,
        token_hash=token_hash(token),
        user_agent=user_agent[:250],
        opened_by=opened_by,
        awaits_code=waits,
        created_at=now,
        confirmed_at=now,
        last_used_at=now,
        expires_at=now + life,
    )
    session.add(row)
    session.flush()
    return token, row


def _sign_in_budgets(email: str, address: str, device: str | None) -> dict[str, int]:
    """What a failure counts against: the owner's own browser alone, or the address, the account, and both."""
    if device is not None:
        return {f"device {device}": GUESSES_PER_DEVICE}
    network = brakes.network_of(address)
    return {
        f"{email} {network}": GUESSES_PER_ACCOUNT_AND_ADDRESS,
        network: GUESSES_PER_ADDRESS,
        f"account {email}": GUESSES_PER_ACCOUNT,
    }
