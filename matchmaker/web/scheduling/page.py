"""The schedule page: the headline, the days, the meetings and what has no place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.names import fold
from matchmaker.extensions import db
from matchmaker.services import schedule_reads
from matchmaker.web.filters import day as day_words
from matchmaker.web.filters import number
from matchmaker.web.misses import help_words, miss_kind, miss_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.schedule_reads import DayLoad, LastRun, Line, Miss

LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True)
class MissLine:
    """One meeting without a place, in words."""

    exhibitor: str
    buyer: str
    reason: str
    helps: str


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """All that the schedule page shows."""

    run: LastRun | None
    is_running: bool
    stage: tuple[int, int]
    waiting: int
    placed: int
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


def schedule_page(fair: FairFacts, query: Mapping[str, str]) -> SchedulePage:
    """Load and shape the page for the day, search and page number in the address."""
    run = schedule_reads.last_run(db.session, fair_id=fair.id)
    is_running = run is not None and run.state in {"waiting", "running"}
    waiting, placed = schedule_reads.waiting_and_placed(db.session, fair_id=fair.id)
    days = schedule_reads.days(db.session, fair_id=fair.id)
    chosen = _chosen_day(query.get("day", ""), days)
    wanted = query.get("q", "")[:LONGEST_SEARCH].strip()
    page = int(query["page"]) if query.get("page", "").isdecimal() and int(query["page"]) > 0 else 1
    lines, misses, total = [], [], 0
    if chosen is not None and not is_running:
        lines = schedule_reads.lines(db.session, fair_id=fair.id, day=chosen.day, wanted=fold(wanted), page=page)
        total = chosen.count
    if run is not None and not is_running:
        misses = schedule_reads.misses(db.session, run_id=run.id)
    return SchedulePage(
        run=run,
        is_running=is_running,
        stage=_stage(run),
        waiting=waiting,
        placed=placed,
        bound_words=_bound_words(run),
        change_words=_change_words(run),
        days=[_day_link(fair, one, chosen, wanted) for one in days],
        lines=lines,
        wanted=wanted,
        day=chosen.day.isoformat() if chosen else "",
        page=page,
        pages=max(1, -(-total // schedule_reads.LINES_A_PAGE)),
        total=total,
        misses=[_miss(one) for one in misses],
        kinds=_kinds(run),
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


def _kinds(run: LastRun | None) -> list[tuple[str, int]]:
    counts: dict[str, int] = run.metrics.get("misses", {}) if run else {}
    return [(miss_kind(code), count) for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _miss(miss: Miss) -> MissLine:
    helps = " · ".join(dict.fromkeys(help_words(one["kind"]) for one in miss.help))
    return MissLine(miss.exhibitor, miss.buyer, miss_words(miss.code, miss.evidence), helps)
