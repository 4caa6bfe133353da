"""The hall board in words: one page of its tables, what runs now and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.domain.fairs import Role
from matchmaker.domain.hall_board import TABLES_A_PAGE, Look
from matchmaker.domain.paging import page_count
from matchmaker.web.filters import day, hall_name, time, until
from matchmaker.web.language import THEMES
from matchmaker.web.links import here

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from matchmaker.domain.hall_board import TableLook
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.hall_board import Board, BoardTable, HallName

STATES = {Look.BOTH: "both", Look.WAITING: "wait", Look.COMING: "coming", Look.LATE: "late", Look.FREE: "free"}


@dataclass(frozen=True, slots=True)
class TableLine:
    """One table as the board prints it."""

    number: str
    state: str
    text: str
    seller: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One page of the board. ``next_url`` is what the screen shows in a quarter of a minute: the next page, or this."""

    title: str
    clock: str
    now: str
    following: str
    is_live: bool
    tables: tuple[TableLine, ...]
    numbering: str
    next_url: str
    theme: str
    other_theme_url: str


def page_of(board: Board, *, fair: FairFacts, halls: Sequence[HallName], number: int, now: datetime) -> BoardPage:
    """Return one page of a board; a number past the end gives the first one."""
    pages = page_count(len(board.tables), a_page=TABLES_A_PAGE)
    shown = number if 1 <= number <= pages else 1
    tables = board.tables[(shown - 1) * TABLES_A_PAGE : shown * TABLES_A_PAGE]
    theme = request.args.get("theme", "")
    return BoardPage(
        title=_title(halls),
        clock=time(now),
        now=now_text(board, fair=fair, now=now),
        following=following_text(board, now=now),
        is_live=board.is_running,
        tables=tuple(_line(one) for one in tables),
        numbering=_("Page %(number)s of %(pages)s", number=shown, pages=pages) if pages > 1 else "",
        next_url=here(page=str(shown % pages + 1)),
        theme=theme if theme in THEMES else "",
        other_theme_url=here(theme="light" if theme == "dark" else "dark"),
    )


def _title(halls: Sequence[HallName]) -> str:
    hall = next((one for one in halls if one.code == request.args.get("hall")), None)
    return _("Meetings now") if hall is None else hall_name(hall)


def now_text(board: Board, *, fair: FairFacts, now: datetime) -> str:
    """Return what runs now, or when the next meetings begin."""
    slot = board.slot
    if slot is None:
        return _("The meetings of this fair are over")
    span = f"{time(slot.starts_at)}–{time(slot.ends_at)}"
    if board.is_running:
        return _("Now %(slot)s", slot=span)
    if slot.starts_at.astimezone(fair.zone).date() != now.astimezone(fair.zone).date():
        return _("Next meetings: %(day)s, %(slot)s", day=day(slot.starts_at), slot=span)
    return _("Next meetings: %(slot)s", slot=span)


def following_text(board: Board, *, now: datetime) -> str:
    """Return how long until the next slot begins; nothing when it is hours away."""
    upcoming = board.following if board.is_running else board.slot
    if upcoming is None:
        return ""
    if board.is_running:
        return _("Next at %(time)s, in %(left)s", time=time(upcoming.starts_at), left=until(upcoming.starts_at, now))
    return _("in %(left)s", left=until(upcoming.starts_at, now))


def _line(one: BoardTable) -> TableLine:
    return TableLine(one.code, STATES[one.look.look], _text(one), one.seller, badges_text(one) if one.badge else "")


def badges_text(one: BoardTable) -> str:
    """Return by which badges a table knows who comes to it: the buyer, and a third company that joins them."""
    guests = ((one.badge, one.country), (one.third_badge, one.third_country))
    return " + ".join(f"{badge} · {country}" for badge, country in guests if badge)


def _text(one: BoardTable) -> str:
    look = one.look
    if look.look is Look.FREE:
        return ""
    if look.look is Look.BOTH:
        return _("Both are here")
    if look.look is Look.COMING:
        return _("About to begin")
    if look.look is Look.LATE:
        return late_text(look)
    if len(look.missing) > 1:
        return _("Starting now")
    return _("Exhibitor not here yet") if Role.EXHIBITOR in look.missing else _("Buyer not here yet")


def late_text(look: TableLook) -> str:
    """Return who is late, and by how much."""
    missing, minutes = look.missing, look.minutes
    if len(missing) > 1:
        return str(ngettext("Nobody here for %(num)s minute", "Nobody here for %(num)s minutes", minutes))
    if Role.EXHIBITOR in missing:
        return str(ngettext("Exhibitor %(num)s minute late", "Exhibitor %(num)s minutes late", minutes))
    return str(ngettext("Buyer %(num)s minute late", "Buyer %(num)s minutes late", minutes))
