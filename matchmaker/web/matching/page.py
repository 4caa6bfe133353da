"""The suggestions page: cards, filters with counts, and what waits for the reader."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.domain.meetings import MeetingState
from matchmaker.extensions import db
from matchmaker.services import fair_categories, fair_changes, suggestions
from matchmaker.services.shared_times import shared_times
from matchmaker.web import asking
from matchmaker.web.filters import day, time, until, whereabouts
from matchmaker.web.language import language
from matchmaker.web.links import links_to
from matchmaker.web.quotes import quote
from matchmaker.web.reasons import STRONG, fit_level, gap, label_words, why

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.suggestions import LastRun, OwnMeeting, Suggested


SETTLED = frozenset({"accepted", "met", "missed"})


@dataclass(frozen=True, slots=True)
class Card:
    """One suggestion, ready for the card macro."""

    id: str
    name: str
    url: str
    country: str
    place: str
    kind: str
    is_verified: bool
    need: str
    own: str
    level: int
    for_you: list[str]
    for_them: list[str]
    gaps: list[str]
    when: str
    state: str
    invite_url: str
    undo_url: str
    save_url: str
    unsave_url: str
    skip_url: str
    meeting_url: str
    closed_reason: str
    logo: uuid.UUID | None


class _Links(NamedTuple):
    """The addresses of what can be done with a suggested company, each from its key."""

    company: Callable[[uuid.UUID], str]
    ask: Callable[[uuid.UUID], str]
    save: Callable[[uuid.UUID], str]
    take_back: Callable[[uuid.UUID], str]
    skip: Callable[[uuid.UUID], str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for the reader's answer."""

    name: str
    key: str
    expires: str
    url: str
    accept_url: str


@dataclass(frozen=True, slots=True)
class SuggestionsPage:
    """All that the suggestions page shows."""

    cards: list[Card]
    filters: list[tuple[str, str, int, bool]]
    waiting: list[Waiting]
    load: list[tuple[str, int]]
    busiest: int
    hint: str
    has_run: bool
    is_filtered: bool


def suggestions_page(fair: FairFacts, me: Membership, *, chosen: str, now: datetime) -> SuggestionsPage:
    """Load and shape the page; ``chosen`` is the filter in the address."""
    listed = suggestions.suggested(db.session, me=me)
    meetings = suggestions.own_meetings(db.session, me=me)
    tests = _tests(me)
    shown = [one for one in listed if tests.get(chosen, tests[""])[1](one)]
    marks = fair_changes.marks_of(db.session, fair_id=fair.id)
    others = [one.other_id for one in shown]
    times = shared_times(db.session, fair_id=fair.id, mine=me.participation_id, others=others, now=now, marks=marks)
    names = fair_categories.names_of(db.session, fair_id=fair.id, lang=language(), marks=marks)
    links = _links(fair)
    with_whom = suggestions.open_meeting_with(meetings)
    closed = asking.closed(fair, me, meetings)
    cards = [
        _card(
            fair,
            me,
            one,
            links=links,
            names=names,
            times=times[one.other_id],
            meeting=with_whom.get(one.other_id),
            closed_reason=closed(one.other_id),
            now=now,
        )
        for one in shown
    ]
    # Whom they meet is settled and in the agenda; the list is for choosing.
    cards.sort(key=lambda card: card.state in SETTLED)
    run = None if listed else suggestions.last_run(db.session, fair_id=fair.id)
    return SuggestionsPage(
        cards=cards,
        filters=_filters(fair, listed, tests, chosen),
        waiting=[_waiting(fair, meeting, now) for meeting in meetings if _waits_for(me, meeting)],
        load=(load := _load(meetings)),
        busiest=max((count for _label, count in load), default=0),
        hint=next((text for one in listed if (text := gap(one.gaps, role=me.role))), ""),
        has_run=bool(listed) or _has_finished(run),
        is_filtered=bool(chosen) and chosen in tests,
    )


def _links(fair: FairFacts) -> _Links:
    return _Links(
        links_to("companies.company", "participation_id", slug=fair.slug),
        links_to("meetings.ask", "other_id", slug=fair.slug),
        links_to("matching.save", "other_id", slug=fair.slug),
        links_to("matching.take_back", "other_id", slug=fair.slug),
        links_to("matching.skip", "other_id", slug=fair.slug),
    )


def _has_finished(run: LastRun | None) -> bool:
    return run is not None and run.finished_at is not None


def _tests(me: Membership) -> dict[str, tuple[str, Callable[[Suggested], bool]]]:
    return {
        "": (_("All"), lambda _one: True),
        "strong": (_("Strong fit"), lambda one: one.score >= STRONG),
        "international": (_("International"), lambda one: one.country != me.country),
        "domestic": (_("Domestic"), lambda one: one.country == me.country),
        "saved": (_("Saved"), lambda one: one.answer == "saved"),
    }


def _filters(
    fair: FairFacts,
    listed: list[Suggested],
    tests: Mapping[str, tuple[str, Callable[[Suggested], bool]]],
    chosen: str,
) -> list[tuple[str, str, int, bool]]:
    chips = []
    for key, (label, test) in tests.items():
        count = sum(1 for one in listed if test(one))
        if count or not key or key == chosen:
            url = url_for("matching.suggestions", slug=fair.slug, show=key or None)
            chips.append((label, url, count, key == chosen or (not key and chosen not in tests)))
    return chips


def _card(
    fair: FairFacts,
    me: Membership,
    one: Suggested,
    *,
    links: _Links,
    names: Mapping[str, str],
    times: list[datetime],
    meeting: OwnMeeting | None,
    closed_reason: str,
    now: datetime,
) -> Card:
    told = why(one.reasons, role=me.role, categories=names)
    said = quote(one.best_pair, role=me.role)
    return Card(
        id=one.other_id.hex[:12],
        name=one.name,
        url=links.company(one.other_id) if me.status.acts else "",
        country=one.country,
        place=whereabouts(one.city, one.country),
        kind=label_words(one.label),
        is_verified=one.is_verified,
        need=said.theirs,
        own=said.mine,
        level=fit_level(one.score),
        for_you=told.for_you,
        for_them=told.for_them,
        gaps=told.against,
        # Once they are to meet, it is the agenda that tells the time.
        when="" if meeting else _when(times),
        state=_state(me, one, meeting, closed_reason),
        closed_reason=closed_reason,
        logo=one.logo,
        invite_url=links.ask(one.other_id),
        undo_url=asking.undo_url(fair, me, meeting, now),
        save_url=links.save(one.other_id),
        unsave_url=links.take_back(one.other_id),
        skip_url=links.skip(one.other_id),
        meeting_url=url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting.id) if meeting else "",
    )


def _when(times: list[datetime]) -> str:
    if not times:
        return ""
    first = f"{day(times[0])}, {time(times[0])}"
    return str(
        ngettext(
            "%(num)s shared free time: %(first)s",
            "%(num)s shared free times, earliest %(first)s",
            len(times),
            first=first,
        )
    )


def _state(me: Membership, one: Suggested, meeting: OwnMeeting | None, closed_reason: str) -> str:
    state = asking.state(me, meeting, closed_reason)
    return "saved" if state == "open" and one.answer == "saved" else state


def _waits_for(me: Membership, meeting: OwnMeeting) -> bool:
    return meeting.state == MeetingState.REQUESTED and meeting.requested_by != me.role


def _waiting(fair: FairFacts, meeting: OwnMeeting, now: datetime) -> Waiting:
    return Waiting(
        name=meeting.other_name,
        key=meeting.other_id.hex[:12],
        expires=_("Expires in %(time)s", time=until(meeting.expires_at, now)) if meeting.expires_at else "",
        url=url_for("companies.company", slug=fair.slug, participation_id=meeting.other_id),
        accept_url=url_for("meetings.accept", slug=fair.slug, meeting_id=meeting.id),
    )


def _load(meetings: list[OwnMeeting]) -> list[tuple[str, int]]:
    """How many meetings stand on each day of the reader's agenda."""
    counts = Counter(
        meeting.day for meeting in meetings if meeting.state == MeetingState.SCHEDULED and meeting.day is not None
    )
    return [(day(one), count) for one, count in sorted(counts.items())]
