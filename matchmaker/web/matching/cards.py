"""The cards of the suggestions: drawn once for as long as the list is kept, and for how its reader stands to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask import request, url_for
from flask_babel import ngettext

from matchmaker.web.filters import day, time, whereabouts
from matchmaker.web.fragments import drawn_forms
from matchmaker.web.language import language
from matchmaker.web.quotes import quote
from matchmaker.web.reasons import fit_level, label_words, why

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from matchmaker.domain.fairs import Role
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.kept_counts import KeptRows
    from matchmaker.services.suggestions import Suggested
    from matchmaker.web.blanks import Tokenless

PARTS = "matching/parts.html"


class Reader(NamedTuple):
    """Of the page that a list is read on what its cards hang on, and of who reads it."""

    language: str
    root: str
    slug: str
    zone: str
    role: Role
    may_act: bool


class Standing(NamedTuple):
    """How the reader stands to a suggested company: a state, the meeting if there is one, and the times both have free.

    ``undo_url`` takes a fresh request back; ``closed_reason`` says why the company can't be asked.
    """

    state: str
    meeting_id: uuid.UUID | None
    undo_url: str
    closed_reason: str
    times: int
    first: datetime | None


class Said(NamedTuple):
    """What a card says of a company, whoever sees it."""

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
    logo: uuid.UUID | None


class Ways(NamedTuple):
    """What can be done about a company: addresses to post to and to go to, some of them empty."""

    name: str
    state: str
    closed_reason: str
    invite_url: str
    undo_url: str
    save_url: str
    unsave_url: str
    skip_url: str
    meeting_url: str


def reader_of(fair: FairFacts, me: Membership) -> Reader:
    """Return how a participant of a fair reads their list on this page."""
    return Reader(language(), request.root_path, fair.slug, fair.time_zone, me.role, me.status.acts)


def card(
    reader: Reader, listed: KeptRows[Suggested], one: Suggested, standing: Standing, categories: Mapping[str, str]
) -> Tokenless:
    """Return the card of a company on a list; ``categories`` are those of the page's language, kept with the list."""

    def make() -> Tokenless:
        said, ways = _said(reader, one, categories), _ways(reader, one, standing)
        return drawn_forms(PARTS, "card_of", said, _when(standing), ways)

    return listed.once((reader, one.other_id, standing), make)


def _said(reader: Reader, one: Suggested, categories: Mapping[str, str]) -> Said:
    told = why(one.reasons, role=reader.role, categories=categories)
    quoted = quote(one.best_pair, role=reader.role)
    url = url_for("companies.company", slug=reader.slug, participation_id=one.other_id) if reader.may_act else ""
    return Said(
        id=one.other_id.hex[:12],
        name=one.name,
        url=url,
        country=one.country,
        place=whereabouts(one.city, one.country),
        kind=label_words(one.label),
        is_verified=one.is_verified,
        need=quoted.theirs,
        own=quoted.mine,
        level=fit_level(one.score),
        for_you=told.for_you,
        for_them=told.for_them,
        gaps=told.against,
        logo=one.logo,
    )


def _ways(reader: Reader, one: Suggested, standing: Standing) -> Ways:
    slug, other_id, meeting_id = reader.slug, one.other_id, standing.meeting_id
    return Ways(
        name=one.name,
        state=standing.state,
        closed_reason=standing.closed_reason,
        invite_url=url_for("meetings.ask", slug=slug, other_id=other_id),
        undo_url=standing.undo_url,
        save_url=url_for("matching.save", slug=slug, other_id=other_id),
        unsave_url=url_for("matching.take_back", slug=slug, other_id=other_id),
        skip_url=url_for("matching.skip", slug=slug, other_id=other_id),
        meeting_url=url_for("meetings.meeting", slug=slug, meeting_id=meeting_id) if meeting_id else "",
    )


def _when(standing: Standing) -> str:
    if standing.first is None:
        return ""
    first = f"{day(standing.first)}, {time(standing.first)}"
    return str(
        ngettext(
            "%(num)s shared free time: %(first)s",
            "%(num)s shared free times, earliest %(first)s",
            standing.times,
            first=first,
        )
    )
