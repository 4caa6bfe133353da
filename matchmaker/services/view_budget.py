"""How many pages about companies one person may open in a day.

It is far more than anyone needs to choose whom to meet, and too few to copy a large fair's list page by page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam, case, update
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.errors import TooMany
from matchmaker.models import ViewCount

if TYPE_CHECKING:
    import uuid
    from datetime import date

    from sqlalchemy.orm import Session

PAGES_A_DAY = 600
ALARM_AT = 450
TABLE: Any = ViewCount.__table__
OF = TABLE.c
# What was counted on another day is forgotten.
ADDED = (
    update(TABLE)
    .where(OF.account_id == bindparam("whose"))
    .values(
        pages=case((OF.day == bindparam("today"), OF.pages), else_=0) + bindparam("more", type_=Integer),
        day=bindparam("today"),
    )
    .returning(OF.pages)
)


@dataclass(frozen=True, slots=True)
class Added:
    """A person's pages of the day after some were counted, and whether just these took them past ALARM_AT."""

    pages: int
    is_alarming: bool


def check(pages: int, *, now: datetime) -> None:
    """Raise TooMany when so many pages use up a day; it ends at midnight in UTC."""
    if pages >= PAGES_A_DAY:
        midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
        raise TooMany("view_budget", retry_after=int((midnight - now).total_seconds()) + 1)


def add(session: Session, *, account_id: uuid.UUID, pages: int, day: date) -> Added:
    """Count pages that a person opened; what was counted on another day is forgotten."""
    counted = {"whose": account_id, "more": pages, "today": day}
    now = session.scalar(ADDED, counted)
    if now is None:
        try:
            with session.begin_nested():
                session.add(ViewCount(account_id=account_id, day=day, pages=pages))
            now = pages
        except IntegrityError:  # Another process counted this person's first pages just now.
            now = session.scalars(ADDED, counted).one()
    return Added(now, now - pages < ALARM_AT <= now)
