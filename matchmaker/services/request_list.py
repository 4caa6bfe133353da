"""Read the requests of one participant, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.paging import page_shown
from matchmaker.models import Meeting
from matchmaker.services.held_back import is_told, untold
from matchmaker.services.meeting_rows import SEEN_BY, MeetingRow, read

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Membership

ROWS_A_PAGE = 20


class RequestTab(StrEnum):
    """Which requests are shown."""

    WAITING = "waiting"
    ASKED = "asked"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One page of a tab, and how many requests each tab has."""

    rows: list[MeetingRow]
    counts: dict[RequestTab, int]
    page: int
    pages: int


def _belongs(tab: RequestTab, role: Role) -> ColumnElement[bool]:
    """The condition of a tab. A withdrawn request is gone for both; what the organizer arranged is no request."""
    is_open = Meeting.state == MeetingState.REQUESTED
    if tab is RequestTab.WAITING:
        return and_(is_open, Meeting.requested_by == role.other, is_told(Meeting.requested_at))
    if tab is RequestTab.ASKED:
        return and_(is_open, Meeting.requested_by == role)
    return and_(
        Meeting.state.not_in([MeetingState.REQUESTED, MeetingState.WITHDRAWN]), Meeting.requested_by.in_(list(Role))
    )


def _counts(role: Role) -> Select[*tuple[Any, ...]]:
    mine = Meeting.exhibitor_id if role is Role.EXHIBITOR else Meeting.buyer_id
    return select(*(func.count().filter(_belongs(tab, role)) for tab in RequestTab)).where(
        mine == bindparam("participation_id"), Meeting.fair_id == bindparam("fair_id")
    )


def _rows(tab: RequestTab, role: Role) -> Select[*tuple[Any, ...]]:
    newest_first = (Meeting.changed_at.desc(), Meeting.id)
    soonest_first = (Meeting.expires_at, Meeting.id)
    return (
        SEEN_BY[role]
        .where(_belongs(tab, role))
        .order_by(*(soonest_first if tab is RequestTab.WAITING else newest_first))
        .limit(ROWS_A_PAGE)
        .offset(bindparam("skip"))
    )


COUNTS = {role: _counts(role) for role in Role}
ROWS = {(tab, role): _rows(tab, role) for tab in RequestTab for role in Role}


def requests_of(
    session: Session, *, fair_id: uuid.UUID, me: Membership, tab: RequestTab, now: datetime, page: int = 1
) -> RequestPage:
    """Return a page of one tab; a page past the end gives the last one."""
    key = {"fair_id": fair_id, "participation_id": me.participation_id, **untold(now)}
    counts = dict(zip(RequestTab, session.execute(COUNTS[me.role], key).one(), strict=True))
    shown, pages = page_shown(page, rows=counts[tab], a_page=ROWS_A_PAGE)
    rows = read(session, ROWS[tab, me.role], {**key, "skip": (shown - 1) * ROWS_A_PAGE}) if counts[tab] else []
    return RequestPage(rows, counts, shown, pages)
