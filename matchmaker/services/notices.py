"""Queue what people are to be told, in the transaction that causes it, and read it on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select, update

from matchmaker.domain.consents import Purpose
from matchmaker.domain.errors import NotAllowed, NotFound
from matchmaker.domain.notices.kinds import Kind, Pace, kind_of
from matchmaker.domain.notices.timing import mail_at
from matchmaker.domain.paging import page_shown
from matchmaker.models import Account, Consent, Fair, Notice, NoticeChoice
from matchmaker.services.held_back import is_shown, untold

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

NOTICES_A_PAGE = 30
# Someone is told of an account matter also where no fair is concerned.
HOME_ZONE = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True, slots=True)
class ScreenNotice:
    """One notice on the page that lists them."""

    id: uuid.UUID
    kind: str
    facts: dict[str, Any]
    created_at: datetime
    is_read: bool
    time_zone: str


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A page of someone's notices, the newest first."""

    rows: list[ScreenNotice]
    total: int
    unread: int
    page: int
    pages: int


CONSENTED = (
    select(Consent.id)
    .where(
        Consent.account_id == Account.id,
        Consent.fair_id == bindparam("fair_id"),
        Consent.purpose == Purpose.MARKETING,
        Consent.withdrawn_at.is_(None),
    )
    .exists()
)
# Which of the events are queued already comes as one text, the same in every row. What stands between them is the
# character that was made for it, for an event may hold any that people write.
BETWEEN = "\x1f"
KNOWN = select(func.aggregate_strings(Notice.once, BETWEEN)).where(Notice.once.in_(bindparam("events", expanding=True)))
STANDING = (
    select(
        Account.id,
        NoticeChoice.is_on_screen,
        NoticeChoice.pace,
        select(Fair.time_zone).where(Fair.id == bindparam("fair_id")).scalar_subquery(),
        CONSENTED,
        KNOWN.scalar_subquery(),
    )
    .outerjoin(NoticeChoice, (NoticeChoice.account_id == Account.id) & (NoticeChoice.kind == bindparam("kind")))
    .where(Account.id.in_(bindparam("accounts", expanding=True)))
)
SHOWN = (Notice.account_id == bindparam("account_id"), Notice.is_on_screen, is_shown(Notice.created_at))
COUNTED = select(func.count(), func.count().filter(Notice.read_at.is_(None))).where(*SHOWN)
LISTED = (
    select(
        Notice.id,
        Notice.kind,
        Notice.facts,
        Notice.created_at,
        Notice.read_at.is_not(None),
        func.coalesce(Fair.time_zone, HOME_ZONE),
    )
    .outerjoin(Fair, Fair.id == Notice.fair_id)
    .where(*SHOWN)
    .order_by(Notice.created_at.desc(), Notice.id)
    .limit(NOTICES_A_PAGE)
    .offset(bindparam("skip"))
)


def queue(
    session: Session,
    *,
    account_id: uuid.UUID,
    kind: str,
    once: str,
    now: datetime,
    fair_id: uuid.UUID | None = None,
    **facts: Any,
) -> None:
    """Queue one notice, on screen and by mail as its receiver chose.

    ``once`` names the event and receiver: the same one is queued only once. A fact ``path`` is the page it leads to,
    a fact ``meeting`` the meeting (its id in hex) whose time and place the mail is to name. Raises KeyError for a kind
    that nobody classified, NotAllowed('no_consent') for advertising to someone who did not agree to it.
    """
    queue_each(session, kind=kind, told={account_id: (once, facts)}, now=now, fair_id=fair_id)


def queue_each(
    session: Session,
    *,
    kind: str,
    told: Mapping[uuid.UUID, tuple[str, dict[str, Any]]],
    now: datetime,
    fair_id: uuid.UUID | None = None,
) -> None:
    """Queue notices of one kind for several accounts, each with its own ``once`` and facts, as ``queue`` does."""
    rules = kind_of(kind)
    events = [once for once, _ in told.values()]
    key = {"accounts": list(told), "fair_id": fair_id, "kind": kind, "events": events}
    for account_id, on_screen, pace, time_zone, has_consented, known in session.execute(STANDING, key):
        once, facts = told[account_id]
        if rules.is_advertising and not has_consented:
            raise NotAllowed("no_consent", kind=kind)
        if once in (known or "").split(BETWEEN):
            continue
        chosen = rules.pace if pace is None else Pace(pace)
        session.add(
            Notice(
                account_id=account_id,
                fair_id=fair_id,
                kind=kind,
                facts=facts,
                once=once,
                created_at=now,
                is_on_screen=rules.is_on_screen and on_screen is not False,
                is_collected=_pace(rules, chosen) is Pace.DIGEST,
                send_at=mail_at(rules, pace=chosen, now=now, zone=ZoneInfo(time_zone or HOME_ZONE)),
            )
        )
    session.flush()


def page_of(session: Session, *, account_id: uuid.UUID, now: datetime, page: int = 1) -> NoticePage:
    """Return a page of someone's notices; a page past the end gives the last one."""
    key = {"account_id": account_id, **untold(now)}
    total, unread = session.execute(COUNTED, key).one()
    shown, pages = page_shown(page, rows=total, a_page=NOTICES_A_PAGE)
    rows = session.execute(LISTED, {**key, "skip": (shown - 1) * NOTICES_A_PAGE})
    return NoticePage([ScreenNotice(*row) for row in rows], total, unread, shown, pages)


def read(session: Session, *, account_id: uuid.UUID, notice_id: uuid.UUID, now: datetime) -> str:
    """Mark one notice as read and return the page it leads to; raise NotFound when it is not this person's."""
    notice = session.scalar(select(Notice).where(Notice.id == notice_id, Notice.account_id == account_id))
    if notice is None:
        raise NotFound("no_such_notice")
    notice.read_at = notice.read_at or now
    session.flush()
    return str(notice.facts.get("path", "/"))


def read_all(session: Session, *, account_id: uuid.UUID, now: datetime) -> int:
    """Mark everything someone was told as read and return how much that was."""
    unread = update(Notice).where(
        Notice.account_id == account_id, Notice.read_at.is_(None), Notice.is_on_screen, is_shown(Notice.created_at)
    )
    return len(session.execute(unread.values(read_at=now).returning(Notice.id), untold(now)).all())


def _pace(rules: Kind, chosen: Pace) -> Pace:
    return rules.pace if rules.is_essential else chosen
