"""What people choose to be told, on screen and by mail, and how they stop mail without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from matchmaker.domain.consents import Purpose
from matchmaker.domain.errors import Refused
from matchmaker.domain.notices.kinds import CHOOSABLE, Kind, Pace, kind_of
from matchmaker.models import Account, Consent, Notice, NoticeChoice
from matchmaker.services import consents, history

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session


CHOSEN = select(NoticeChoice.kind, NoticeChoice.is_on_screen, NoticeChoice.pace).where(
    NoticeChoice.account_id == bindparam("account_id")
)


@dataclass(frozen=True, slots=True)
class Choice:
    """How someone is told of one kind of thing."""

    kind: Kind
    is_on_screen: bool
    pace: Pace


def choices_of(session: Session, *, account_id: uuid.UUID) -> list[Choice]:
    """Return what someone chose for every kind there is a choice about."""
    chosen = {row.kind: row for row in session.execute(CHOSEN, {"account_id": account_id})}
    return [
        Choice(kind, chosen[kind.code].is_on_screen, Pace(chosen[kind.code].pace))
        if kind.code in chosen
        else Choice(kind, kind.is_on_screen, kind.pace)
        for kind in CHOOSABLE
    ]


def choose(
    session: Session, *, account_id: uuid.UUID, kind: str, is_on_screen: bool, pace: Pace, now: datetime
) -> None:
    """Keep what someone chose for a kind; raise Refused('no_such_pace') for a pace it can't have."""
    rules = kind_of(kind)
    if rules.is_essential or pace not in rules.paces:
        raise Refused("no_such_pace", field=kind)
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    session.merge(NoticeChoice(account_id=account_id, kind=kind, is_on_screen=is_on_screen, pace=pace))
    session.flush()
    if pace is Pace.OFF:
        _take_back(session, account_id=account_id, kind=rules, now=now)


def stop_mail(session: Session, *, account_id: uuid.UUID, kinds: Iterable[str], now: datetime) -> None:
    """Mail someone no more of these kinds; done twice it changes nothing.

    Who stops advertising takes the consent to it back, at every fair; giving it anew is enough to get news again.
    """
    wanted = set(kinds)
    for choice in choices_of(session, account_id=account_id):
        code = choice.kind.code
        if code not in wanted:
            continue
        if choice.kind.is_advertising:
            _take_back(session, account_id=account_id, kind=choice.kind, now=now)
        else:
            on_screen = choice.is_on_screen
            choose(session, account_id=account_id, kind=code, is_on_screen=on_screen, pace=Pace.OFF, now=now)
        _record(session, account_id=account_id, kind=code, now=now)


def mail_again(session: Session, *, account_id: uuid.UUID, kinds: Iterable[str], now: datetime) -> None:
    """Mail these kinds again as usual. Advertising stays stopped: it takes a new consent."""
    wanted = set(kinds)
    for choice in choices_of(session, account_id=account_id):
        if choice.kind.code in wanted and not choice.kind.is_advertising:
            on_screen, pace = choice.is_on_screen, choice.kind.pace
            choose(session, account_id=account_id, kind=choice.kind.code, is_on_screen=on_screen, pace=pace, now=now)


def is_reachable(session: Session, *, account_id: uuid.UUID) -> bool:
    """Whether an account still stands."""
    return session.scalar(select(Account.id).where(Account.id == account_id, Account.is_active)) is not None


def _record(session: Session, *, account_id: uuid.UUID, kind: str, now: datetime) -> None:
    history.record(
        session,
        action="mail_stopped",
        subject_kind="account",
        subject_id=account_id,
        by=account_id,
        now=now,
        kind=kind,
    )


def _take_back(session: Session, *, account_id: uuid.UUID, kind: Kind, now: datetime) -> None:
    """Let waiting mail of a kind rest, and take the consents back where it is advertising."""
    waiting = (Notice.account_id == account_id, Notice.kind == kind.code, Notice.mail_id.is_(None))
    session.execute(update(Notice).where(*waiting).values(send_at=None))
    if not kind.is_advertising:
        return
    agreed = select(Consent.fair_id).where(
        Consent.account_id == account_id, Consent.purpose == Purpose.MARKETING, Consent.withdrawn_at.is_(None)
    )
    for fair_id in session.scalars(agreed).all():
        consents.withdraw(session, fair_id=fair_id, account_id=account_id, purpose=Purpose.MARKETING, now=now)
