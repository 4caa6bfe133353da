"""Before a plan is published: what it changes, whom that concerns, and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matchmaker.domain.hand_plan import clashes as clashes_in
from matchmaker.extensions import db
from matchmaker.services import draft_publishing, drafts, plan_ground, plan_parts, publishing
from matchmaker.services.plan_parts import Part
from matchmaker.web.filters import day, time
from matchmaker.web.scheduling.broken import help_words, names_of, rule_words

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from matchmaker.domain.hand_plan import Clash, Entry, HandPlan
    from matchmaker.services.draft_publishing import Difference
    from matchmaker.services.drafts import DraftFacts
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.plan_ground import PlanGround

LINES_HERE = 50


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One meeting that gets, changes or loses its place."""

    names: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PublishPage:
    """All that the page shows."""

    draft: DraftFacts | None
    placed: int
    placed_before: int
    waiting: int
    told: int
    refused: str
    added: int = 0
    moved: int = 0
    taken_out: int = 0
    lines: list[ChangeLine] = field(default_factory=list)
    more: int = 0
    against: list[tuple[str, str, str]] = field(default_factory=list)
    companies: int = 0


def publish_page(fair: FairFacts, *, number: int, now: datetime, refused: str = "") -> PublishPage:
    """Load and shape the page for a draft; number 0 is the plan as it stands."""
    draft = drafts.find(db.session, fair_id=fair.id, number=number) if number else None
    ground = plan_ground.read(db.session, fair_id=fair.id)
    if draft is None:
        return _as_it_stands(fair, ground, refused)
    loaded = plan_parts.load(db.session, fair_id=fair.id, draft=draft, ground=ground, part=Part(), now=now)
    plan, standing = loaded.plan, loaded.standing
    changes = draft_publishing.difference(plan, standing)
    entries = (*changes.moved, *changes.taken_out, *changes.added)
    (told,) = draft_publishing.whom_to_tell(db.session, fair=fair, standing=standing, plans=[(plan, changes)])
    return PublishPage(
        draft=draft,
        placed=loaded.counts.placed,
        placed_before=loaded.counts_before.placed,
        waiting=loaded.counts.waiting,
        added=len(changes.added),
        moved=len(changes.moved),
        taken_out=len(changes.taken_out),
        told=told,
        lines=lines_of(standing, plan, entries[:LINES_HERE]),
        more=max(0, len(entries) - LINES_HERE),
        against=_against(plan, [one for one in clashes_in(plan, now=now) if one.blocks]),
        refused=refused,
        companies=_companies(changes),
    )


def _as_it_stands(fair: FairFacts, ground: PlanGround, refused: str) -> PublishPage:
    """The page of the plan that stands: it changes nothing, so nothing can stand against it."""
    counts = ground.counts
    return PublishPage(
        draft=None,
        placed=counts.placed,
        placed_before=counts.placed,
        waiting=counts.waiting,
        told=publishing.told_of(db.session, fair_id=fair.id),
        refused=refused,
    )


def lines_of(before: HandPlan, after: HandPlan, entries: Sequence[Entry]) -> list[ChangeLine]:
    """Say of some meetings where each plan has them."""
    return [ChangeLine(names_of(one), place_in(before, one.id), place_in(after, one.id)) for one in entries]


def place_in(plan: HandPlan, key: uuid.UUID) -> str:
    """Say where a plan has a meeting."""
    entry = plan.entries.get(key)
    opening = next((one for one in plan.openings if entry and one.id == entry.slot_id), None)
    if entry is None or opening is None:
        return _("no place")
    table = next((one.code for one in plan.tables if one.id == entry.table_id), "")
    return f"{day(opening.starts_at)}, {time(opening.starts_at)} · {table or _('Online')}"


def _companies(changes: Difference) -> int:
    return len({company for one in (*changes.placed, *changes.taken_out) for company in one.companies})


def _against(plan: HandPlan, clashes: Sequence[Clash]) -> list[tuple[str, str, str]]:
    return [
        (names_of(plan.entries[one.meeting_id]), rule_words(one.broken, plan), help_words(one.broken.rule))
        for one in clashes[:LINES_HERE]
    ]
