"""Notices as the page that lists them shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import current_app

from matchmaker.domain.notices.kinds import KINDS
from matchmaker.web.filters import date
from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.services.notices import ScreenNotice

ICONS = {
    "meeting_requested": "inbox",
    "meeting_accepted": "check",
    "meeting_declined": "x",
    "meeting_cancelled": "x",
    "meeting_placed": "calendar",
    "meeting_moved": "swap",
    "meeting_people": "users",
    "third_company": "users",
    "time_offered": "clock",
    "hall_offer": "clock",
    "places_lost": "clock",
    "interpreter_needed": "users",
    "interpreter_changed": "users",
    "meeting_message": "inbox",
    "schedule_published": "calendar",
    "requests_waiting": "clock",
    "no_requests_yet": "spark",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One notice: what happened, when, and whether it is new."""

    id: str
    icon: str
    text: str
    at: str
    is_read: bool


def lines_of(rows: Sequence[ScreenNotice]) -> list[Line]:
    """Return notices in the words of their mails' subjects, in the page's language and the fair's time."""
    return [
        Line(
            str(row.id),
            ICONS.get(row.kind, "bell"),
            _words(row),
            _at(row),
            row.is_read,
        )
        for row in rows
        if row.kind in KINDS
    ]


def _at(row: ScreenNotice) -> str:
    """When it happened, by the clock of its fair."""
    local = row.created_at.astimezone(ZoneInfo(row.time_zone))
    return f"{date(local.date())}, {local:%H:%M}"


def _words(row: ScreenNotice) -> str:
    """What happened. The template alone is rendered, without what a page's frame would ask the database for."""
    template = current_app.jinja_env.get_template(f"email/{row.kind}/subject.txt")
    return " ".join(template.render(lang=language(), **row.facts).split())
