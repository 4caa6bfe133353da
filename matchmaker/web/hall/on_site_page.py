"""How the hall stands, in numbers and as tables that need somebody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.hall_board import Look
from matchmaker.web.filters import hall_names
from matchmaker.web.fragments import part
from matchmaker.web.hall.board import board_url
from matchmaker.web.hall.board_page import badges_text, following_text, late_text, now_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from markupsafe import Markup

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.hall_board import Board, HallName


@dataclass(frozen=True, slots=True)
class LateTable:
    """A table at which somebody is missing, and where a host sees to it."""

    number: str
    text: str
    seller: str
    badge: str
    url: str


@dataclass(frozen=True, slots=True)
class OnSite:
    """The page: what runs now, its figures, the late tables, and a board for each hall."""

    now: str
    following: str
    figures: Markup
    late: list[LateTable]
    boards: Markup
    preview_at: str


def page_of(
    board: Board, *, fair: FairFacts, halls: Sequence[HallName], ready: int, offered: int, now: datetime
) -> OnSite:
    """Return the page for a board of the whole fair; so many are on standby and so many offers stand."""
    return OnSite(
        now=now_text(board, fair=fair, now=now),
        following=following_text(board, now=now),
        figures=_figures(board, ready, offered),
        late=[
            LateTable(
                one.code,
                late_text(one.look),
                one.seller,
                badges_text(one),
                url_for("attendance.hosted", slug=fair.slug, meeting_id=one.meeting_id),
            )
            for one in board.tables
            if one.look.look is Look.LATE
        ],
        boards=part("hall/on_site_parts.html", "boards", *_boards(fair, halls)),
        preview_at=f"{now.astimezone(fair.zone):%Y-%m-%dT%H:%M}",
    )


def _figures(board: Board, ready: int, offered: int) -> Markup:
    looks = Counter([one.look.look for one in board.tables])
    awaited = looks[Look.WAITING] + looks[Look.COMING]
    tables = (len(board.tables), looks[Look.BOTH], looks[Look.LATE], awaited, looks[Look.FREE])
    return part("hall/on_site_parts.html", "figures", *tables, ready, offered)


def _boards(fair: FairFacts, halls: Sequence[HallName]) -> list[tuple[str, str]]:
    """The board of the whole fair and, where there are several halls, that of each."""
    found = [(_("All halls"), board_url(fair))]
    if len(halls) > 1:
        names = zip(hall_names(halls), halls, strict=True)
        found += [(name, board_url(fair, hall=hall.code)) for name, hall in names]
    return found
