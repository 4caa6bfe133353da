"""Before a plan is published: what it changes, whom that concerns, and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matchmaker.domain.hand_plan import clashes as clashes_in
from matchmaker.extensions import db
from matchmaker.services import draft_publishing, drafts, hand_plans
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
    added: int
    moved: int
    taken_out: int
    told: int
    lines: list[ChangeLine]
    more: int
    against: list[tuple[str, str, str]]
    refused: str
    companies: int = 0


def publish_page(fair: FairFacts, *, number: int, now: datetime, refused: str = "") -> PublishPage:
    """Load and shape the page for a draft; number 0 is the plan as it stands."""
    draft = drafts.find(db.session, fair_id=fair.id, number=number) if number else None
    plans = hand_plans.load_all(db.session, fair_id=fair.id, draft_ids=[draft.id if draft else None])
    standing, plan = plans[None], plans[draft.id if draft else None]
    changes = draft_publishing.difference(plan, standing)
    clashes = clashes_in(plan, now=now)
    entries = (*changes.moved, *changes.taken_out, *changes.added)
    (told,) = draft_publishing.whom_to_tell(
        db.session, fair=fair, standing=standing, plans=[(plan, changes if draft else None)]
    )
    return PublishPage(
        draft=draft,
        placed=_placed(plan),
        placed_before=_placed(standing),
        waiting=sum(one.is_to_place and one.slot_id is None for one in plan.entries.values()),
        added=len(changes.added),
        moved=len(changes.moved),
        taken_out=len(changes.taken_out),
        told=told,
        lines=lines_of(standing, plan, entries[:LINES_HERE]),
        more=max(0, len(entries) - LINES_HERE),
        against=_against(plan, [one for one in clashes if one.blocks]),
        refused=refused,
        companies=_companies(changes),
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


def _placed(plan: HandPlan) -> int:
    return sum(one.is_to_place and one.slot_id is not None for one in plan.entries.values())


def _companies(changes: Difference) -> int:
    return len({company for one in (*changes.placed, *changes.taken_out) for company in one.companies})


def _against(plan: HandPlan, clashes: Sequence[Clash]) -> list[tuple[str, str, str]]:
    return [
        (names_of(plan.entries[one.meeting_id]), rule_words(one.broken, plan), help_words(one.broken.rule))
        for one in clashes[:LINES_HERE]
    ]
