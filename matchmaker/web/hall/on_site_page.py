"""How the hall stands, in numbers and as tables that need somebody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.hall_board import Look
from matchmaker.web.filters import hall_names, number
from matchmaker.web.hall.board import board_url
from matchmaker.web.hall.board_page import badges_text, following_text, late_text, now_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

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
    figures: list[dict[str, Any]]
    late: list[LateTable]
    boards: list[tuple[str, str]]
    preview_at: str


def page_of(
    board: Board, *, fair: FairFacts, halls: Sequence[HallName], ready: int, offered: int, now: datetime
) -> OnSite:
    """Return the page for a board of the whole fair; so many are on standby and so many offers stand."""
    return OnSite(
        now=now_text(board, fair=fair, now=now),
        following=following_text(board, now=now),
        figures=[
            *_figures(board),
            {"label": _("On standby"), "value": number(ready)},
            {"label": _("Offered to each other"), "value": number(offered)},
        ],
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
        boards=_boards(fair, halls),
        preview_at=f"{now.astimezone(fair.zone):%Y-%m-%dT%H:%M}",
    )


def _figures(board: Board) -> list[dict[str, Any]]:
    counts = Counter([one.look.look for one in board.tables])
    of_all = _("of %(n)s tables", n=number(len(board.tables)))
    return [
        {"label": _("Meeting now"), "value": number(counts[Look.BOTH]), "unit": of_all},
        {
            "label": _("Somebody late"),
            "value": number(counts[Look.LATE]),
            "tone": "son" if counts[Look.LATE] else "",
        },
        {"label": _("Still awaited"), "value": number(counts[Look.WAITING] + counts[Look.COMING])},
        {"label": _("Free tables"), "value": number(counts[Look.FREE])},
    ]


def _boards(fair: FairFacts, halls: Sequence[HallName]) -> list[tuple[str, str]]:
    """The board of the whole fair and, where there are several halls, that of each."""
    found = [(_("All halls"), board_url(fair))]
    if len(halls) > 1:
        names = zip(hall_names(halls), halls, strict=True)
        found += [(name, board_url(fair, hall=hall.code)) for name, hall in names]
    return found
