"""The schedule page: its head, the grid of one half-day, the meeting that is held, and those without a place."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from matchmaker.domain.hand_plan import Held
from matchmaker.domain.hand_plan import clashes as clashes_in
from matchmaker.domain.locks import contradictions
from matchmaker.extensions import db
from matchmaker.services import drafts, hand_plans, schedule_reads
from matchmaker.services.runs import RunState, is_under_way
from matchmaker.web.filters import day as day_words
from matchmaker.web.misses import miss_kind
from matchmaker.web.scheduling.broken import help_words, names_of, rule_words
from matchmaker.web.scheduling.gaps import Gap, HelpLine, gap_of, helps_of
from matchmaker.web.scheduling.grid import AFTERNOON, MORNING, Grid, Panel, View, choices, grid_of, panel_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from matchmaker.domain.hand_plan import Broken, Clash, Entry, HandPlan
    from matchmaker.domain.locks import Contradiction
    from matchmaker.services.drafts import DraftFacts
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.schedule_reads import LastRun

UNPLACED_HERE = 8
CLASHES_HERE = 8


@dataclass(frozen=True, slots=True)
class ClashLine:
    """One clash in words; ``is_stale`` when the draft has to be brought up to date."""

    meeting_id: uuid.UUID
    names: str
    words: str
    helps: str
    url: str
    is_stale: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class LockLine:
    """Locked meetings that can't all stay, in words: each by its key, its names and where it is held."""

    words: str
    meetings: list[tuple[uuid.UUID, str, str]]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """One meeting without a place, to be picked up."""

    key: str
    pick_url: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A place that was tried and refused: its key and the rules it breaks."""

    place: str = ""
    broken: Sequence[Broken] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """All that the schedule page shows."""

    run: LastRun | None
    is_running: bool
    has_failed: bool
    stage: tuple[int, int]
    draft: DraftFacts | None
    drafts: list[DraftFacts]
    view: View
    waiting: int
    placed: int
    recorded: int
    gap: Gap
    helps: list[HelpLine]
    grid: Grid | None
    panel: Panel | None
    days: list[tuple[str, str, bool]]
    halves: list[tuple[str, str, bool]]
    unplaced: list[Unplaced]
    clashes: list[ClashLine]
    clash_count: int
    locks: list[LockLine]

    @property
    def fields(self) -> dict[str, object]:
        """What every form that changes the draft sends along."""
        version = self.draft.version if self.draft else 0
        return {"draft": self.view.draft, "version": version, "day": self.view.day, "half": self.view.half}


def schedule_page(
    fair: FairFacts, query: Mapping[str, str], *, now: datetime, tried: Tried | None = None
) -> SchedulePage:
    """Load and shape the page for the draft, half-day and meeting in the address; a run that never ended failed."""
    run = schedule_reads.last_run(db.session, fair_id=fair.id)
    is_running = run is not None and is_under_way(state=run.state, started_at=run.started_at, now=now)
    found = drafts.open_drafts(db.session, fair_id=fair.id)
    draft = _chosen(found, query.get("draft", ""))
    plan = hand_plans.load(db.session, fair_id=fair.id, draft_id=draft.id if draft else None)
    view, days, halves = _view(fair, plan, draft, query, now=now)
    entry = plan.entries.get(view.held) if view.held else None
    held = _held(fair, plan, entry, now) if entry is not None and entry.is_to_place else None
    clashes = clashes_in(plan, now=now)
    marked = {one.meeting_id for one in clashes} | {one.id for one in plan.entries.values() if one.broken}
    to_place = [one for one in plan.entries.values() if one.is_to_place]
    placed = sum(one.slot_id is not None for one in to_place)
    tried = tried or Tried()
    return SchedulePage(
        run=run,
        is_running=is_running,
        has_failed=run is not None and not is_running and run.state != RunState.DONE,
        stage=_stage(run),
        draft=draft,
        drafts=found,
        view=view,
        waiting=len(to_place) - placed,
        placed=placed,
        recorded=sum(not one.is_to_place and one.slot_id is not None for one in plan.entries.values()),
        gap=gap_of(run, plan),
        helps=helps_of(fair, run, plan) if placed < len(to_place) and not held else [],
        grid=grid_of(fair, plan, view, held=held, marked=marked) if plan.openings and not is_running else None,
        panel=panel_of(plan, held, broken=tried.broken, tried=tried.place) if held else None,
        days=days,
        halves=halves,
        unplaced=_unplaced(fair, view, to_place) if not held and not is_running else [],
        clashes=[_clash_line(fair, view, plan, one) for one in clashes[:CLASHES_HERE]],
        clash_count=len({one.meeting_id for one in clashes}),
        locks=[_lock_line(fair, view, plan, one) for one in contradictions(plan, now=now)[:CLASHES_HERE]],
    )


def _chosen(found: Sequence[DraftFacts], text: str) -> DraftFacts | None:
    """The draft in the address, the newest when none is named; 0 is the plan that stands."""
    if not text:
        return found[0] if found else None
    return next((one for one in found if str(one.number) == text), None)


def _view(
    fair: FairFacts, plan: HandPlan, draft: DraftFacts | None, query: Mapping[str, str], *, now: datetime
) -> tuple[View, list[tuple[str, str, bool]], list[tuple[str, str, bool]]]:
    held = _key(query.get("held", ""))
    entry = plan.entries.get(held) if held else None
    stands = next((one for one in plan.openings if entry and one.id == entry.slot_id), None)
    to_come = next((one for one in plan.openings if one.starts_at > now), next(iter(plan.openings), None))
    chosen, half, days, halves = choices(fair, plan, query, first=stands or to_come)
    view = View(draft.number if draft else 0, chosen, half, held if entry else None)
    starts = {one.day.isoformat(): one.starts_at for one in reversed(plan.openings)}
    names = {MORNING: _("Morning"), AFTERNOON: _("Afternoon")}
    return (
        view,
        [(day_words(starts[one]), view.url(fair, day=one, held=view.held), one == chosen) for one in days],
        [(names[one], view.url(fair, half=one, held=view.held), one == half) for one in sorted(halves)],
    )


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _held(fair: FairFacts, plan: HandPlan, entry: Entry, now: datetime) -> Held:
    return Held(plan, entry, hand_plans.guests(db.session, fair_id=fair.id, plan=plan, entry=entry), now=now)


def _unplaced(fair: FairFacts, view: View, to_place: Sequence[Entry]) -> list[Unplaced]:
    return [
        Unplaced(
            key=f"meeting-{one.id}",
            pick_url=view.url(fair, held=one.id),
            title=names_of(one),
            reason=miss_kind(one.missed) if one.missed else _("Not in a run yet"),
        )
        for one in to_place
        if one.slot_id is None
    ][:UNPLACED_HERE]


def _clash_line(fair: FairFacts, view: View, plan: HandPlan, clash: Clash) -> ClashLine:
    return ClashLine(
        meeting_id=clash.meeting_id,
        names=names_of(plan.entries[clash.meeting_id]),
        words=rule_words(clash.broken, plan),
        helps=help_words(clash.broken.rule),
        url=view.url(fair, held=clash.meeting_id),
        is_stale=clash.broken.rule == "moved_meanwhile",
        is_gone=clash.broken.rule == "called_off",
    )


def _lock_line(fair: FairFacts, view: View, plan: HandPlan, one: Contradiction) -> LockLine:
    entries = [plan.entries[key] for key in one.meetings[:CLASHES_HERE]]
    return LockLine(
        words=rule_words(one.broken, plan),
        meetings=[(entry.id, names_of(entry), view.url(fair, held=entry.id)) for entry in entries],
    )


def _stage(run: LastRun | None) -> tuple[int, int]:
    progress: dict[str, Any] = run.metrics.get("progress", {}) if run else {}
    return int(progress.get("done", 0)), int(progress.get("total", 0))
