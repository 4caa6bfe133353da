"""One meeting as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.fairs import Act, TimeChoice, allows
from matchmaker.domain.meetings import AGREED, OPEN, RECORDED, Grade, MeetingState
from matchmaker.domain.third_company import THIRD
from matchmaker.extensions import db
from matchmaker.services import waiting_list
from matchmaker.web.filters import clock_in, day, time, tongue, until
from matchmaker.web.language import language
from matchmaker.web.meetings.cards import closed_on, expiry
from matchmaker.web.meetings.day import hall_of, where_of
from matchmaker.web.meetings.pair import Other, category_names, other_of
from matchmaker.web.meetings.wording import CLOSED_BECAUSE, STATES
from matchmaker.web.reasons import has_category

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from matchmaker.services.agenda import MeetingDetails
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_people import Person
    from matchmaker.services.meeting_rows import MeetingRow


AGREED_ON = frozenset({MeetingState.ACCEPTED, MeetingState.SCHEDULED})


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Someone who sits in the meeting."""

    name: str
    role: str
    languages: Sequence[str]
    contact: str


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A time that has become free for this meeting, and how long the offer still stands."""

    id: uuid.UUID
    when: str
    left: str


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """A meeting with what its reader may see and do."""

    other: Other
    state: tuple[str, str, str]
    facts: list[tuple[str, str, str]]
    message: str
    is_own_message: bool
    expires: str
    closed: str
    ours: list[PersonLine]
    theirs: list[PersonLine]
    thirds: list[PersonLine]
    is_agreed: bool
    is_over: bool
    is_reported: bool
    is_waiting_for_me: bool
    can_withdraw: bool
    can_cancel: bool
    can_choose_time: bool
    can_choose_people: bool
    can_write: bool
    can_grade: bool
    is_must: bool
    other_id: uuid.UUID
    side: str
    outcome_url: str


def page_of(found: MeetingDetails, *, fair: FairFacts, me: Membership, now: datetime) -> MeetingPage:
    """Return the page of a meeting for one side of it."""
    row = found.row
    words, tone, icon = STATES[row.state]
    is_requested = row.state is MeetingState.REQUESTED
    asked_by_me = row.requested_by == me.role
    is_over = row.state in RECORDED or (row.ends_at is not None and row.ends_at <= now and row.state in AGREED)
    return MeetingPage(
        other=other_of(row, fair=fair, me=me, categories=category_names(fair) if has_category(row.reasons) else {}),
        state=(str(words), tone, icon),
        facts=_facts(row, found.people, me, fair=fair),
        message=row.note,
        is_own_message=asked_by_me,
        expires=expiry(row, now),
        closed=closed_on(row) if row.state in CLOSED_BECAUSE else "",
        ours=[line_of(person) for person in found.people if person.side is me.role],
        theirs=[line_of(person) for person in found.people if person.side is me.role.other],
        thirds=[line_of(person) for person in found.people if person.side == THIRD],
        is_agreed=row.state in AGREED or row.state is MeetingState.CANCELLED,
        is_over=is_over,
        is_reported=row.is_reported,
        is_waiting_for_me=is_requested and not asked_by_me,
        can_withdraw=is_requested and asked_by_me,
        can_cancel=row.state in AGREED_ON and not is_over,
        can_choose_time=row.state in AGREED_ON and not is_over and _is_for_pair(fair),
        can_choose_people=row.state in OPEN and not is_over,
        can_write=row.state in OPEN | AGREED,
        can_grade=row.state in OPEN and not is_over,
        is_must=row.grade == Grade.MUST_MEET,
        other_id=row.other_id,
        side=me.role,
        outcome_url=url_for("deals.outcome", slug=fair.slug, meeting_id=row.id) if is_over else "",
    )


def offer_of(row: MeetingRow, *, now: datetime) -> OfferLine | None:
    """Return the time that is offered to a meeting without one, in words."""
    if row.state is not MeetingState.ACCEPTED:
        return None
    offer = waiting_list.offer_of(db.session, meeting_id=row.id, now=now)
    if offer is None:
        return None
    when = f"{day(offer.starts_at)}, {time(offer.starts_at)}–{time(offer.ends_at)}"
    return OfferLine(offer.id, when, until(offer.expires_at, now))


def _is_for_pair(fair: FairFacts) -> bool:
    return fair.time_choice is TimeChoice.PAIR and allows(fair.phase, Act.PICK_TIME)


def _facts(row: MeetingRow, people: Sequence[Person], me: Membership, *, fair: FairFacts) -> list[tuple[str, str, str]]:
    """When, where, in which language; what is not known yet says since when it will be."""
    facts = []
    if row.starts_at is not None and row.ends_at is not None:
        facts.append(("clock", _("When"), _span(fair.zone, row.starts_at, row.ends_at)))
    elif row.state in {MeetingState.REQUESTED, MeetingState.ACCEPTED}:
        follows = _("The time follows with the schedule")
        facts.append(("clock", _("When"), _("Not chosen yet") if fair.time_choice is TimeChoice.PAIR else follows))
    where = ", ".join(part for part in (where_of(row), hall_of(row)) if part)
    if where:
        facts.append(("pin", _("Where"), where))
    shared = _shared_languages(people, me)
    if shared:
        facts.append(("language", _("Language"), ", ".join(tongue(code) for code in shared)))
    if row.interpreter:
        facts.append(("mic", _("Interpreter"), row.interpreter))
    return facts


def _span(zone: ZoneInfo, starts_at: datetime, ends_at: datetime) -> str:
    starts = starts_at.astimezone(zone)
    return f"{day(starts.date())}, {clock_in(zone, starts_at)}–{clock_in(zone, ends_at)}"


def _shared_languages(people: Sequence[Person], me: Membership) -> list[str]:
    """The languages that someone on each side speaks; nothing before both sides are known."""
    ours = {code for person in people if person.side is me.role for code in person.languages}
    theirs = {code for person in people if person.side is me.role.other for code in person.languages}
    return sorted(ours & theirs)


def line_of(person: Person) -> PersonLine:
    """Return someone who sits in a meeting in the words of its page."""
    title = (person.title_vi, person.title_en) if language() == "vi" else (person.title_en, person.title_vi)
    position = next((text for text in title if text), "")
    return PersonLine(
        person.name or position or _("A representative"),
        position if person.name else "",
        [tongue(code) for code in person.languages],
        " · ".join(part for part in (person.email, person.phone) if part),
    )
