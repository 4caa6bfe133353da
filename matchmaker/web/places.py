"""The places of a meeting in words: the best three, and on demand all of them by day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import TextAreaField
from wtforms.validators import Length

from matchmaker.domain import places as rules
from matchmaker.domain.keys import key_of
from matchmaker.domain.places import Obstacle
from matchmaker.web.fields import Form, one_line
from matchmaker.web.filters import day, time

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from matchmaker.domain.places import Place
    from matchmaker.services.meeting_notices import MeetingFacts
    from matchmaker.services.meeting_rows import MeetingRow
    from matchmaker.services.places import Board

NOTE_LENGTH = 250
WHY_NOT = {
    Obstacle.BEGUN: _l("All times of the fair are over."),
    Obstacle.AWAY: _l("At every time left, someone can't come. Ask a colleague to go, or change when you are there."),
    Obstacle.BUSY: _l("At every time left, someone has another meeting. Move one of them, or send a colleague."),
    Obstacle.DAY_FULL: _l("Someone has as many meetings on each day as they want. They can raise that in the agenda."),
    Obstacle.NO_TABLE: _l("At every time left, all tables are taken. A time that is freed will stand here."),
    Obstacle.TOO_FAR: _l("The tables still free are too far from the meetings just before or after."),
}


class PlaceForm(Form):
    """A line to the others that goes with a new time; the time is the button that sends it."""

    # A box of several lines: in one of a single line the Enter key would press the first button, and book.
    note = TextAreaField(
        _l("A line to them"),
        validators=[Length(max=NOTE_LENGTH, message=_l("Write at most 250 characters."))],
        filters=[one_line],
    )


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place as a button: its slot, when it is, and where and why."""

    slot: str
    day: str
    hours: str
    start: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlacesPage:
    """The places of a meeting; ``days`` only when all are asked for, ``obstacle`` only when there is none."""

    best: list[PlaceLine]
    days: list[tuple[str, list[PlaceLine]]]
    count: int
    obstacle: str


def places_page(board: Board, *, names: Mapping[str, str], wants_all: bool, now: datetime) -> PlacesPage:
    """Return the places of a meeting as its page shows them."""
    found = board.places(now=now)
    lines = [_line(place) for place in found] if wants_all else []
    return PlacesPage(
        best=[_line(place) for place in rules.best(found)],
        days=[(name, list(group)) for name, group in groupby(lines, key=lambda line: line.day)],
        count=len(found),
        obstacle="" if found else _why_not(board, names, now=now),
    )


def place_words(meeting: MeetingRow | MeetingFacts) -> str:
    """When and where a meeting takes place, in one line; nothing before it has a time."""
    if meeting.starts_at is None or meeting.ends_at is None:
        return ""
    when = f"{day(meeting.starts_at)}, {time(meeting.starts_at)}–{time(meeting.ends_at)}"
    if meeting.is_online:
        return f"{when}, {_('Online')}"
    if meeting.table:
        return f"{when}, {_('Table %(table)s', table=meeting.table)}"
    return f"{when}, {_('Booth %(booth)s', booth=meeting.booth)}" if meeting.booth else when


def is_move(had: MeetingFacts, placed: MeetingFacts) -> bool:
    """Whether a meeting that had a time has another one now; that can be undone, a first time cannot."""
    return had.slot_id is not None and had.slot_id != placed.slot_id


def chosen_slot(form: Mapping[str, str]) -> uuid.UUID | None:
    """Return the slot of the button that sent a form; None when it names none."""
    return key_of(form.get("slot", ""))


def _line(place: Place) -> PlaceLine:
    opening = place.opening
    return PlaceLine(
        slot=opening.id.hex,
        day=day(opening.starts_at),
        hours=f"{time(opening.starts_at)}–{time(opening.ends_at)}",
        start=time(opening.starts_at),
        reason=" · ".join(reasons_of(place)),
    )


def reasons_of(place: Place) -> Sequence[str]:
    """Say where a place is, and how it lies to the other meetings of the day."""
    spot = place.spots[0]
    where = _("Online") if spot is None else _("Booth %(booth)s", booth=spot.code) if spot.is_booth else ""
    reasons = [where or _("Table %(table)s", table=spot.code if spot else "")]
    if place.changes:
        reasons.append(_("another hall than the meeting beside it"))
    elif place.is_next_to:
        reasons.append(_("right beside another meeting"))
    elif place.waits:
        reasons.append(ngettext("%(num)s free slot between", "%(num)s free slots between", place.waits))
    return reasons


def _why_not(board: Board, names: Mapping[str, str], *, now: datetime) -> str:
    """Why there is no place: what stands against the most of the slots still to come."""
    for side in sorted(board.missing):
        return _("Nobody is named to come for %(company)s yet.", company=names[side])
    for side in sorted(board.full):
        return _("%(company)s has as many meetings as it may have at this fair.", company=names[side])
    found = Counter(rules.obstacles(board.ground, board.diaries, now=now).values())
    del found[Obstacle.BEGUN]
    return str(WHY_NOT[found.most_common(1)[0][0] if found else Obstacle.BEGUN])
