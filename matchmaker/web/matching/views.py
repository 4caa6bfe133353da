"""Show suggestions and take the answers to them; start a run and show what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.domain.errors import NotAllowed
from matchmaker.domain.meetings import Origin
from matchmaker.extensions import db
from matchmaker.services import matching, proposals, suggestions
from matchmaker.services.fair_rules import limits_of
from matchmaker.services.suggested_pairs import suggested_pairs
from matchmaker.services.suggestions import NoInterest
from matchmaker.web.access import organizer, participant, registered
from matchmaker.web.flashes import flash_with_undo
from matchmaker.web.links import back
from matchmaker.web.matching.forms import SkipForm
from matchmaker.web.matching.page import suggestions_page
from matchmaker.web.matching.routes import ORGANIZER, blueprint
from matchmaker.web.matching.run_page import run_page

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership


@blueprint.get("/fairs/<slug>/suggestions", endpoint="suggestions")
@registered
def suggestions_list(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Show whom a company should meet, and why."""
    page = suggestions_page(fair, me, chosen=request.args.get("show", ""), now=clock.now())
    return render_template("matching/suggestions.html", page=page)


@blueprint.post("/fairs/<slug>/suggestions/<uuid:other_id>/save")
@participant
def save(fair: FairFacts, me: Membership, other_id: uuid.UUID) -> ResponseReturnValue:
    """Put a suggestion aside for later."""
    suggestions.save(db.session, fair_id=fair.id, me=me, other_id=other_id, now=clock.now())
    return redirect(back(url_for("matching.suggestions", slug=fair.slug)))


@blueprint.route("/fairs/<slug>/suggestions/<uuid:other_id>/skip", methods=["GET", "POST"])
@participant
def skip(fair: FairFacts, me: Membership, other_id: uuid.UUID) -> ResponseReturnValue:
    """Ask why a company is of no interest, then take the pair off the list; the next page offers to undo it."""
    name = suggestions.name_of_suggested(db.session, me=me, other_id=other_id)
    form = SkipForm()
    if not form.validate_on_submit():
        refused = 422 if form.is_submitted() else 200
        return render_template("matching/skip.html", form=form, name=name), refused
    suggestions.not_interested(
        db.session, fair_id=fair.id, me=me, other_id=other_id, reason=NoInterest(form.reason.data), now=clock.now()
    )
    undo = url_for("matching.take_back", slug=fair.slug, other_id=other_id)
    flash_with_undo(_("%(name)s will not be suggested to you again.", name=name), undo_url=undo)
    return redirect(url_for("matching.suggestions", slug=fair.slug))


@blueprint.post("/fairs/<slug>/suggestions/<uuid:other_id>/take-back")
@participant
def take_back(fair: FairFacts, me: Membership, other_id: uuid.UUID) -> ResponseReturnValue:
    """Take back what was said to a suggestion."""
    suggestions.take_back(db.session, fair_id=fair.id, me=me, other_id=other_id, now=clock.now())
    return redirect(back(url_for("matching.suggestions", slug=fair.slug)))


@blueprint.route(ORGANIZER, methods=["GET", "POST"])
@organizer
def run(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the newest run of the matcher; a POST asks for a new one."""
    if request.method == "POST":
        matching.request_run(db.session, fair_id=fair.id, by=person.account_id, now=clock.now())
        return redirect(url_for("matching.run", slug=fair.slug))
    return render_template("matching/run.html", page=run_page(fair, now=clock.now()))


@blueprint.post(f"{ORGANIZER}/propose")
@organizer
def propose(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Put the listed pairs together, accepted for them, at a fair that accepts for everyone."""
    pairs = suggested_pairs(db.session, fair_id=fair.id, places=limits_of(db.session, fair_id=fair.id).list_length)
    try:
        proposed = proposals.propose_all(
            db.session, fair=fair, pairs=pairs, origin=Origin.SUGGESTION, by=person.account_id, now=clock.now()
        )
    except NotAllowed:
        flash(_("At this fair each company accepts for itself, so nobody can be put together for them."), "error")
    else:
        done = ngettext(
            "%(num)s meeting is proposed and accepted.", "%(num)s meetings are proposed and accepted.", proposed.made
        )
        flash(done, "done")
    return redirect(url_for("scheduling.schedule", slug=fair.slug))
