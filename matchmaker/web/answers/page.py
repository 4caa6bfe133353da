"""A request as the page behind a mail's link shows it: who asks, why, and when one could meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.domain.fairs import Act, TimeChoice, allows
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.third_company import THIRD
from matchmaker.extensions import db
from matchmaker.services import places
from matchmaker.services.fair_categories import names_of
from matchmaker.services.shared_times import shared_times
from matchmaker.web import reasons
from matchmaker.web.filters import datetime as datetime_text
from matchmaker.web.filters import day, time, whereabouts
from matchmaker.web.language import language
from matchmaker.web.places import PlacesPage, place_words, places_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from matchmaker.services.answering import Asked

THREE = 3
# What the link says once there is nothing to answer any more.
OVER = {
    MeetingState.REQUESTED: _l("The time to answer this request is over."),
    MeetingState.HELD: _l("This meeting has taken place already."),
    MeetingState.NO_SHOW: _l("This meeting is on record as not held."),
    MeetingState.CANCELLED: _l("This meeting was called off."),
    MeetingState.DECLINED: _l("This request was declined."),
    MeetingState.EXPIRED: _l("The time to answer this request is over."),
    MeetingState.WITHDRAWN: _l("The company that asked has withdrawn this request."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """What someone needs to say yes or no. ``times`` are chosen from where the two choose, ``free`` only named."""

    name: str
    country: str
    place: str
    message: str
    for_you: Sequence[str]
    for_them: Sequence[str]
    times: PlacesPage | None
    free: Sequence[str]
    mine: str
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredPage:
    """What became of a request, and where to go on."""

    title: str
    text: str
    place: str = ""
    next_free: str = ""
    links: Sequence[tuple[str, str]] = field(default_factory=list)


def request_page(asked: Asked, *, wants_all: bool, now: datetime) -> RequestPage:
    """Return an open request for its page."""
    row, me = asked.row, asked.me
    names = names_of(db.session, fair_id=asked.fair.id, lang=language()) if row.reasons else {}
    told = reasons.why(row.reasons or {}, role=me.role, categories=names)
    is_for_us = picks_time(asked)
    return RequestPage(
        name=row.name,
        country=row.country,
        place=whereabouts(row.city, row.country),
        message=row.note,
        for_you=told.for_you,
        for_them=told.for_them,
        times=_places(asked, wants_all=wants_all, now=now) if is_for_us else None,
        free=[] if is_for_us else _free(asked, now=now),
        mine=me.company_name,
        expires=datetime_text(row.expires_at) if row.expires_at else "",
    )


def answered_page(asked: Asked, *, now: datetime) -> AnsweredPage:
    """Return what became of a request for its page."""
    row, slug = asked.row, asked.fair.slug
    agenda = (url_for("meetings.agenda", slug=slug), _("Open your agenda"))
    if row.state in {MeetingState.ACCEPTED, MeetingState.SCHEDULED}:
        place = place_words(row)
        meeting_url = url_for("meetings.meeting", slug=slug, meeting_id=row.id)
        links = [(meeting_url, _("See the meeting")), agenda]
        title = _("You will meet %(company)s", company=row.name)
        return AnsweredPage(title=title, text=_until_then(asked, place), place=place, links=links)
    company = url_for("companies.company", slug=slug, participation_id=row.other_id)
    free = _free(asked, now=now) if allows(asked.fair.phase, Act.REQUEST) else []
    return AnsweredPage(
        title=_("There is nothing left to answer"),
        text=str(OVER[row.state]),
        next_free=free[0] if free else "",
        links=[(company, _("See %(company)s", company=row.name)), agenda],
    )


def picks_time(asked: Asked) -> bool:
    """Whether saying yes also chooses the time."""
    return asked.fair.time_choice is TimeChoice.PAIR and allows(asked.fair.phase, Act.PICK_TIME)


def _until_then(asked: Asked, place: str) -> str:
    if place:
        return _("Both sides now see who comes and how to reach each other.")
    if asked.fair.time_choice is TimeChoice.PAIR:
        return _("It has no time yet: either of you chooses one on the meeting's page.")
    return _("Time and table follow with the schedule. You get a mail as soon as they are fixed.")


def _places(asked: Asked, *, wants_all: bool, now: datetime) -> PlacesPage:
    board = places.board_of(db.session, fair_id=asked.fair.id, meeting_id=asked.row.id)
    names = {asked.me.role: asked.me.company_name, asked.me.role.other: asked.row.name, THIRD: asked.row.third or ""}
    return places_page(board, names=names, wants_all=wants_all, now=now)


def _free(asked: Asked, *, now: datetime) -> list[str]:
    """The next times at which both companies have someone free."""
    mine, other = asked.me.participation_id, asked.row.other_id
    found = shared_times(db.session, fair_id=asked.fair.id, mine=mine, others=[other], now=now)
    return [f"{day(at)}, {time(at)}" for at in found.get(other, [])[:THREE]]
