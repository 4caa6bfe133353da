"""The schedule page: the headline, the days, the meetings and the first of those without a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.names import fold
from matchmaker.extensions import db
from matchmaker.services import schedule_reads
from matchmaker.services.runs import RunState, is_under_way
from matchmaker.web.filters import day as day_words
from matchmaker.web.filters import number
from matchmaker.web.scheduling.misses import MissLine, kinds_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.schedule_reads import DayLoad, LastRun, Line

LONGEST_SEARCH = 80
LAST_PAGE = 10_000
MISSES_HERE = 10


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """All that the schedule page shows."""

    run: LastRun | None
    is_running: bool
    is_done: bool
    has_failed: bool
    stage: tuple[int, int]
    waiting: int
    placed: int
    recorded: int
    bound_words: str
    change_words: str
    days: list[tuple[str, str, int, bool]]
    lines: list[Line]
    wanted: str
    day: str
    page: int
    pages: int
    total: int
    misses: list[MissLine]
    kinds: list[tuple[str, int]]
    missed: int


def schedule_page(fair: FairFacts, query: Mapping[str, str], *, now: datetime) -> SchedulePage:
    """Load and shape the page for the day, search and page number in the address; a run that never ended failed."""
    run = schedule_reads.last_run(db.session, fair_id=fair.id)
    is_running = run is not None and is_under_way(state=run.state, started_at=run.started_at, now=now)
    is_done = run is not None and run.state == RunState.DONE
    waiting, placed, recorded = schedule_reads.standing(db.session, fair_id=fair.id)
    days = schedule_reads.days(db.session, fair_id=fair.id)
    chosen = _chosen_day(query.get("day", ""), days)
    wanted = query.get("q", "")[:LONGEST_SEARCH].strip()
    page = page_number(query)
    lines, total = (
        schedule_reads.lines(db.session, fair_id=fair.id, day=chosen.day, wanted=fold(wanted), page=page)
        if chosen is not None and not is_running
        else ([], 0)
    )
    has_misses = run is not None and not is_running
    counts = schedule_reads.miss_counts(db.session, run_id=run.id) if run and has_misses else {}
    misses = schedule_reads.misses(db.session, run_id=run.id, count=MISSES_HERE) if run and counts else []
    return SchedulePage(
        run=run,
        is_running=is_running,
        is_done=is_done,
        has_failed=run is not None and not is_running and not is_done,
        stage=_stage(run),
        waiting=waiting,
        placed=placed,
        recorded=recorded,
        bound_words=_bound_words(run),
        change_words=_change_words(run),
        days=[_day_link(fair, one, chosen, wanted) for one in days],
        lines=lines,
        wanted=wanted,
        day=chosen.day.isoformat() if chosen else "",
        page=page,
        pages=max(1, -(-total // schedule_reads.LINES_A_PAGE)),
        total=total,
        misses=lines_of(misses),
        kinds=kinds_of(counts),
        missed=sum(counts.values()),
    )


def page_number(query: Mapping[str, str]) -> int:
    """Return the number of the page in the address; anything else is the first."""
    text = query.get("page", "")
    return (
        min(max(1, int(text)), LAST_PAGE) if text.isascii() and text.isdecimal() and len(text) < LONGEST_SEARCH else 1
    )


def _chosen_day(text: str, days: list[DayLoad]) -> DayLoad | None:
    by_name = {one.day.isoformat(): one for one in days}
    return by_name.get(text, days[0] if days else None)


def _day_link(fair: FairFacts, one: DayLoad, chosen: DayLoad | None, wanted: str) -> tuple[str, str, int, bool]:
    url = url_for("scheduling.schedule", slug=fair.slug, day=one.day.isoformat(), q=wanted or None)
    return day_words(one.day), url, one.count, one == chosen


def _stage(run: LastRun | None) -> tuple[int, int]:
    progress: dict[str, Any] = run.metrics.get("progress", {}) if run else {}
    return int(progress.get("done", 0)), int(progress.get("total", 0))


def _bound_words(run: LastRun | None) -> str:
    """How good the plan is, against what no plan can exceed."""
    if run is None or "bound" not in run.metrics:
        return ""
    bound, weight = run.metrics["bound"], run.metrics["weight"]
    if weight >= bound:
        return _("No other plan can place more: that is proved.")
    return _(
        "No plan can be worth more than %(bound)s, and this one is worth %(weight)s.",
        bound=number(bound),
        weight=number(weight),
    )


def _change_words(run: LastRun | None) -> str:
    if run is None or not (run.metrics.get("moved") or run.metrics.get("dropped")):
        return ""
    return _(
        "Against the plan before: %(moved)s moved, %(added)s added, %(dropped)s taken out.",
        moved=number(run.metrics["moved"]),
        added=number(run.metrics["added"]),
        dropped=number(run.metrics["dropped"]),
    )
