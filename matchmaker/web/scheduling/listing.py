"""The plan that stands as a list by day, with a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import url_for

from matchmaker.domain.names import fold
from matchmaker.domain.paging import page_count
from matchmaker.extensions import db
from matchmaker.services import schedule_reads, slot_loads
from matchmaker.web.filters import day as day_words
from matchmaker.web.filters import time
from matchmaker.web.links import NOBODY, links_to

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.schedule_reads import Line
    from matchmaker.services.slot_loads import DayLoad

LONGEST_SEARCH = 80
LAST_PAGE = 10_000


class ShownLine(NamedTuple):
    """A meeting with its time in words and the addresses of its companies."""

    when: str
    table: str | None
    is_online: bool
    is_locked: bool
    state: str
    exhibitor: str
    buyer: str
    third: str | None
    is_international: bool
    interpreter: str | None
    key: str
    names: str
    exhibitor_url: str
    buyer_url: str
    third_url: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """All that the list shows."""

    days: list[tuple[str, str, int, bool]]
    lines: list[ShownLine]
    wanted: str
    day: str
    page: int
    pages: int
    total: int
    # For whom what can be done with a meeting is drawn, to be placed in each line with its own key and names.
    nobody: str = str(NOBODY)
    unnamed: str = "\N{WHITE SQUARE}"


def list_page(fair: FairFacts, query: Mapping[str, str]) -> ListPage:
    """Load and shape the list for the day, search and page number in the address."""
    loads = slot_loads.read(db.session, fair_id=fair.id)
    chosen = _chosen_day(query.get("day", ""), loads.days)
    wanted = query.get("q", "")[:LONGEST_SEARCH].strip()
    page = page_number(query)
    lines, total = (
        schedule_reads.lines(db.session, loads=loads, day=chosen, wanted=fold(wanted), page=page)
        if chosen is not None
        else ([], 0)
    )
    return ListPage(
        days=[_day_link(fair, one, chosen, wanted) for one in loads.days],
        lines=_shown(fair, lines),
        wanted=wanted,
        day=chosen.day.isoformat() if chosen else "",
        page=page,
        pages=page_count(total, a_page=schedule_reads.LINES_A_PAGE),
        total=total,
    )


def _shown(fair: FairFacts, lines: Sequence[Line]) -> list[ShownLine]:
    url = links_to("companies.organizer_company", "participation_id", slug=fair.slug)
    times = {starts_at: time(starts_at) for starts_at in {one.starts_at for one in lines}}
    return [
        ShownLine(
            times[one.starts_at],
            one.table,
            one.is_online,
            one.is_locked,
            one.state,
            one.exhibitor,
            one.buyer,
            one.third,
            one.exhibitor_country != one.buyer_country,
            one.interpreter,
            str(one.meeting_id),
            f"{one.exhibitor} – {one.buyer}",
            url(one.exhibitor_id),
            url(one.buyer_id),
            url(one.third_id) if one.third_id else "",
        )
        for one in lines
    ]


def page_number(query: Mapping[str, str]) -> int:
    """Return the number of the page in the address; anything else is the first."""
    text = query.get("page", "")
    return (
        min(max(1, int(text)), LAST_PAGE) if text.isascii() and text.isdecimal() and len(text) < LONGEST_SEARCH else 1
    )


def _chosen_day(text: str, days: Sequence[DayLoad]) -> DayLoad | None:
    by_name = {one.day.isoformat(): one for one in days}
    return by_name.get(text, days[0] if days else None)


def _day_link(fair: FairFacts, one: DayLoad, chosen: DayLoad | None, wanted: str) -> tuple[str, str, int, bool]:
    # Addresses are kept where each of their values stands in them.
    asked: dict[str, Any] = {"q": wanted} if wanted else {}
    url = url_for("scheduling.as_list", slug=fair.slug, day=one.day.isoformat(), **asked)
    return day_words(one.day), url, one.count, one == chosen
