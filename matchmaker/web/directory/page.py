"""The directory shaped for its page: cards, filters with counts, and the way on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _

from matchmaker.domain.search.words import asked_words, words_met
from matchmaker.extensions import db
from matchmaker.services import fair_categories, suggestions
from matchmaker.web import asking
from matchmaker.web.filters import country, tongue, whereabouts
from matchmaker.web.language import language
from matchmaker.web.links import links_to
from matchmaker.web.passages import passage
from matchmaker.web.reasons import stage_name

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from matchmaker.services.directory import DirectoryPage, Found, Wanted
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.suggestions import OwnMeeting
    from matchmaker.web.passages import Passage

    Address = Callable[..., str]

SHOWN_ITEMS = 3
SHOWN_VALUES = 12
Chip = tuple[str, str, int | None, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One company, and what can be done about it."""

    id: str
    name: str
    url: str
    country: str
    place: str
    stage: str
    items: list[Passage]
    more_items: int
    state: str
    invite_url: str
    undo_url: str
    meeting_url: str
    closed_reason: str
    logo: uuid.UUID | None
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that the directory's page shows."""

    text: str
    chosen: Mapping[str, str]
    cards: list[Card]
    total: int
    filters: list[tuple[str, list[Chip]]]
    is_narrowed: bool
    before_url: str
    after_url: str
    all_url: str
    nearest: list[tuple[str, str]]


def directory_page(fair: FairFacts, me: Membership, wanted: Wanted, found: DirectoryPage, *, now: datetime) -> View:
    """Return the page of what was found."""
    meetings = suggestions.own_meetings(db.session, me=me)
    with_whom = suggestions.open_meeting_with(meetings)
    closed = asking.closed(fair, me, meetings)
    stages = cache(_stage)
    asked, address = asked_words(wanted.text), _addresses(wanted)
    urls = {
        "company": links_to("companies.company", "participation_id", slug=fair.slug),
        "ask": links_to("meetings.ask", "other_id", slug=fair.slug),
    }
    return View(
        text=wanted.text,
        chosen=wanted.chosen,
        cards=[
            _card(
                fair,
                me,
                row,
                asked=asked,
                meeting=with_whom.get(row.participation_id),
                closed=closed,
                urls=urls,
                stages=stages,
                now=now,
            )
            for row in found.rows
        ],
        total=found.total,
        filters=_filters(fair, wanted, found, address),
        is_narrowed=bool(wanted.text or wanted.chosen),
        before_url=address(before=found.before) if found.before else "",
        after_url=address(after=found.after) if found.after else "",
        all_url=url_for("directory.directory", slug=fair.slug),
        nearest=[(words, address(q=words)) for words in found.nearest],
    )


def _addresses(wanted: Wanted) -> Address:
    """Return a function from changes to the address of the directory as it is narrowed now, from its first page.

    A change to '' takes away. A page has dozens of these addresses, so what they share is written once.
    """
    path = url_for("directory.directory", slug=(request.view_args or {})["slug"])
    asked = {"lang": request.args.get("lang", ""), "q": wanted.text, **wanted.chosen}
    written = {name: urlencode({name: value}) for name, value in asked.items() if value}

    def address(**changes: str) -> str:
        changed = {name: urlencode({name: value}) if value else "" for name, value in changes.items()}
        query = "&".join(filter(None, {**written, **changed}.values()))
        return f"{path}?{query}" if query else path

    return address


def _filters(fair: FairFacts, wanted: Wanted, found: DirectoryPage, address: Address) -> list[tuple[str, list[Chip]]]:
    """Each kind of filter as links with counts, the most frequent values first; none where there is no choice."""
    sectors = fair_categories.sector_names(db.session, fair_id=fair.id, lang=language())
    # What is filed under a category is counted under every one above it; only the fair's sectors are a choice here.
    counted = {code: count for code, count in found.counts["sector"].items() if code in sectors}
    counts = {**found.counts, "sector": counted}
    kinds: list[tuple[str, str, Callable[[str], str]]] = [
        ("sector", _("Sector"), lambda value: sectors.get(value, value)),
        ("country", _("Country"), country),
        ("stage", _("Stage"), _stage),
        ("certificate", _("Certificate"), str),
        ("trait", _("Material"), _trait),
        ("tongue", _("Language"), tongue),
    ]
    return [
        (label, chips)
        for kind, label, name in kinds
        if len(chips := _chips(wanted.chosen.get(kind, ""), kind, counts[kind], name, address)) > 1
        or kind in wanted.chosen
    ]


def _chips(
    chosen: str, kind: str, counts: Mapping[str, int], name: Callable[[str], str], address: Address
) -> list[Chip]:
    ranked = sorted(counts.items(), key=lambda item: (item[0] != chosen, -item[1], name(item[0])))
    if chosen and chosen not in counts:
        ranked.insert(0, (chosen, 0))
    return [
        (name(value), address(**{kind: "" if value == chosen else value}), count, value == chosen)
        for value, count in ranked[:SHOWN_VALUES]
    ]


def _trait(name: str) -> str:
    names = {"by_product": _("By-product"), "recycled": _("Recycled"), "renewable": _("Renewable")}
    return names.get(name, name)


def _stage(code: str) -> str:
    words = stage_name(code) or code
    return words[:1].upper() + words[1:]


def _card(
    fair: FairFacts,
    me: Membership,
    row: Found,
    *,
    asked: Sequence[str],
    meeting: OwnMeeting | None,
    closed: Callable[[uuid.UUID], str],
    urls: Mapping[str, Callable[[uuid.UUID], str]],
    stages: Callable[[str], str],
    now: datetime,
) -> Card:
    key = row.participation_id
    # What was searched for goes ahead, so that a card shows why it was found; the sort keeps all else in its order.
    said = sorted(row.items, key=lambda texts: -words_met(asked, texts=texts)) if asked else row.items
    items = [text for vi, en in said if (text := passage(vi, en)) is not None]
    return Card(
        id=key.hex[:12],
        name=row.name,
        url=urls["company"](key),
        country=row.country,
        place=whereabouts(row.city, row.country),
        stage=stages(row.stage) if row.stage else "",
        items=items[:SHOWN_ITEMS],
        more_items=max(0, len(items) - SHOWN_ITEMS),
        state=asking.state(me, meeting, closed(key)),
        invite_url=urls["ask"](key),
        undo_url=asking.undo_url(fair, me, meeting, now),
        meeting_url=url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting.id) if meeting else "",
        closed_reason=closed(key),
        logo=row.logo,
        is_verified=row.is_verified,
    )
