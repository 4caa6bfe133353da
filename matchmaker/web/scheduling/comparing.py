"""The drafts of a schedule: name them, compare two, give one up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.hand_plan import clashes as clashes_in
from matchmaker.domain.hand_plan import idle_periods
from matchmaker.domain.plan_counts import counts_of
from matchmaker.extensions import db
from matchmaker.services import draft_publishing, drafts, hand_plans, schedule_reads
from matchmaker.web.access import organizer
from matchmaker.web.flashes import flash_with_undo
from matchmaker.web.scheduling.editing import editing_of, whole
from matchmaker.web.scheduling.gaps import Gap, gap_of
from matchmaker.web.scheduling.publish import ChangeLine, lines_of
from matchmaker.web.scheduling.views import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.domain.hand_plan import HandPlan
    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.drafts import DraftFacts
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.schedule_reads import LastRun

LINES_HERE = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """One of the two plans that are compared, in numbers."""

    name: str
    number: int
    placed: int
    waiting: int
    idle: int
    changed: int
    told: int
    clashes: int
    gap: Gap


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two plans side by side."""

    one: Figures
    other: Figures
    lines: list[ChangeLine]
    count: int
    numbers: list[tuple[int, str]]


@blueprint.get("/fairs/<slug>/organizer/schedule/drafts")
@organizer
def all_drafts(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """List the drafts that can be worked on, and compare two of them or one with the plan that stands."""
    del person
    found = drafts.open_drafts(db.session, fair_id=fair.id)
    one = whole(request.args, "one") or (found[0].number if found else 0)
    comparison = _comparison(fair, found, one, whole(request.args, "other")) if found else None
    return render_template("scheduling/drafts.html", drafts=found, comparison=comparison)


@blueprint.post("/fairs/<slug>/organizer/schedule/drafts/name")
@organizer
def rename(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Give a draft a name."""
    name = request.form.get("name", "").strip()[: drafts.LONGEST_NAME]
    drafts.rename(db.session, editing=editing_of(fair, person), name=name)
    flash(_("The name is saved."), "done")
    return redirect(url_for("scheduling.all_drafts", slug=fair.slug))


@blueprint.post("/fairs/<slug>/organizer/schedule/drafts/discard")
@organizer
def discard(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Give a draft up; that can be undone."""
    editing = editing_of(fair, person)
    drafts.discard(db.session, editing=editing)
    flash_with_undo(
        _("The draft is discarded. The plan that stands is untouched."),
        undo_url=url_for("scheduling.take_back", slug=fair.slug),
        fields={"draft": str(editing.number)},
    )
    return redirect(url_for("scheduling.all_drafts", slug=fair.slug))


@blueprint.post("/fairs/<slug>/organizer/schedule/drafts/take-back")
@organizer
def take_back(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Open a discarded draft again."""
    number = whole(request.form, "draft")
    drafts.take_back(db.session, fair_id=fair.id, number=number, by=person.account_id, now=clock.now())
    flash(_("The draft is back."), "done")
    return redirect(url_for("scheduling.all_drafts", slug=fair.slug))


def draft_name(draft: DraftFacts) -> str:
    """The name of a draft; without one of its own it is its number."""
    return draft.name or _("Draft %(number)s", number=draft.number)


def _comparison(fair: FairFacts, found: list[DraftFacts], one: int, other: int) -> Comparison:
    by_number = {draft.number: draft for draft in found}
    chosen = [by_number.get(one), by_number.get(other)]
    plans = hand_plans.load_all(
        db.session, fair_id=fair.id, draft_ids=list({draft.id for draft in chosen if draft is not None})
    )
    first_plan, second_plan = (plans[draft.id if draft else None] for draft in chosen)
    changes = [draft_publishing.difference(plan, plans[None]) for plan in (first_plan, second_plan)]
    told = draft_publishing.whom_to_tell(
        db.session,
        fair=fair,
        standing=plans[None],
        plans=list(zip((first_plan, second_plan), changes, strict=True)),
    )
    run = schedule_reads.last_run(db.session, fair_id=fair.id)
    first, second = (
        _figures(draft, plan, run, changed=change.count, told=count if draft else 0)
        for draft, plan, change, count in zip(chosen, (first_plan, second_plan), changes, told, strict=True)
    )
    differing = [
        entry
        for key, entry in first_plan.entries.items()
        if entry.is_to_place
        and (entry.slot_id, entry.table_id) != (second_plan.entries[key].slot_id, second_plan.entries[key].table_id)
    ]
    return Comparison(
        one=first,
        other=second,
        lines=lines_of(second_plan, first_plan, differing[:LINES_HERE]),
        count=len(differing),
        numbers=[(0, _("The plan that stands")), *((draft.number, draft_name(draft)) for draft in found)],
    )


def _figures(draft: DraftFacts | None, plan: HandPlan, run: LastRun | None, *, changed: int, told: int) -> Figures:
    counts = counts_of(plan)
    clashes = clashes_in(plan, now=clock.now())
    return Figures(
        name=draft_name(draft) if draft else _("The plan that stands"),
        number=draft.number if draft else 0,
        placed=counts.placed,
        waiting=counts.waiting,
        idle=idle_periods(plan),
        changed=changed,
        told=told,
        clashes=len({one.meeting_id for one in clashes}),
        gap=gap_of(run, plan, counts),
    )
