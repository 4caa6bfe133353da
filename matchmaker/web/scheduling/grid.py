"""The grid of one half-day: rows are tables, columns are slots, and the panel of the meeting that is held."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from flask_babel import gettext as _

from matchmaker.domain import places as place_rules
from matchmaker.domain.hand_plan import NEVER
from matchmaker.web.filters import day as day_words
from matchmaker.web.filters import time
from matchmaker.web.places import reasons_of
from matchmaker.web.scheduling.broken import help_words, names_of, rule_words
from matchmaker.web.scheduling.window import AFTERNOON, MORNING

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from matchmaker.domain.hand_plan import Broken, HandPlan, Held
    from matchmaker.domain.places import Opening, Place
    from matchmaker.services.plan_ground import PlanGround
    from matchmaker.services.plan_window import Shown
    from matchmaker.web.scheduling.window import Sheet, View, Window

FORM = "place-form"


class Cell(NamedTuple):
    """One slot at one table."""

    key: str
    slot_label: str
    state: str
    after_break: bool
    meeting_id: str = ""
    seller: str = ""
    buyer: str = ""
    third: str = ""
    is_international: bool = False


class Column(NamedTuple):
    """One slot of the half-day, with what the keys of its cells begin with."""

    opening: Opening
    key: str
    label: str
    after_break: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One table."""

    table: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid as the component shows it."""

    caption: str
    held: str
    form_id: str
    pick_url: str
    cancel_url: str
    slots: tuple[tuple[str, str, bool], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The meeting that is held: where it is, where it could go, and what its last try broke."""

    meeting_id: uuid.UUID
    names: str
    now: str
    is_placed: bool
    is_locked: bool
    best: list[tuple[str, str, str]]
    times: list[tuple[str, str, bool]]
    tables: list[tuple[str, str, bool]]
    broken: list[tuple[str, str]]
    anyway: str
    why_none: str
    form_id: str
    cancel_url: str


def key_of(opening: Opening, table: str) -> str:
    """Return the short key of a cell: its minute and its table. It means the same while the grid changes."""
    return f"{int(opening.starts_at.timestamp()) // 60}.{table}"


def place_of(ground: PlanGround, key: str) -> tuple[uuid.UUID, uuid.UUID | None] | None:
    """Return the slot and table that a key names, or None."""
    minute, _dot, code = key.partition(".")
    slot = next((one.id for one in ground.openings if key_of(one, "") == f"{minute}."), None)
    table = next((one.id for one in ground.tables if one.code == code), None)
    return None if slot is None or (code and table is None) else (slot, table)


def grid_of(
    slug: str, window: Window, shown: Iterable[Shown], *, held: Held | None, marked: Collection[uuid.UUID]
) -> Grid:
    """Shape the part of the grid that is looked at; ``marked`` are the meetings with a broken rule."""
    openings, view = window.openings, window.view
    at: dict[tuple[uuid.UUID | None, uuid.UUID | None], list[Shown]] = defaultdict(list)
    for one in shown:
        at[one.table_id, one.slot_id].append(one)
    columns = [
        Column(opening, key_of(opening, ""), time(opening.starts_at), _is_after_break(openings, number))
        for number, opening in enumerate(openings)
    ]
    targets = _targets(held)
    return Grid(
        caption=_caption(view, openings),
        held=str(held.entry.id) if held else "",
        form_id=FORM,
        # Every cell's address is that of the view with the meeting's key behind it.
        pick_url=f"{view.url_at(slug)}&held=",
        cancel_url=view.url_at(slug) if held else "",
        slots=tuple((column.key, column.label, column.after_break) for column in columns),
        rows=tuple(row for line in _lines(window.sheet) for row in _rows(line, columns, at, targets, marked)),
    )


def _rows(
    line: tuple[uuid.UUID | None, str, bool],
    columns: Sequence[Column],
    at: Mapping[tuple[uuid.UUID | None, uuid.UUID | None], list[Shown]],
    targets: Collection[tuple[uuid.UUID | None, uuid.UUID]],
    marked: Collection[uuid.UUID],
) -> Iterator[Row]:
    """The rows of a table, or of what is online: as many as there are meetings in one slot, and for a table one."""
    table_id, code, is_closed = line
    there = [at.get((table_id, column.opening.id), ()) for column in columns]
    for lane in range(max(map(len, there), default=0) or (1 if table_id else 0)):
        yield Row(
            code or _("Online"),
            tuple(
                _cell(found[lane], column, is_marked=found[lane].id in marked)
                if len(found) > lane
                else _free(
                    column, code, is_closed=is_closed, is_target=not lane and (table_id, column.opening.id) in targets
                )
                for column, found in zip(columns, there, strict=True)
            ),
        )


def panel_of(plan: HandPlan, held: Held, *, cancel_url: str, broken: Sequence[Broken] = (), tried: str = "") -> Panel:
    """Shape the panel of the meeting that is held."""
    entry = held.entry
    codes = {table.id: table.code for table in plan.tables}
    by_id = {opening.id: opening for opening in plan.openings}
    opening = by_id.get(entry.slot_id) if entry.slot_id else None
    code = codes.get(entry.table_id, "") if entry.table_id else ""
    may = bool(broken) and not any(one.rule in NEVER for one in broken)
    return Panel(
        meeting_id=entry.id,
        names=names_of(entry),
        now=f"{day_words(opening.starts_at)}, {time(opening.starts_at)} · {code or _('Online')}" if opening else "",
        is_placed=opening is not None,
        is_locked=entry.is_locked,
        best=[_best(one) for one in place_rules.best([one for one in held.places if one.opening is not opening])],
        times=[
            (key_of(one, "").rstrip("."), f"{day_words(one.starts_at)}, {time(one.starts_at)}", one is opening)
            for one in plan.openings
            if one.starts_at > held.now or one is opening
        ],
        tables=[] if entry.is_online else [(one.code, one.code, one.code == code) for one in plan.tables],
        broken=[(rule_words(one, plan), help_words(one.rule)) for one in broken],
        anyway=tried if may else "",
        why_none="" if held.places else _why_none(held, plan),
        form_id=FORM,
        cancel_url=cancel_url,
    )


def _why_none(held: Held, plan: HandPlan) -> str:
    """Of the rules that stand against the times to come, the one that does so most often."""
    counts: dict[str, int] = defaultdict(int)
    for opening in plan.openings:
        for one in held.broken(opening.id, None) if opening.starts_at > held.now else ():
            counts[rule_words(one, plan)] += 1
    return max(counts, key=lambda words: counts[words], default=_("All times of the fair are over."))


def _best(place: Place) -> tuple[str, str, str]:
    spot = place.spots[0]
    code = spot.code if spot else ""
    where, *more = reasons_of(place)
    what = f"{day_words(place.opening.starts_at)}, {time(place.opening.starts_at)} · {code or where}"
    return key_of(place.opening, code), what, " · ".join(more) or _("everyone is free")


def _targets(held: Held | None) -> set[tuple[uuid.UUID | None, uuid.UUID]]:
    if held is None:
        return set()
    return {(spot.table_id if spot else None, place.opening.id) for place in held.places for spot in place.spots}


def _lines(sheet: Sheet) -> list[tuple[uuid.UUID | None, str, bool]]:
    tables = [(one.id, one.code, one.is_closed) for one in sheet.tables]
    return [*tables, (None, "", False)] if sheet.has_online else [*tables]


def _cell(one: Shown, column: Column, *, is_marked: bool) -> Cell:
    state = "clash" if is_marked else "locked" if one.is_fixed else "set"
    key = str(one.id)
    of_cell = (key[:8], column.label, state, column.after_break)
    return Cell(*of_cell, key, one.seller, one.buyer, one.third, one.is_international)


def _free(column: Column, code: str, *, is_closed: bool, is_target: bool) -> Cell:
    state = "closed" if is_closed else "target" if is_target else "free"
    return Cell(f"{column.key}{code}", column.label, state, column.after_break)


def _is_after_break(openings: Sequence[Opening], number: int) -> bool:
    """Whether a slot begins later after the one before it than slots of the half-day usually do."""
    gaps = [after.starts_at - before.ends_at for before, after in pairwise(openings)]
    return bool(number) and gaps[number - 1] > min(gaps)


def _caption(view: View, openings: Sequence[Opening]) -> str:
    if not openings:
        return _("No time on this half-day")
    words = {MORNING: _("%(day)s, morning", day=day_words(openings[0].starts_at))}
    words[AFTERNOON] = _("%(day)s, afternoon", day=day_words(openings[0].starts_at))
    return _("%(half_day)s: one row for each table, one column for each slot", half_day=words[view.half])
