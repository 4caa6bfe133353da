"""The plan that stands as a list by day, with a search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import request, url_for

from matchmaker.domain.names import fold
from matchmaker.domain.paging import page_count
from matchmaker.extensions import db
from matchmaker.services import schedule_reads, slot_loads
from matchmaker.services.schedule_reads import PAGES_KEPT, LinesPage
from matchmaker.web.blanks import Blanks, mark
from matchmaker.web.filters import day as day_words
from matchmaker.web.filters import time
from matchmaker.web.fragments import drawn_by
from matchmaker.web.links import links_to
from matchmaker.web.scheduling.window import setting_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.slot_loads import DayLoad
    from matchmaker.web.scheduling.window import Setting

LONGEST_SEARCH = 80
LAST_PAGE = 10_000
PARTS = "scheduling/list_parts.html"
NO_LINES = LinesPage((), 0)
# A day of the fair, how many meetings are on it, and whether it is the one that is shown.
Day = tuple[date, int, bool]


class ShownLine(NamedTuple):
    """A meeting with its time in words, the mark of its interpreter and the addresses of its companies."""

    when: str
    table: str | None
    is_online: bool
    is_locked: bool
    state: str
    exhibitor: str
    buyer: str
    third: str | None
    is_international: bool
    interpreter: str
    key: str
    names: str
    exhibitor_url: str
    buyer_url: str
    third_url: str


class Drawn(NamedTuple):
    """What of the page is the same for everyone who may see it: the days, and the table but for who interprets."""

    days: Markup
    table: Blanks


@dataclass(frozen=True, slots=True)
class ListPage:
    """All that the list shows."""

    days: Markup
    table: Markup
    wanted: str
    day: str
    is_empty: bool


def list_page(fair: FairFacts, query: Mapping[str, str]) -> ListPage:
    """Load and shape the list for the day, search and page number in the address."""
    loads = slot_loads.read(db.session, fair_id=fair.id)
    chosen = _chosen_day(query.get("day", ""), loads.days)
    wanted = query.get("q", "")[:LONGEST_SEARCH].strip()
    page = page_number(query)
    found = (
        schedule_reads.lines(db.session, loads=loads, day=chosen, wanted=fold(wanted), page=page)
        if chosen is not None
        else NO_LINES
    )
    days = tuple([(one.day, one.count, one == chosen) for one in loads.days])
    drawn = _drawn(setting_of(fair), request.query_string, days, wanted, page, found)
    names = schedule_reads.interpreter_names(db.session, page=found)
    return ListPage(
        days=drawn.days,
        table=drawn.table.filled({key.hex: name for key, name in names.items()}),
        wanted=wanted,
        day=chosen.day.isoformat() if chosen else "",
        is_empty=not found.lines,
    )


# The links to other pages keep the query. A page of lines that was read anew is another key.
@lru_cache(maxsize=PAGES_KEPT)
def _drawn(setting: Setting, _query: bytes, days: tuple[Day, ...], wanted: str, page: int, found: LinesPage) -> Drawn:
    lines, pages = _shown(setting.slug, found), page_count(found.total, a_page=schedule_reads.LINES_A_PAGE)
    return Drawn(
        drawn_by(PARTS, "days", [_day_link(setting.slug, one, wanted) for one in days]),
        Blanks.of(lambda: drawn_by(PARTS, "table", lines, setting.slug, page, pages, found.total)),
    )


def _shown(slug: str, found: LinesPage) -> list[ShownLine]:
    url = links_to("companies.organizer_company", "participation_id", slug=slug)
    times = {starts_at: time(starts_at) for starts_at in {one.starts_at for one in found.lines}}
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
            mark(one.interpreter_id.hex) if one.interpreter_id else "",
            str(one.meeting_id),
            f"{one.exhibitor} – {one.buyer}",
            url(one.exhibitor_id),
            url(one.buyer_id),
            url(one.third_id) if one.third_id else "",
        )
        for one in found.lines
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


def _day_link(slug: str, one: Day, wanted: str) -> tuple[str, str, int, bool]:
    day, count, is_chosen = one
    # Addresses are kept where each of their values stands in them.
    asked: dict[str, Any] = {"q": wanted} if wanted else {}
    return day_words(day), url_for("scheduling.as_list", slug=slug, day=day.isoformat(), **asked), count, is_chosen
