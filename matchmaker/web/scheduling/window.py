"""What of the schedule is looked at: the draft, the half-day, some of its tables, and the meeting that is held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.domain.keys import key_of
from matchmaker.web.filters import day as day_words

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from matchmaker.domain.hand_plan import Entry, HandTable
    from matchmaker.domain.places import Opening
    from matchmaker.services.drafts import DraftFacts
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.plan_ground import PlanGround

NOON = 12
# The slots of some fairs; each page asks for those of a whole fair.
HALVES_KEPT = 4096
MORNING, AFTERNOON = "am", "pm"
HALVES = {MORNING: _l("Morning"), AFTERNOON: _l("Afternoon")}
# As many rows as fit a screen or two; more of them would also weigh more than a page should.
MOST_TABLES = 12
ONLINE = "-"


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
        values: dict[str, Any] = {"draft": self.draft, **self.fields, **other}
        # Addresses are kept where each of their values stands in them.
        there = {name: value for name, value in values.items() if value is not None}
        return url_for("scheduling.schedule", slug=fair.slug, **there)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Some tables of a fair that has more than a page shows at once, or its meetings online."""

    key: str
    label: str
    tables: tuple[HandTable, ...]
    has_online: bool

    def number(self, used: Mapping[uuid.UUID | None, int]) -> int:
        """How many of the meetings counted by table are here."""
        return sum(used.get(one.id, 0) for one in self.tables) + (used.get(None, 0) if self.has_online else 0)


@dataclass(frozen=True, slots=True)
class Window:
    """A view with the part of the grid it shows, and the links to the other parts: text, address, whether it is it.

    Other tables come with the number of their meetings in the half-day, unless a meeting is held.
    """

    view: View
    openings: tuple[Opening, ...]
    sheet: Sheet
    days: list[tuple[str, str, bool]]
    halves: list[tuple[str, str, bool]]
    sheets: list[tuple[str, str, int | None, bool]]


def window_of(
    fair: FairFacts,
    ground: PlanGround,
    draft: DraftFacts | None,
    query: Mapping[str, str],
    *,
    find: Callable[[uuid.UUID], Entry | None],
    count: Callable[[Sequence[Opening]], Mapping[uuid.UUID | None, int]],
    now: datetime,
) -> Window:
    """Return the window in the address.

    What it leaves open, or what does not exist, is where the held meeting is, else the first half-day to come and the
    first tables in use then. ``find`` looks a meeting up and ``count`` those at each table, only where needed.
    """
    held = key_of(query.get("held", ""))
    parts = sheets_of(ground)
    is_whole = {"day", "half"} <= query.keys() and ("tables" in query or len(parts) == 1)
    entry = find(held) if held and not is_whole else None
    half_days = _half_days(fair, ground)
    chosen, half = _chosen(fair, ground, half_days, query, entry, now=now)
    here = half_days.get(chosen, {})
    openings = tuple(here.get(half, ()))
    used = count(openings) if len(parts) > 1 and not held else {}
    numbers = {one.key: one.number(used) for one in parts} if used else {}
    first = next((one for one in parts if numbers.get(one.key)), parts[0])
    sheet = _sheet(parts, ground, query.get("tables", ""), entry) or first
    view = View(draft.number if draft else 0, chosen, half, sheet.key, held)
    starts = {day: next(iter(halves.values()))[0].starts_at for day, halves in half_days.items()}
    return Window(
        view=view,
        openings=openings,
        sheet=sheet,
        days=[(day_words(starts[one]), view.url(fair, day=one, held=held), one == chosen) for one in starts],
        halves=[(str(HALVES[one]), view.url(fair, half=one, held=held), one == half) for one in sorted(here)],
        sheets=[
            (one.label, view.url(fair, tables=one.key, held=held), numbers.get(one.key), one == sheet) for one in parts
        ],
    )


def without_held(window: Window) -> Window:
    """Return the window of a plan that does not have the meeting that the address holds."""
    return replace(window, view=replace(window.view, held=None))


@lru_cache(maxsize=HALVES_KEPT)
def half_of(starts_at: datetime, time_zone: str) -> str:
    """Morning or afternoon, by the fair's own clock."""
    return MORNING if starts_at.astimezone(ZoneInfo(time_zone)).hour < NOON else AFTERNOON


def sheets_of(ground: PlanGround) -> list[Sheet]:
    """Return the tables in parts of nearly the same size, and last what is online; all in one where they are few."""
    if len(ground.tables) <= MOST_TABLES:
        return [Sheet("", "", ground.tables, has_online=True)]
    size = -(-len(ground.tables) // -(-len(ground.tables) // MOST_TABLES))
    parts = [ground.tables[start : start + size] for start in range(0, len(ground.tables), size)]
    found = [Sheet(part[0].code, f"{part[0].code} – {part[-1].code}", part, has_online=False) for part in parts]
    return [*found, Sheet(ONLINE, _("Online"), (), has_online=True)] if ground.has_online else found


def _half_days(fair: FairFacts, ground: PlanGround) -> dict[str, dict[str, list[Opening]]]:
    """The slots by day and half-day."""
    found: dict[str, dict[str, list[Opening]]] = {}
    for opening in ground.openings:
        halves = found.setdefault(opening.day.isoformat(), {})
        halves.setdefault(half_of(opening.starts_at, fair.time_zone), []).append(opening)
    return found


def _chosen(
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


def _sheet(parts: list[Sheet], ground: PlanGround, wanted: str, entry: Entry | None) -> Sheet | None:
    """The part with the table that is wanted, or else with the one of the held meeting, if any."""
    codes = {one.id: one.code for one in ground.tables}
    stands = "" if entry is None or entry.slot_id is None else codes.get(entry.table_id or entry.id, ONLINE)
    for code in (wanted, stands):
        for part in parts:
            if code and code in {part.key, *(one.code for one in part.tables)}:
                return part
    return None
