"""The suggestions page: cards, filters with counts, and what waits for the reader."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.meetings import MeetingState
from matchmaker.extensions import db
from matchmaker.services import fair_categories, fair_changes, own_meetings, suggestions
from matchmaker.services.shared_times import shared_times
from matchmaker.web import asking
from matchmaker.web.blanks import together
from matchmaker.web.filters import day, until
from matchmaker.web.fragments import drawn_by, drawn_forms, same_for_all
from matchmaker.web.matching.cards import PARTS, Standing, card, reader_of
from matchmaker.web.reasons import STRONG, gap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from markupsafe import Markup

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.kept_counts import KeptRows
    from matchmaker.services.own_meetings import OwnMeeting, OwnMeetings
    from matchmaker.services.suggestions import LastRun, Suggested
    from matchmaker.web.blanks import Tokenless
    from matchmaker.web.matching.cards import Reader

SETTLED = frozenset({"accepted", "met", "missed"})
WAITING_SHOWN = 3


class Waiting(NamedTuple):
    """A request that waits for the reader's answer."""

    name: str
    key: str
    expires: str
    url: str
    accept_url: str


class Aside(NamedTuple):
    """What stands beside the list: the first requests that wait, meetings per day, and what would help most."""

    may_act: bool
    waits: int
    waiting: list[Waiting]
    load: list[tuple[str, int]]
    busiest: int
    hint: str
    requests_url: str
    agenda_url: str
    items_url: str


@dataclass(frozen=True, slots=True)
class SuggestionsPage:
    """All that the suggestions page shows; ``found`` is how many companies are on the list without a filter."""

    found: int
    cards: Markup
    filters: Markup | str
    aside: Tokenless
    has_run: bool
    is_filtered: bool


def suggestions_page(fair: FairFacts, me: Membership, *, chosen: str, now: datetime) -> SuggestionsPage:
    """Load and shape the page; ``chosen`` is the filter in the address."""
    marks = fair_changes.marks_of(db.session, fair_id=fair.id)
    listed = suggestions.kept_list(db.session, fair_id=fair.id, whose=me, marks=marks)
    meetings = own_meetings.of(db.session, fair_id=fair.id, me=me, marks=marks)
    reader, test = reader_of(fair, me), _tests(me).get(chosen)
    shown = listed.rows if test is None else [one for one in listed.rows if test(one)]
    others = [one.other_id for one in shown]
    times = shared_times(db.session, fair_id=fair.id, mine=me.participation_id, others=others, now=now, marks=marks)
    names = fair_categories.names_of(db.session, fair_id=fair.id, lang=reader.language, marks=marks)
    closed, with_whom = asking.closed(fair, me, meetings), meetings.with_whom
    standings = [
        (one, _standing(fair, me, one, meeting=with_whom.get(key), reason=closed(key), times=times[key], now=now))
        for one, key in zip(shown, others, strict=True)
    ]
    # Whom they meet is settled and in the agenda; the list is for choosing.
    standings.sort(key=lambda pair: pair[1].state in SETTLED)
    run = None if listed.rows else suggestions.last_run(db.session, fair_id=fair.id)
    return SuggestionsPage(
        found=len(listed.rows),
        cards=together(card(reader, listed, one, standing, names) for one, standing in standings),
        filters=_filters(fair.slug, chosen if test else "", *_counts(listed, me)),
        aside=_aside(reader, listed, meetings, now),
        has_run=bool(listed.rows) or _has_finished(run),
        is_filtered=test is not None,
    )


def _has_finished(run: LastRun | None) -> bool:
    return run is not None and run.finished_at is not None


def _tests(me: Membership) -> dict[str, Callable[[Suggested], bool]]:
    return {
        "strong": lambda one: one.score >= STRONG,
        "international": lambda one: one.country != me.country,
        "domestic": lambda one: one.country == me.country,
        "saved": lambda one: one.answer == "saved",
    }


def _counts(listed: KeptRows[Suggested], me: Membership) -> list[int]:
    def make() -> list[int]:
        return [sum(map(test, listed.rows)) for test in _tests(me).values()]

    return [len(listed.rows), *listed.once(("counts", me.country), make)]


@same_for_all
def _filters(slug: str, chosen: str, *counts: int) -> Markup | str:
    """Draw the filters that show a company, and the one that is chosen; nothing where there is no choice."""
    names = {
        "": _("All"),
        "strong": _("Strong fit"),
        "international": _("International"),
        "domestic": _("Domestic"),
        "saved": _("Saved"),
    }
    chips = [
        (label, url_for("matching.suggestions", slug=slug, show=key or None), count, key == chosen)
        for (key, label), count in zip(names.items(), counts, strict=True)
        if count or not key or key == chosen
    ]
    return drawn_by(PARTS, "filters_of", chips) if len(chips) > 1 else ""


def _standing(
    fair: FairFacts,
    me: Membership,
    one: Suggested,
    *,
    meeting: OwnMeeting | None,
    reason: str,
    times: Sequence[datetime],
    now: datetime,
) -> Standing:
    state = asking.state(me, meeting, reason)
    if state == "open" and one.answer == "saved":
        state = "saved"
    if meeting is None:
        return Standing(state, None, "", reason, len(times), times[0] if times else None)
    # Once they are to meet, it is the agenda that tells the time.
    return Standing(state, meeting.id, asking.undo_url(fair, me, meeting, now), reason, 0, None)


def _aside(reader: Reader, listed: KeptRows[Suggested], meetings: OwnMeetings, now: datetime) -> Tokenless:
    """Draw what stands beside the list: once for as long as the reader's meetings are kept."""
    slug = reader.slug
    waiting = meetings.waiting[:WAITING_SHOWN]
    left = [_("Expires in %(time)s", time=until(one.expires_at, now)) if one.expires_at else "" for one in waiting]
    hint = listed.once((reader, "hint"), lambda: _hint(listed, reader))

    def make() -> Tokenless:
        load = _load(meetings.rows)
        aside = Aside(
            may_act=reader.may_act,
            waits=len(meetings.waiting),
            waiting=[_waiting(slug, one, expires) for one, expires in zip(waiting, left, strict=True)],
            load=load,
            busiest=max((count for _label, count in load), default=0),
            hint=hint,
            requests_url=url_for("meetings.requests", slug=slug),
            agenda_url=url_for("meetings.agenda", slug=slug),
            items_url=url_for("profile.items", slug=slug),
        )
        return drawn_forms(PARTS, "aside_of", aside)

    return meetings.once((reader, hint, *left), make)


def _hint(listed: KeptRows[Suggested], reader: Reader) -> str:
    return next((text for one in listed.rows if (text := gap(one.gaps, role=reader.role))), "")


def _waiting(slug: str, meeting: OwnMeeting, expires: str) -> Waiting:
    return Waiting(
        name=meeting.other_name,
        key=meeting.other_id.hex[:12],
        expires=expires,
        url=url_for("companies.company", slug=slug, participation_id=meeting.other_id),
        accept_url=url_for("meetings.accept", slug=slug, meeting_id=meeting.id),
    )


def _load(meetings: Sequence[OwnMeeting]) -> list[tuple[str, int]]:
    """How many meetings stand on each day of the reader's agenda."""
    counts = Counter(
        meeting.day for meeting in meetings if meeting.state == MeetingState.SCHEDULED and meeting.day is not None
    )
    return [(day(one), count) for one, count in sorted(counts.items())]
