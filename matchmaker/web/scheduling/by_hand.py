"""Change a draft by hand: place, take out, lock, settle, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict, Refused
from matchmaker.extensions import db
from matchmaker.services import draft_moves, drafts, hand_plans, plan_ground
from matchmaker.services.draft_moves import StepAction
from matchmaker.web.access import organizer
from matchmaker.web.flashes import flash_with_undo
from matchmaker.web.scheduling.broken import names_of
from matchmaker.web.scheduling.editing import editing_of, meeting_of, view_fields, view_url
from matchmaker.web.scheduling.grid import place_of
from matchmaker.web.scheduling.page import Tried, schedule_page
from matchmaker.web.scheduling.views import CONFLICT, UNPROCESSABLE, blueprint

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from matchmaker.domain.hand_plan import Entry
    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts


@blueprint.post("/fairs/<slug>/organizer/schedule/place")
@organizer
def put(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Put the held meeting into a place of the draft; a broken rule is named first."""
    editing, meeting_id = editing_of(fair, person), meeting_of()
    key = request.form.get("place") or f"{request.form.get('time', '')}.{request.form.get('table', '')}"
    place = place_of(plan_ground.read(db.session, fair_id=fair.id), key)
    entry = _standing(fair, meeting_id)
    if meeting_id is None or place is None or entry is None:
        abort(404)
    if not editing.number and place == (entry.slot_id, entry.table_id):
        return _stays(fair)
    try:
        number = draft_moves.put(
            db.session,
            editing=editing,
            meeting_id=meeting_id,
            slot_id=place[0],
            table_id=place[1],
            anyway=request.form.get("anyway") == "1",
        )
    except (Conflict, Refused) as error:
        return _refused(fair, error, Tried(key, error.facts.get("broken", ())))
    return _done(fair, number, _("%(names)s is placed.", names=names_of(entry)))


@blueprint.post("/fairs/<slug>/organizer/schedule/take-out")
@organizer
def unplace(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Take the held meeting off its place in the draft."""
    return _change(fair, person, draft_moves.take_out, _("Taken out of this draft. It stays accepted."))


@blueprint.post("/fairs/<slug>/organizer/schedule/lock")
@organizer
def pin(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Keep the held meeting where the draft has it in later runs, or let it move."""
    is_locked = request.form.get("locked") == "1"
    words = _("Locked: later runs leave it where it is.") if is_locked else _("Unlocked: later runs may move it.")
    return _change(fair, person, draft_moves.set_lock, words, is_locked=is_locked)


@blueprint.post("/fairs/<slug>/organizer/schedule/settle")
@organizer
def settle(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Bring the draft up to date with a meeting that was moved or called off meanwhile."""
    keep = request.form.get("keep") == "1"
    words = _("The draft’s place is kept.") if keep else _("The meeting stays where it is for everyone.")
    return _change(fair, person, draft_moves.settle, words, keep=keep)


@blueprint.post("/fairs/<slug>/organizer/schedule/undo")
@organizer
def undo(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Take the last step of the draft back."""
    editing = editing_of(fair, person)
    try:
        draft_moves.undo(db.session, editing=editing)
    except Conflict as error:
        return _refused(fair, error, Tried())
    flash(_("The last step is taken back."), "done")
    return redirect(view_url(fair, number=editing.number))


def _change(
    fair: FairFacts, person: SignedIn, change: Callable[..., int], words: str, **values: bool
) -> ResponseReturnValue:
    editing, meeting_id = editing_of(fair, person), meeting_of()
    if meeting_id is None:
        abort(404)
    try:
        number = change(db.session, editing=editing, meeting_id=meeting_id, **values)
    except Conflict as error:
        return _refused(fair, error, Tried())
    return _done(fair, number, words)


def _standing(fair: FairFacts, meeting_id: uuid.UUID | None) -> Entry | None:
    """Where the plan that stands has a meeting."""
    if meeting_id is None:
        return None
    return hand_plans.entry_of(db.session, fair_id=fair.id, draft_id=None, meeting_id=meeting_id)


def _stays(fair: FairFacts) -> ResponseReturnValue:
    """Open no draft for a meeting that was put where the plan has it."""
    flash(_("It is there already, so nothing has changed."), "done")
    return redirect(view_url(fair, number=0))


def _done(fair: FairFacts, number: int, words: str) -> ResponseReturnValue:
    """Say what was done, with the button that takes it back, in the draft it was done in."""
    draft = drafts.find(db.session, fair_id=fair.id, number=number)
    fields = {**view_fields(), "draft": str(number), "version": str(draft.version)}
    flash_with_undo(words, undo_url=f"/fairs/{fair.slug}/organizer/schedule/undo", fields=fields)
    return redirect(view_url(fair, number=number))


def _refused(fair: FairFacts, error: Conflict | Refused, tried: Tried) -> ResponseReturnValue:
    """Show the draft as it is now, with what stood against the change."""
    if error.code not in WORDS:
        raise error
    editing_number, since = request.form.get("draft", ""), error.facts.get("since")
    db.session.rollback()
    flash(WORDS[error.code]() + _steps(fair, editing_number, since), "error")
    query = {**request.form, "held": request.form.get("meeting", "")}
    page = schedule_page(fair, query, now=clock.now(), tried=tried)
    status = UNPROCESSABLE if isinstance(error, Refused) else CONFLICT
    return render_template("scheduling/schedule.html", page=page), status


def _steps(fair: FairFacts, number: str, since: int | None) -> str:
    """What someone else changed in the draft since it was looked at."""
    if since is None:
        return ""
    draft = drafts.find(db.session, fair_id=fair.id, number=int(number))
    steps = draft_moves.steps_since(db.session, draft_id=draft.id, version=since)
    changed = {key for _action, key in steps}
    entries = hand_plans.entries_of(db.session, fair_id=fair.id, draft_id=None, meeting_ids=changed)
    words = [f"{names_of(entries[key])}: {STEPS[action]()}" for action, key in steps if key in entries]
    return " " + "; ".join(words) if words else ""


STEPS: dict[StepAction, Callable[[], str]] = {
    StepAction.MOVED: lambda: _("moved"),
    StepAction.TAKEN_OUT: lambda: _("taken out"),
    StepAction.LOCKED: lambda: _("locked"),
    StepAction.UNLOCKED: lambda: _("unlocked"),
    StepAction.GIVEN_BACK: lambda: _("left where it stands"),
    StepAction.CONFIRMED: lambda: _("kept in its new place"),
}
WORDS: dict[str, Callable[[], str]] = {
    "breaks_rules": lambda: _("That place breaks a rule, so nothing has changed yet. See what it is beside the grid."),
    "draft_changed": lambda: _(
        "Someone else changed this draft meanwhile, so nothing was done. It now stands as below."
    ),
    "draft_closed": lambda: _("This draft was published or discarded meanwhile, so nothing was done."),
    "nothing_to_undo": lambda: _("There is no step left to take back."),
    "meeting_moved_on": lambda: _("This meeting can no longer be placed: it was called off or has taken place."),
}
