"""Make, read and publish the schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.domain.errors import Conflict, Refused
from matchmaker.extensions import db
from matchmaker.services import draft_publishing, draft_runs, scheduling, standing_plan
from matchmaker.services.scheduling import Scope, Task
from matchmaker.web.access import organizer
from matchmaker.web.links import back
from matchmaker.web.scheduling.editing import editing_of, whole
from matchmaker.web.scheduling.listing import list_page, page_number
from matchmaker.web.scheduling.misses import unplaced_page
from matchmaker.web.scheduling.page import schedule_page
from matchmaker.web.scheduling.publish import publish_page

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

blueprint = Blueprint("scheduling", __name__)
CONFLICT, UNPROCESSABLE = 409, 422


@blueprint.route("/fairs/<slug>/organizer/schedule", methods=["GET", "POST"])
@organizer
def schedule(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the schedule; a POST asks for a new run, whose plan becomes a draft."""
    if request.method == "POST":
        wanted = request.form.get("scope", "")
        scope = Scope(wanted) if wanted in set(Scope) else Scope.FEWEST
        task = Task(scope, is_draft=True, base=whole(request.form, "draft") or None)
        try:
            draft_runs.check_locks(db.session, fair_id=fair.id, base=task.base, now=clock.now())
        except Refused:
            flash(
                _("Some locked meetings can’t all stay where they are, so nothing was run. Unlock one of them."),
                "error",
            )
            page = schedule_page(fair, request.form, now=clock.now())
            return render_template("scheduling/schedule.html", page=page), UNPROCESSABLE
        scheduling.request_run(db.session, fair_id=fair.id, by=person.account_id, now=clock.now(), task=task)
        return redirect(url_for("scheduling.schedule", slug=fair.slug))
    return render_template("scheduling/schedule.html", page=schedule_page(fair, request.args, now=clock.now()))


@blueprint.get("/fairs/<slug>/organizer/schedule/list")
@organizer
def as_list(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the plan that stands as a list by day."""
    del person
    return render_template("scheduling/list.html", page=list_page(fair, request.args))


@blueprint.get("/fairs/<slug>/organizer/schedule/unplaced")
@organizer
def unplaced(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show every meeting without a place, with the reason and what would help."""
    del person
    page = unplaced_page(fair, chosen=request.args.get("why", ""), page=page_number(request.args))
    return render_template("scheduling/unplaced.html", page=page)


@blueprint.get("/fairs/<slug>/organizer/schedule/publish")
@organizer
def publish(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show what publishing a draft, or the plan as it stands, would change and whom it would tell."""
    del person
    page = publish_page(fair, number=whole(request.args, "draft"), now=clock.now())
    return render_template("scheduling/publish.html", page=page)


@blueprint.post("/fairs/<slug>/organizer/schedule/publish")
@organizer
def publish_now(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Publish a draft, or the plan as it stands, and tell everyone concerned once."""
    editing = editing_of(fair, person)
    try:
        told = draft_publishing.publish(db.session, fair=fair, editing=editing)
    except Conflict as error:
        if error.code == "draft_closed":
            raise
        db.session.rollback()
        page = publish_page(fair, number=editing.number, now=clock.now(), refused=error.code)
        return render_template("scheduling/publish.html", page=page), CONFLICT
    flash(
        ngettext("Published. %(num)s person is told.", "Published. %(num)s people are told.", told)
        if told
        else _("Published. Everyone knows their agenda already, so nobody is told again."),
        "done",
    )
    return redirect(url_for("scheduling.schedule", slug=fair.slug, draft=0))


@blueprint.post("/fairs/<slug>/organizer/meetings/<uuid:meeting_id>/lock")
@organizer
def lock(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a meeting where it is in later runs, or let it move again."""
    is_locked = request.form.get("locked") == "1"
    standing_plan.set_lock(
        db.session, fair_id=fair.id, meeting_id=meeting_id, is_locked=is_locked, by=person.account_id, now=clock.now()
    )
    return redirect(back(url_for("scheduling.as_list", slug=fair.slug)))


@blueprint.post("/fairs/<slug>/organizer/meetings/<uuid:meeting_id>/take-out")
@organizer
def take_out(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Take a meeting off its table and time; the next run places it anew."""
    standing_plan.take_out(db.session, fair_id=fair.id, meeting_id=meeting_id, by=person.account_id, now=clock.now())
    flash(_("Taken out. The meeting stays accepted, and the next run places it anew."), "changed")
    return redirect(back(url_for("scheduling.as_list", slug=fair.slug)))
