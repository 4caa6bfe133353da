"""Read all that a mail is written from, at the moment it leaves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select

from matchmaker.domain.consents import Purpose
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.notices.kinds import KINDS, Pace, kind_of
from matchmaker.models import Account, Consent, Fair, Mail, Notice, NoticeChoice
from matchmaker.services.mail_quotes import AskersItem, askers_items
from matchmaker.services.meeting_places import MeetingPlace, agenda_places, places

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

ESSENTIAL = sorted(code for code, kind in KINDS.items() if kind.is_essential)
ADVERTISING = sorted(code for code, kind in KINDS.items() if kind.is_advertising)
WITH_AGENDA = "schedule_published"
REQUEST = "meeting_requested"


@dataclass(frozen=True, slots=True)
class MailItem:
    """One notice in a mail. ``meetings`` are those it names, with time and place as they stand now.

    ``quote`` is what the other company of a request offers or needs.
    """

    kind: str
    facts: dict[str, Any]
    meetings: list[MeetingPlace] = field(default_factory=list)
    quote: AskersItem | None = None

    @property
    def meeting(self) -> MeetingPlace | None:
        """The one meeting a notice is about."""
        return self.meetings[0] if len(self.meetings) == 1 else None


@dataclass(frozen=True, slots=True)
class MailContents:
    """A mail as it is to be written: to whom, in which language, about what. ``kind`` is a notice's or ``digest``."""

    id: uuid.UUID
    kind: str
    account_id: uuid.UUID
    email: str
    name: str
    locale: str
    fair_vi: str
    fair_en: str
    time_zone: str
    items: list[MailItem]

    @property
    def is_advertising(self) -> bool:
        """Whether the law asks for a label and the sender's identity."""
        return any(kind_of(item.kind).is_advertising for item in self.items)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds in it that its reader may do without."""
        found = dict.fromkeys(item.kind for item in self.items)
        return tuple(code for code in found if not kind_of(code).is_essential)


HEAD = (
    select(
        Mail.id,
        Mail.kind,
        Account.id,
        func.coalesce(Account.email, ""),
        Account.name,
        Account.locale,
        func.coalesce(Fair.name_vi, ""),
        func.coalesce(Fair.name_en, ""),
        func.coalesce(Fair.time_zone, ""),
    )
    .join(Account, Account.id == Mail.account_id)
    .outerjoin(Fair, Fair.id == Mail.fair_id)
    .where(Mail.id == bindparam("mail_id"), Account.is_active, Account.email.is_not(None))
)
CONSENT = and_(
    Consent.account_id == Notice.account_id,
    Consent.fair_id == Notice.fair_id,
    Consent.purpose == Purpose.MARKETING,
    Consent.withdrawn_at.is_(None),
)
# Between the notice and its mail someone may have said that they want none.
ITEMS = (
    select(Notice.kind, Notice.facts, Notice.fair_id)
    .outerjoin(NoticeChoice, and_(NoticeChoice.account_id == Notice.account_id, NoticeChoice.kind == Notice.kind))
    .outerjoin(Consent, CONSENT)
    .where(
        Notice.mail_id == bindparam("mail_id"),
        or_(NoticeChoice.pace.is_(None), NoticeChoice.pace != Pace.OFF, Notice.kind.in_(ESSENTIAL)),
        or_(Notice.kind.not_in(ADVERTISING), Consent.id.is_not(None)),
    )
    .order_by(Notice.created_at, Notice.id)
)


def contents(session: Session, *, mail_id: uuid.UUID, now: datetime) -> MailContents | None:
    """Return what a mail is written from, or None when it has nothing to say any more to anyone.

    So it is for someone who was removed, who turned such mail off meanwhile, and for a request that is answered.
    """
    head = session.execute(HEAD, {"mail_id": mail_id}).one_or_none()
    if head is None:
        return None
    rows = session.execute(ITEMS, {"mail_id": mail_id}).all()
    named = {uuid.UUID(facts["meeting"]) for _, facts, _ in rows if "meeting" in facts}
    account_id = head[2]
    known = places(session, account_id=account_id, meeting_ids=named)
    asked = {key for kind, facts, _ in rows if kind == REQUEST for key in _named(facts)}
    quotes = askers_items(session, meeting_ids=asked)
    items = []
    for kind, facts, fair_id in rows:
        if kind == WITH_AGENDA and fair_id is not None:
            meetings = agenda_places(session, account_id=account_id, fair_id=fair_id)
        else:
            meetings = [known[key] for key in _named(facts) if key in known]
        if not _is_pointless(kind, facts, meetings, now):
            items.append(MailItem(kind, facts, meetings, next(map(quotes.get, _named(facts)), None)))
    return MailContents(*head, items) if items else None


def _named(facts: dict[str, Any]) -> list[uuid.UUID]:
    return [uuid.UUID(facts["meeting"])] if "meeting" in facts else []


def _is_pointless(kind: str, facts: dict[str, Any], meetings: list[MeetingPlace], now: datetime) -> bool:
    """Whether what a notice says is no longer so: a request that was answered or whose time is over."""
    if kind != REQUEST or "meeting" not in facts:
        return False
    return not any(
        each.state is MeetingState.REQUESTED and (each.expires_at is None or each.expires_at > now) for each in meetings
    )
