"""A person's private calendar address: make it, void it, and read what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from matchmaker.domain.errors import NotFound
from matchmaker.models import Account, CalendarFeed
from matchmaker.services import history
from matchmaker.services.meeting_places import MeetingPlace, agenda_places

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session


FEED_OF = select(CalendarFeed.id).where(CalendarFeed.account_id == bindparam("account_id"))


@dataclass(frozen=True, slots=True)
class Feed:
    """What one address leads to: whose it is, in which language, and the meetings in it."""

    locale: str
    meetings: list[MeetingPlace]


def feed_id(session: Session, *, account_id: uuid.UUID) -> uuid.UUID | None:
    """Return the key of someone's calendar address, or None without one."""
    return session.scalar(FEED_OF, {"account_id": account_id})


def renew(session: Session, *, account_id: uuid.UUID, now: datetime) -> uuid.UUID:
    """Give someone a calendar address and return its key; the one from before is void."""
    # Two who renew at once wait for each other here, and the later one's address holds.
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    session.execute(delete(CalendarFeed).where(CalendarFeed.account_id == account_id))
    feed = CalendarFeed(account_id=account_id, created_at=now)
    session.add(feed)
    session.flush()
    _record(session, "calendar_address_made", account_id=account_id, now=now)
    return feed.id


def revoke(session: Session, *, account_id: uuid.UUID, now: datetime) -> None:
    """Void someone's calendar address."""
    session.execute(delete(CalendarFeed).where(CalendarFeed.account_id == account_id))
    _record(session, "calendar_address_voided", account_id=account_id, now=now)


def feed(session: Session, *, key: uuid.UUID) -> Feed:
    """Return what stands behind an address; raise NotFound when it is void or its person has left.

    Called-off meetings are not in it, so calendars that follow the address drop them.
    """
    owner = session.execute(
        select(Account.id, Account.locale)
        .join(CalendarFeed, CalendarFeed.account_id == Account.id)
        .where(CalendarFeed.id == key, Account.is_active)
    ).one_or_none()
    if owner is None:
        raise NotFound("no_such_feed")
    account_id, locale = owner
    return Feed(locale, agenda_places(session, account_id=account_id))


def _record(session: Session, action: str, *, account_id: uuid.UUID, now: datetime) -> None:
    about = account_id
    history.record(session, action=action, subject_kind="account", subject_id=about, by=about, now=now)
