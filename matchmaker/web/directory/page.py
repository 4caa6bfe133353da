"""The directory shaped for its page: cards, filters with counts, and the way on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from flask import request, url_for

from matchmaker.domain.search.words import asked_words
from matchmaker.services.directory import Wanted
from matchmaker.web import asking
from matchmaker.web.blanks import Tokenless, together
from matchmaker.web.directory.entries import entry_of, filters_of
from matchmaker.web.fragments import drawn_by, drawn_forms, same_for_all, same_page_for_all
from matchmaker.web.links import links_to

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from markupsafe import Markup

    from matchmaker.services.directory import DirectoryPage, Found
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.own_meetings import OwnMeeting, OwnMeetings

    Address = Callable[..., str]

PARTS = "directory/parts.html"
CARDS_KEPT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One company as everyone sees it (``about``), and what the reader can do about it."""

    id: str
    name: str
    about: Markup
    state: str
    invite_url: str = ""
    undo_url: str = ""
    meeting_url: str = ""
    closed_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that the directory's page shows."""

    text: str
    chosen: Mapping[str, str]
    cards: Markup
    total: int
    filters: Markup
    is_narrowed: bool
    before_url: str
    after_url: str
    all_url: str
    nearest: list[tuple[str, str]]


def directory_page(
    fair: FairFacts, me: Membership, wanted: Wanted, found: DirectoryPage, meetings: OwnMeetings, *, now: datetime
) -> View:
    """Return the page of what was found, for a company with these meetings."""
    address, closed = _addresses(wanted), asking.closed(fair, me, meetings)
    drawn = _drawn(fair.slug, request.args.get("lang", ""), wanted.text, tuple(wanted.chosen.items()), found)
    cards: list[Tokenless] = []
    for row, shown in zip(found.rows, drawn.companies, strict=True):
        meeting, reason = meetings.with_whom.get(row.participation_id), closed(row.participation_id)
        if meeting is None and not reason:
            cards.append(shown.to_ask)
        else:
            standing = _standing(fair, me, meeting, reason, now)
            cards.append(_card_with(_id(row), row.name, shown.about, standing))
    return View(
        text=wanted.text,
        chosen=wanted.chosen,
        cards=together(cards),
        total=found.total,
        filters=drawn.filters,
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


class _Standing(NamedTuple):
    """How a reader stands to a company, and what they can do about it."""

    state: str
    undo_url: str
    meeting_url: str
    closed_reason: str


class _Shown(NamedTuple):
    """A company as everyone sees it, and the whole card of one that can be asked for a meeting."""

    about: Markup
    to_ask: Tokenless


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What of a page is the same for everyone: its filters and its companies."""

    filters: Markup
    companies: list[_Shown]


# All addresses carry on the language that the page's own asks for.
@same_page_for_all
def _drawn(
    slug: str, _asked_language: str, text: str, chosen: tuple[tuple[str, str], ...], found: DirectoryPage
) -> _Drawn:
    """Draw what is kept for as long as the page that was found is."""
    wanted = Wanted(text=text, chosen=dict(chosen))
    url_of = links_to("companies.company", "participation_id", slug=slug)
    ask_url = links_to("meetings.ask", "other_id", slug=slug)
    asked, companies = asked_words(text), []
    for row in found.rows:
        about = drawn_by(PARTS, "company_of", entry_of(row, asked, url_of(row.participation_id)))
        to_ask = Card(id=_id(row), name=row.name, about=about, state="open", invite_url=ask_url(row.participation_id))
        companies.append(_Shown(about, drawn_forms(PARTS, "company_card", to_ask)))
    filters = filters_of(wanted, found, _addresses(wanted))
    return _Drawn(drawn_by(PARTS, "filters_of", filters, len(chosen)), companies)


def _standing(fair: FairFacts, me: Membership, meeting: OwnMeeting | None, reason: str, now: datetime) -> _Standing:
    """Return how the reader stands to a company that can't be asked now, or with which there is a meeting."""
    return _Standing(
        state=asking.state(me, meeting, reason),
        undo_url=asking.undo_url(fair, me, meeting, now),
        meeting_url=url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting.id) if meeting else "",
        closed_reason=reason,
    )


def _draw_card(key: str, name: str, about: Markup, standing: _Standing) -> Tokenless:
    return drawn_forms(PARTS, "company_card", Card(id=key, name=name, about=about, **standing._asdict()))


_card_with = same_for_all(_draw_card, most=CARDS_KEPT)


def _id(row: Found) -> str:
    return row.participation_id.hex[:12]
