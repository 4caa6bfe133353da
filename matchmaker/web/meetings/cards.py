"""Requests as cards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.fairs import Act, TimeChoice, allows
from matchmaker.domain.meetings import AGREED, MeetingState
from matchmaker.services.request_list import RequestTab
from matchmaker.web.filters import day, time, until
from matchmaker.web.meetings.forms import DeclineForm, decline_form
from matchmaker.web.meetings.pair import Other, category_names, other_of
from matchmaker.web.meetings.wording import CLOSED_BECAUSE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from matchmaker.services.competing import Competitor, FreeTime
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_rows import MeetingRow
    from matchmaker.services.request_list import RequestPage

SHOWN_AS = {
    MeetingState.DECLINED: "declined",
    MeetingState.CANCELLED: "cancelled",
    MeetingState.EXPIRED: "expired",
}


@dataclass(frozen=True, slots=True)
class TimeLine:
    """One of the last times that everyone of a request has free."""

    slot: str
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """One request on the requests page, with the actions that are open to its reader."""

    id: str
    other: Other
    state: str
    message: str
    is_own_message: bool
    expires: str
    closed: str
    accept_url: str = ""
    decline_url: str = ""
    decline_form: DeclineForm | None = None
    withdraw_url: str = ""
    note_url: str = ""
    meeting_url: str = ""
    again_url: str = ""
    times: tuple[TimeLine, ...] = ()
    is_for_pair: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the request still waits for an answer."""
        return self.state in {"waiting", "sent"}


def cards_of(found: RequestPage, *, fair: FairFacts, me: Membership, now: datetime) -> list[Card]:
    """Return the cards of a page of requests."""
    categories = category_names(fair) if any(row.reasons for row in found.rows) else {}
    return [_card(row, fair=fair, me=me, now=now, categories=categories) for row in found.rows]


def listed(
    found: RequestPage, *, fair: FairFacts, me: Membership, rivals: Sequence[Sequence[Competitor]], now: datetime
) -> dict[str, Any]:
    """Return the cards of a page: those that compete in groups, each with its last times, then all others."""
    cards = {card.id: card for card in cards_of(found, fair=fair, me=me, now=now)}
    groups = []
    for those in rivals:
        group = [
            replace(
                cards.pop(one.meeting_id.hex),
                times=tuple(_time_line(time) for time in one.times),
                is_for_pair=fair.time_choice is TimeChoice.PAIR and allows(fair.phase, Act.PICK_TIME),
            )
            for one in those
            if one.meeting_id.hex in cards
        ]
        if group:
            groups.append(group)
    return {"groups": groups, "cards": list(cards.values())}


def _time_line(one: FreeTime) -> TimeLine:
    return TimeLine(one.slot_id.hex, f"{day(one.starts_at)}, {time(one.starts_at)}–{time(one.ends_at)}")


def tabs_of(found: RequestPage, *, fair: FairFacts, tab: RequestTab) -> list[tuple[str, str, bool, str]]:
    """Return the tabs as links with their numbers."""
    labels = {
        RequestTab.WAITING: _("Waiting for you"),
        RequestTab.ASKED: _("You asked"),
        RequestTab.ANSWERED: _("Answered"),
    }
    return [
        (label, url_for("meetings.requests", slug=fair.slug, tab=each), each is tab, str(found.counts[each] or ""))
        for each, label in labels.items()
    ]


def _card(row: MeetingRow, *, fair: FairFacts, me: Membership, now: datetime, categories: Mapping[str, str]) -> Card:
    asked_by_me = row.requested_by == me.role
    state = SHOWN_AS.get(row.state, "accepted")
    if row.state is MeetingState.REQUESTED:
        state = "sent" if asked_by_me else "waiting"
    return Card(
        id=row.id.hex,
        other=other_of(row, fair=fair, me=me, categories=categories),
        state=state,
        message=row.note,
        is_own_message=asked_by_me,
        expires=expiry(row, now),
        closed=closed_on(row),
        **_actions(row, state=state, slug=fair.slug),
    )


def expiry(row: MeetingRow, now: datetime) -> str:
    """Until when a waiting request can be answered, in words."""
    if row.state is not MeetingState.REQUESTED or row.expires_at is None:
        return ""
    if row.expires_at <= now:
        return _("The time to answer is over")
    return _("Expires in %(time)s", time=until(row.expires_at, now))


def closed_on(row: MeetingRow) -> str:
    """When a request was answered or a meeting called off, with the reason where there is one."""
    if row.state is MeetingState.REQUESTED:
        return ""
    reason = CLOSED_BECAUSE.get(row.state, {}).get(row.close_reason)
    on = day(row.changed_at)
    return on if reason is None else _("%(day)s: %(reason)s", day=on, reason=str(reason))


def _actions(row: MeetingRow, *, state: str, slug: str) -> dict[str, Any]:
    if state == "waiting":
        return {
            "accept_url": url_for("meetings.accept", slug=slug, meeting_id=row.id),
            "decline_url": url_for("meetings.decline", slug=slug, meeting_id=row.id),
            "decline_form": decline_form(row.id),
        }
    if state == "sent":
        return {
            "withdraw_url": url_for("meetings.withdraw", slug=slug, meeting_id=row.id),
            "note_url": url_for("meetings.meeting", slug=slug, meeting_id=row.id),
        }
    if row.state in AGREED or row.state is MeetingState.CANCELLED:
        return {"meeting_url": url_for("meetings.meeting", slug=slug, meeting_id=row.id)}
    if row.state is MeetingState.EXPIRED:
        return {"again_url": url_for("meetings.ask", slug=slug, other_id=row.other_id)}
    return {}
