"""What of the schedule is looked at: the draft, the half-day, some of its tables, and the meeting that is held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.domain.keys import key_of
from matchmaker.services.plan_ground import UNUSED
from matchmaker.web.filters import day as day_words
from matchmaker.web.language import language

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from matchmaker.domain.hand_plan import Entry, HandTable
    from matchmaker.domain.places import Opening
    from matchmaker.services.drafts import DraftFacts
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.plan_ground import PlanGround, Use

NOON = 12
# The slots of some fairs; each page asks for those of a whole fair.
HALVES_KEPT = 4096
# What of so many windows is the same for all who look at them is kept; a grid of them weighs some 30 KB.
WINDOWS_KEPT = 64
MORNING, AFTERNOON = "am", "pm"
HALVES = {MORNING: _l("Morning"), AFTERNOON: _l("Afternoon")}
# As many rows as fit a screen or two; more of them would also weigh more than a page should.
MOST_TABLES = 12
ONLINE = "-"


class Setting(NamedTuple):
    """What the words and addresses of a page depend on besides what it shows."""

    language: str
    root: str
    slug: str
    time_zone: str


def setting_of(fair: FairFacts) -> Setting:
    """Return it for the page that is being answered."""
    return Setting(language(), request.root_path, fair.slug, fair.time_zone)


@dataclass(frozen=True, slots=True)
class View:
    """What the address says: the draft (0 for the plan that stands), the half-day, the tables by the first of them."""

    draft: int
    day: str
    half: str
    tables: str = ""
    held: uuid.UUID | None = None

    @property
    def fields(self) -> dict[str, str]:
        """What leads back to this part of the grid."""
        return {"day": self.day, "half": self.half} | ({"tables": self.tables} if self.tables else {})

    def url(self, fair: FairFacts, **other: object) -> str:
        """The address of this view, with something else changed."""
        return self.url_at(fair.slug, **other)

    def url_at(self, slug: str, **other: object) -> str:
        """Return the same at the fair with some short name."""
        values: dict[str, Any] = {"draft": self.draft, **self.fields, **other}
        # Addresses are kept where each of their values stands in them.
        there = {name: value for name, value in values.items() if value is not None}
        return url_for("scheduling.schedule", slug=slug, **there)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Some tables of a fair that has more than a page shows at once, or its meetings online."""

    key: str
    label: str
    tables: tuple[HandTable, ...]
    has_online: bool

    def number(self, used: Use) -> int:
        """How many of the meetings counted by table are here."""
        at = used.by_table
        return sum(at.get(one.id, 0) for one in self.tables) + (at.get(None, 0) if self.has_online else 0)


@dataclass(frozen=True, slots=True)
class Window:
    """A view with the part of the grid it shows, and the links to the other parts: text, address, whether it is it.

    Other tables come with the number of their meetings in the half-day, unless a meeting is held.
    """

    view: View
    openings: tuple[Opening, ...]
    sheet: Sheet
    days: tuple[tuple[str, str, bool], ...]
    halves: tuple[tuple[str, str, bool], ...]
    sheets: tuple[tuple[str, str, int | None, bool], ...]

    def __hash__(self) -> int:
        """A number that costs little, as what is drawn of a window is looked up by it."""
        return hash(self.view)


def window_of(
    fair: FairFacts,
    ground: PlanGround,
    draft: DraftFacts | None,
    query: Mapping[str, str],
    *,
    find: Callable[[uuid.UUID], Entry | None],
    count: Callable[[Sequence[Opening]], Use],
    now: datetime,
) -> Window:
    """Return the window in the address.

    What it leaves open, or what does not exist, is where the held meeting is, else the first half-day to come and the
    first tables in use then. ``find`` looks a meeting up and ``count`` those at each table, only where needed.
    """
    held = key_of(query.get("held", ""))
    parts = sheets_of(ground, language())
    is_whole = {"day", "half"} <= query.keys() and ("tables" in query or len(parts) == 1)
    entry = find(held) if held and not is_whole else None
    half_days = _half_days(ground, fair.time_zone)
    day, half = _day_and_half(fair, ground, half_days, query, entry, now=now)
    openings = half_days.get(day, {}).get(half, ())
    used = count(openings) if len(parts) > 1 and not held else UNUSED
    sheet = _sheet(parts, ground, query.get("tables", ""), entry)
    chosen = _Chosen(draft.number if draft else 0, day, half, sheet.key if sheet else None, held)
    return _window(setting_of(fair), ground, used, chosen)


class _Chosen(NamedTuple):
    """What of the schedule is shown; without tables the first in use."""

    draft: int
    day: str
    half: str
    tables: str | None
    held: uuid.UUID | None


@lru_cache(maxsize=WINDOWS_KEPT)
def _window(setting: Setting, ground: PlanGround, used: Use, chosen: _Chosen) -> Window:
    """The window of what was chosen."""
    draft, day, half, wanted, held = chosen
    half_days, parts = _half_days(ground, setting.time_zone), sheets_of(ground, setting.language)
    here, starts = half_days.get(day, {}), {one: next(iter(there.values()))[0] for one, there in half_days.items()}
    numbers = {one.key: one.number(used) for one in parts} if used.by_table else {}
    first = next((one for one in parts if numbers.get(one.key)), parts[0])
    sheet = first if wanted is None else next(one for one in parts if one.key == wanted)
    view = View(draft, day, half, sheet.key, held)

    def url(**other: object) -> str:
        return view.url_at(setting.slug, held=held, **other)

    return Window(
        view=view,
        openings=tuple(here.get(half, ())),
        sheet=sheet,
        days=tuple((day_words(starts[one].starts_at), url(day=one), one == day) for one in starts),
        halves=tuple((str(HALVES[one]), url(half=one), one == half) for one in sorted(here)),
        sheets=tuple((one.label, url(tables=one.key), numbers.get(one.key), one == sheet) for one in parts),
    )


def without_held(window: Window) -> Window:
    """Return the window of a plan that does not have the meeting that the address holds."""
    return replace(window, view=replace(window.view, held=None))


@lru_cache(maxsize=HALVES_KEPT)
def half_of(starts_at: datetime, time_zone: str) -> str:
    """Morning or afternoon, by the fair's own clock."""
    return MORNING if starts_at.astimezone(ZoneInfo(time_zone)).hour < NOON else AFTERNOON


@lru_cache(maxsize=WINDOWS_KEPT)
def sheets_of(ground: PlanGround, _language: str) -> Sequence[Sheet]:
    """Return the tables in parts of nearly the same size, and last what is online; all in one where they are few."""
    if len(ground.tables) <= MOST_TABLES:
        return (Sheet("", "", ground.tables, has_online=True),)
    size = -(-len(ground.tables) // -(-len(ground.tables) // MOST_TABLES))
    parts = [ground.tables[start : start + size] for start in range(0, len(ground.tables), size)]
    found = [Sheet(part[0].code, f"{part[0].code} – {part[-1].code}", part, has_online=False) for part in parts]
    return (*found, Sheet(ONLINE, _("Online"), (), has_online=True)) if ground.has_online else tuple(found)


@lru_cache(maxsize=WINDOWS_KEPT)
def _half_days(ground: PlanGround, time_zone: str) -> Mapping[str, Mapping[str, Sequence[Opening]]]:
    """The slots by day and half-day."""
    found: dict[str, dict[str, list[Opening]]] = {}
    for opening in ground.openings:
        halves = found.setdefault(opening.day.isoformat(), {})
        halves.setdefault(half_of(opening.starts_at, time_zone), []).append(opening)
    return found


def _day_and_half(
    fair: FairFacts,
    ground: PlanGround,
    half_days: Mapping[str, Mapping[str, object]],
    query: Mapping[str, str],
    entry: Entry | None,
    *,
    now: datetime,
) -> tuple[str, str]:
    """The day and half-day to show."""
    chosen, half = query.get("day", ""), query.get("half", "")
    if chosen not in half_days and ground.openings:
        stands = next((one for one in ground.openings if entry and one.id == entry.slot_id), None)
        first = stands or next((one for one in ground.openings if one.starts_at > now), ground.openings[0])
        chosen, half = first.day.isoformat(), half_of(first.starts_at, fair.time_zone)
    here = half_days.get(chosen, {})
    return chosen, half if half in here else next(iter(here), MORNING)


def _sheet(parts: Sequence[Sheet], ground: PlanGround, wanted: str, entry: Entry | None) -> Sheet | None:
    """The part with the table that is wanted, or else with the one of the held meeting, if any."""
    stands = ""
    if entry is not None and entry.slot_id is not None:
        stands = next((one.code for one in ground.tables if one.id == entry.table_id), ONLINE)
    for code in filter(None, (wanted, stands)):
        for part in parts:
            if code in {part.key, *(one.code for one in part.tables)}:
                return part
    return None
