"""The schedule page: its head, the grid of one half-day, the meeting that is held, and those without a place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from flask_babel import gettext as _

from matchmaker.domain.hand_plan import Held
from matchmaker.domain.hand_plan import clashes as clashes_in
from matchmaker.domain.locks import contradictions
from matchmaker.extensions import db
from matchmaker.services import (
    fair_changes,
    hand_plans,
    plan_ground,
    plan_parts,
    plan_window,
    schedule_reads,
)
from matchmaker.services.plan_parts import Part
from matchmaker.services.plan_window import Places
from matchmaker.services.runs import RunState, is_under_way
from matchmaker.web.misses import miss_kind
from matchmaker.web.scheduling import drawn
from matchmaker.web.scheduling.broken import help_words, names_of, rule_words
from matchmaker.web.scheduling.gaps import Gap, HelpLine, gap_of, helps_of
from matchmaker.web.scheduling.grid import Panel, panel_of
from matchmaker.web.scheduling.window import View, Window, window_of, without_held

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from markupsafe import Markup

    from matchmaker.domain.hand_plan import Broken, Clash, Entry, HandPlan
    from matchmaker.domain.locks import Contradiction
    from matchmaker.domain.places import Opening
    from matchmaker.domain.plan_counts import PlanCounts
    from matchmaker.services.drafts import DraftFacts
    from matchmaker.services.fair_changes import Marks
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.plan_ground import Use
    from matchmaker.services.plan_parts import LoadedPart
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


class Known(NamedTuple):
    """What is known of the fair before its plan is read: its marks, and whether some companies must not meet."""

    marks: Marks
    has_rules: bool


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """All that the schedule page shows."""

    run: LastRun | None
    is_running: bool
    has_failed: bool
    stage: tuple[int, int]
    draft: DraftFacts | None
    drafts: list[DraftFacts]
    window: Window
    counts: PlanCounts
    gap: Gap
    helps: list[HelpLine]
    tools: Markup
    grid: Markup | None
    panel: Panel | None
    unplaced: list[Unplaced]
    clashes: list[ClashLine]
    clash_count: int
    locks: list[LockLine]
    is_over: bool

    @property
    def view(self) -> View:
        """What of the schedule is looked at."""
        return self.window.view

    @property
    def fields(self) -> dict[str, object]:
        """What every form that changes the draft sends along."""
        version = self.draft.version if self.draft else 0
        return {"draft": self.view.draft, "version": version, **self.view.fields}

    @property
    def is_same(self) -> bool:
        """Whether the draft that is shown came out of the newest run as the plan it went out from."""
        return bool(
            self.run
            and self.draft
            and self.draft.run_id == self.run.id
            and not (self.draft.steps or any(self.run.metrics.get(name) for name in ("added", "moved", "dropped")))
        )


def schedule_page(
    fair: FairFacts, query: Mapping[str, str], *, now: datetime, tried: Tried | None = None
) -> SchedulePage:
    """Load and shape the page for the draft, tables and meeting in the address; a run that never ended failed."""
    standing = schedule_reads.standing(db.session, fair_id=fair.id)
    run = standing.run
    is_running = run is not None and is_under_way(state=run.state, started_at=run.started_at, now=now)
    draft = _chosen(standing.drafts, query.get("draft", ""))
    tried = tried or Tried()
    marks = fair_changes.marks_of(db.session, fair_id=fair.id)
    window, loaded = _load(fair, draft, query, tried, Known(marks, standing.has_rules), now=now)
    plan, view = loaded.plan, window.view
    entry = plan.entries.get(view.held) if view.held else None
    held = _held(fair, plan, entry, now) if entry is not None and entry.is_to_place else None
    clashes = clashes_in(plan, now=now)
    marked = {one.meeting_id for one in clashes} | {one.id for one in plan.entries.values() if one.broken}
    return SchedulePage(
        run=run,
        is_running=is_running,
        has_failed=run is not None and not is_running and run.state != RunState.DONE,
        stage=_stage(run),
        draft=draft,
        drafts=standing.drafts,
        window=window,
        counts=loaded.counts,
        gap=gap_of(run, plan, loaded.counts),
        helps=helps_of(fair, run) if loaded.counts.waiting and not held else [],
        tools=drawn.tools(fair, window),
        grid=_grid(fair, plan, window, held, marked=marked, marks=marks) if plan.openings and not is_running else None,
        panel=panel_of(plan, held, cancel_url=view.url(fair), broken=tried.broken, tried=tried.place) if held else None,
        unplaced=_unplaced(fair, view, plan) if not held and not is_running else [],
        clashes=[_clash_line(fair, view, plan, one) for one in clashes[:CLASHES_HERE]],
        clash_count=len({one.meeting_id for one in clashes}),
        locks=[_lock_line(fair, view, plan, one) for one in contradictions(plan, now=now)[:CLASHES_HERE]],
        is_over=bool(plan.openings) and all(one.ends_at <= now for one in plan.openings),
    )


def _load(
    fair: FairFacts, draft: DraftFacts | None, query: Mapping[str, str], tried: Tried, known: Known, *, now: datetime
) -> tuple[Window, LoadedPart]:
    """The part of the grid that the address names, and of the plan what is shown of it and may clash in it."""
    draft_id, marks = draft.id if draft else None, known.marks

    def find(meeting_id: uuid.UUID) -> Entry | None:
        return hand_plans.entry_of(db.session, fair_id=fair.id, draft_id=draft_id, meeting_id=meeting_id)

    def count(openings: Sequence[Opening]) -> Use:
        slots = [one.id for one in openings]
        # A draft that changes nothing is the plan that stands.
        changing = draft_id if draft and draft.changes else None
        return plan_ground.in_use(db.session, fair_id=fair.id, draft_id=changing, slot_ids=slots, marks=marks)

    ground = plan_ground.read(db.session, fair_id=fair.id, marks=marks)
    window = window_of(fair, ground, draft, query, find=find, count=count, now=now)
    part = Part(
        held=window.view.held,
        named=tuple(one.in_the_way for one in tried.broken if one.in_the_way is not None),
        unplaced=UNPLACED_HERE,
        has_rules=known.has_rules,
    )
    loaded = plan_parts.load(db.session, fair_id=fair.id, draft=draft, ground=ground, part=part, now=now)
    return window if window.view.held in loaded.plan.entries else without_held(window), loaded


def _grid(
    fair: FairFacts, plan: HandPlan, window: Window, held: Held | None, *, marked: set[uuid.UUID], marks: Marks
) -> Markup:
    slots, tables = (one.id for one in window.openings), (one.id for one in window.sheet.tables)
    places = Places(tuple(slots), tuple(tables), window.sheet.has_online)
    shown = plan_window.shown(db.session, fair_id=fair.id, plan=plan, places=places, marks=marks)
    return drawn.grid(fair, window, shown, held=held, marked=frozenset(marked))


def _chosen(found: Sequence[DraftFacts], text: str) -> DraftFacts | None:
    """The draft in the address, the newest when none is named; 0 is the plan that stands."""
    if not text:
        return found[0] if found else None
    return next((one for one in found if str(one.number) == text), None)


def _held(fair: FairFacts, plan: HandPlan, entry: Entry, now: datetime) -> Held:
    return Held(plan, entry, hand_plans.guests(db.session, fair_id=fair.id, plan=plan, entry=entry), now=now)


def _unplaced(fair: FairFacts, view: View, plan: HandPlan) -> list[Unplaced]:
    return [
        Unplaced(
            key=f"meeting-{one.id}",
            pick_url=view.url(fair, held=one.id),
            title=names_of(one),
            reason=miss_kind(one.missed) if one.missed else _("Not in a run yet"),
        )
        for one in plan.entries.values()
        if one.is_to_place and one.slot_id is None
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
