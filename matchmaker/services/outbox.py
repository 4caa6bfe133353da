"""Mail on its way: put together from notices, taken under a lease, tried again, given up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, func, select, update

from matchmaker.domain.errors import NotFound
from matchmaker.domain.notices.kinds import DIGEST, KINDS, USUAL_LIFE
from matchmaker.domain.notices.timing import (
    ADVERTISING_IN_WINDOW,
    ADVERTISING_WINDOW,
    after_quiet_hours,
    next_digest_at,
    pause_after,
)
from matchmaker.models import Account, Fair, Mail, Notice
from matchmaker.services.notices import HOME_ZONE

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

LEASE = timedelta(minutes=10)
LONG_AGO = timedelta(days=1)
COLLECTED_AT_ONCE = 300
LONGEST_FAILURE = 500
ADVERTISING = sorted(code for code, kind in KINDS.items() if kind.is_advertising)
URGENT = sorted(code for code, kind in KINDS.items() if kind.is_urgent)


class MailState(StrEnum):
    """Where a mail stands. One that is given up waits for the organizer; a dropped one had become pointless."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class TakenMail:
    """A mail that this process may send until its lease runs out."""

    id: uuid.UUID
    attempts: int


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A mail that never arrived, as the organizer reads it."""

    id: uuid.UUID
    name: str
    email: str
    kind: str
    failure: str
    created_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class _Due:
    """A notice whose mail is due."""

    id: uuid.UUID
    account_id: uuid.UUID
    fair_id: uuid.UUID | None
    kind: str
    is_collected: bool
    created_at: datetime
    zone: ZoneInfo


WAITS = (Notice.mail_id.is_(None), Notice.send_at.is_not(None))
DUE = (
    select(
        Notice.id,
        Notice.account_id,
        Notice.fair_id,
        Notice.kind,
        Notice.is_collected,
        Notice.created_at,
        func.coalesce(Fair.time_zone, HOME_ZONE),
    )
    .outerjoin(Fair, Fair.id == Notice.fair_id)
    .where(*WAITS, Notice.send_at <= bindparam("now"))
    .order_by(Notice.send_at, Notice.id)
    .limit(COLLECTED_AT_ONCE)
)
TO_SEND = (
    select(Mail.id)
    .where(
        Mail.state == bindparam(None, MailState.WAITING.value, literal_execute=True),
        Mail.due_at <= bindparam("now"),
        Mail.leased_until < bindparam("now"),
    )
    .order_by(case((Mail.kind.in_(URGENT), 0), else_=1), Mail.due_at, Mail.id)
)
# What a digest carried counts as one whether it held one notice or many.
LAST_DIGESTS = (
    select(Notice.account_id, func.max(Mail.created_at))
    .join(Mail, Mail.id == Notice.mail_id)
    .where(Notice.account_id.in_(bindparam("accounts", expanding=True)), Notice.is_collected)
    .group_by(Notice.account_id)
)
ADVERTISED = (
    select(Mail.created_at)
    .where(Mail.account_id == bindparam("account_id"), Mail.kind.in_(ADVERTISING), Mail.created_at > bindparam("since"))
    .order_by(Mail.created_at)
)
NEVER_ARRIVED = (
    select(
        Mail.id, Account.name, func.coalesce(Account.email, ""), Mail.kind, Mail.failure, Mail.created_at, Mail.attempts
    )
    .join(Account, Account.id == Mail.account_id)
    .where(Mail.fair_id == bindparam("fair_id"), Mail.state == MailState.GIVEN_UP)
    .order_by(Mail.created_at.desc(), Mail.id)
    .limit(100)
)
BY_STATE = select(Mail.state, func.count()).where(Mail.fair_id == bindparam("fair_id")).group_by(Mail.state)


def is_any_due(session: Session, *, now: datetime) -> bool:
    """Whether a notice is to be put into a mail, or a mail to be sent."""
    found = (
        session.execute(DUE.limit(1), {"now": now}).first() or session.execute(TO_SEND.limit(1), {"now": now}).first()
    )
    return found is not None


def collect(session: Session, *, now: datetime) -> int:
    """Put due notices into mails and return how many mails were made.

    Notices that may be collected go into one mail with all others of the same person and fair, unless the last such
    mail was too recent. Advertising beyond what the law allows in a day waits.
    """
    rows = session.execute(DUE.with_for_update(of=Notice, skip_locked=True), {"now": now})
    due = [_Due(*row[:-1], ZoneInfo(row[-1])) for row in rows]
    groups: dict[tuple[uuid.UUID, uuid.UUID | None], list[_Due]] = defaultdict(list)
    made = 0
    for notice in due:
        if notice.is_collected:
            groups[notice.account_id, notice.fair_id].append(notice)
        else:
            made += _alone(session, notice, now=now)
    return made + _digests(session, groups, now=now)


def take(session: Session, *, now: datetime) -> TakenMail | None:
    """Take the next due mail under a lease, urgent ones first. A worker that dies leaves it to the next one."""
    key = session.scalar(TO_SEND.limit(1).with_for_update(skip_locked=True), {"now": now})
    if key is None:
        return None
    taken = (
        update(Mail)
        .where(Mail.id == key)
        .values(leased_until=now + LEASE, attempts=Mail.attempts + 1)
        .returning(Mail.id, Mail.attempts)
    )
    return TakenMail(*session.execute(taken).one())


def sent(session: Session, *, mail_id: uuid.UUID, now: datetime) -> None:
    """Note that the mail server took a mail."""
    _close(session, mail_id=mail_id, state=MailState.SENT, sent_at=now, failure="")
    session.execute(update(Notice).where(Notice.mail_id == mail_id).values(sent_at=now))


def drop(session: Session, *, mail_id: uuid.UUID) -> None:
    """Note that a mail has nothing to say any more to anyone."""
    _close(session, mail_id=mail_id, state=MailState.DROPPED)


def failed(session: Session, *, mail: TakenMail, failure: str, is_final: bool, now: datetime) -> None:
    """Put a mail back with a growing pause; give it up when it was refused for good or has become too old."""
    kind, created_at = session.execute(select(Mail.kind, Mail.created_at).where(Mail.id == mail.id)).one()
    again_at = now + pause_after(mail.attempts)
    said = failure[:LONGEST_FAILURE]
    if is_final or again_at - created_at > _life(kind):
        _close(session, mail_id=mail.id, state=MailState.GIVEN_UP, failure=said)
        return
    session.execute(
        update(Mail)
        .where(Mail.id == mail.id, Mail.state == MailState.WAITING)
        .values(due_at=again_at, leased_until=now - LONG_AGO, failure=said)
    )


def hold(session: Session, *, now: datetime) -> None:
    """Let all due mail rest for a moment, because the mail server itself is away; no attempt is counted."""
    session.execute(
        update(Mail)
        .where(Mail.state == MailState.WAITING, Mail.due_at <= now, Mail.leased_until < now)
        .values(due_at=now + pause_after(1))
    )


def given_up(session: Session, *, fair_id: uuid.UUID) -> list[GivenUp]:
    """Return the mail of a fair that never arrived, the newest first."""
    return [GivenUp(*row) for row in session.execute(NEVER_ARRIVED, {"fair_id": fair_id})]


def counts(session: Session, *, fair_id: uuid.UUID) -> dict[str, int]:
    """Return how many mails of a fair stand in each state."""
    return {str(state): count for state, count in session.execute(BY_STATE, {"fair_id": fair_id})}


def try_again(session: Session, *, fair_id: uuid.UUID, mail_id: uuid.UUID, now: datetime) -> None:
    """Send a mail again that was given up; raise NotFound when there is no such one at this fair."""
    waiting = session.scalar(
        update(Mail)
        .where(Mail.id == mail_id, Mail.fair_id == fair_id, Mail.state == MailState.GIVEN_UP)
        .values(state=MailState.WAITING, due_at=now, created_at=now, attempts=0)
        .returning(Mail.id)
    )
    if waiting is None:
        raise NotFound("no_such_mail")


def hurry(session: Session, *, now: datetime) -> int:
    """Make all waiting notices due now and return how many there were; a demo does not wait for the morning.

    What may still be undone is left alone.
    """
    waiting = (
        update(Notice)
        .where(*WAITS, Notice.send_at > now, Notice.created_at <= now)
        .values(send_at=now)
        .returning(Notice.id)
    )
    return len(session.execute(waiting).all())


def _alone(session: Session, notice: _Due, *, now: datetime) -> int:
    kind = KINDS[notice.kind]
    if now - notice.created_at > kind.life:
        _postpone(session, [notice.id], until=None)
        return 0
    if kind.is_advertising:
        since = {"account_id": notice.account_id, "since": now - ADVERTISING_WINDOW}
        lately = list(session.scalars(ADVERTISED, since))
        if len(lately) >= ADVERTISING_IN_WINDOW:
            free_at = lately[-ADVERTISING_IN_WINDOW] + ADVERTISING_WINDOW
            _postpone(session, [notice.id], until=after_quiet_hours(free_at, notice.zone))
            return 0
    _put_into_mail(session, [notice.id], of=notice, kind=notice.kind, now=now)
    return 1


def _digests(session: Session, groups: dict[tuple[uuid.UUID, uuid.UUID | None], list[_Due]], *, now: datetime) -> int:
    accounts = sorted({account_id for account_id, _ in groups})
    rows = session.execute(LAST_DIGESTS, {"accounts": accounts}) if accounts else ()
    last = {row[0]: row[1] for row in rows}
    made = 0
    for (account_id, fair_id), due in groups.items():
        next_at = next_digest_at(last=last.get(account_id), now=now, zone=due[0].zone)
        if next_at > now:
            _postpone(session, [notice.id for notice in due], until=next_at)
            continue
        waiting = select(Notice.id, Notice.kind).where(
            *WAITS,
            Notice.account_id == account_id,
            Notice.fair_id == fair_id,
            Notice.is_collected,
            Notice.created_at <= now,
        )
        found = session.execute(waiting.with_for_update(skip_locked=True)).all()
        kind = DIGEST if len(found) > 1 else due[0].kind
        _put_into_mail(session, [key for key, _ in found], of=due[0], kind=kind, now=now)
        made += 1
    return made


def _put_into_mail(session: Session, notice_ids: list[uuid.UUID], *, of: _Due, kind: str, now: datetime) -> None:
    mail = Mail(
        account_id=of.account_id,
        fair_id=of.fair_id,
        kind=kind,
        state=MailState.WAITING,
        due_at=now,
        leased_until=now - LONG_AGO,
        created_at=now,
    )
    session.add(mail)
    session.flush()
    session.execute(update(Notice).where(Notice.id.in_(notice_ids)).values(mail_id=mail.id))


def _postpone(session: Session, notice_ids: Iterable[uuid.UUID], *, until: datetime | None) -> None:
    session.execute(update(Notice).where(Notice.id.in_(list(notice_ids))).values(send_at=until))


def _close(session: Session, *, mail_id: uuid.UUID, state: MailState, **values: object) -> None:
    session.execute(
        update(Mail).where(Mail.id == mail_id, Mail.state == MailState.WAITING).values(state=state, **values)
    )


def _life(kind: str) -> timedelta:
    return KINDS[kind].life if kind in KINDS else USUAL_LIFE
