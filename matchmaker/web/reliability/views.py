"""A company's own record, the fair's switch, and appeals against a miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.domain.fairs import Role
from matchmaker.extensions import db
from matchmaker.services import appeals, reliability
from matchmaker.web.access import organizer, participant
from matchmaker.web.reliability.page import record_page

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership

CONFLICT = 409
blueprint = Blueprint("reliability", __name__)


@blueprint.get("/fairs/<slug>/reliability")
@participant
def own(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Show a company what is counted of it, what is not and why, and what it leads to."""
    found = reliability.record_of(db.session, company_id=me.company_id, now=clock.now())
    limits = found.record.is_low and reliability.is_limiting(db.session, fair_id=fair.id)
    return render_template("reliability/own.html", page=record_page(fair.slug, found, is_limiting=limits))


@blueprint.get("/fairs/<slug>/organizer/reliability")
@organizer
def settings(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show whom the switch would limit before it is turned, and the appeals that wait."""
    del person
    return _settings_page(fair)


@blueprint.post("/fairs/<slug>/organizer/reliability")
@organizer
def limit(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Let the record limit requests at this fair, or no longer."""
    is_on = request.form.get("limits") == "on"
    reliability.set_limiting(db.session, fair=fair, is_on=is_on, by=person.account_id, now=clock.now())
    flash(_("Requests are limited by the record now.") if is_on else _("The record limits nobody now."), "done")
    return redirect(url_for("reliability.settings", slug=fair.slug))


@blueprint.post("/fairs/<slug>/organizer/reliability/<uuid:meeting_id>")
@organizer
def settle(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Settle an appeal; nobody's word outweighs the organizer's."""
    side = Role.BUYER if request.form.get("side") == Role.BUYER else Role.EXHIBITOR
    try:
        appeals.settle(
            db.session,
            fair=fair,
            meeting_id=meeting_id,
            side=side,
            was_there=request.form.get("was_there") == "yes",
            by=person.account_id,
            now=clock.now(),
        )
    except Conflict:
        db.session.rollback()
        return _settings_page(fair, is_settled=True), CONFLICT
    flash(_("The appeal is settled."), "done")
    return redirect(url_for("reliability.settings", slug=fair.slug))


def _settings_page(fair: FairFacts, *, is_settled: bool = False) -> str:
    return render_template(
        "reliability/settings.html",
        is_on=reliability.is_limiting(db.session, fair_id=fair.id),
        low=reliability.low_ones(db.session, fair_id=fair.id, now=clock.now()),
        appeals=appeals.open_ones(db.session, fair_id=fair.id),
        is_settled=is_settled,
    )
