"""Step three: when each person of the company can meet."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import availability as times
from matchmaker.web.access import registered
from matchmaker.web.profile.availability_page import availability_page, chosen_away
from matchmaker.web.profile.routes import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.fairs import FairFacts, Membership


@blueprint.get("/fairs/<slug>/profile/availability")
@registered
def availability(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Show when someone of the company is free; who it is stands in the address, else the reader."""
    page = availability_page(fair, me, person=request.args.get("person", type=uuid.UUID), now=clock.now())
    return render_template("profile/availability.html", page=page)


@blueprint.post("/fairs/<slug>/profile/availability/<uuid:representative_id>")
@registered
def save_availability(fair: FairFacts, me: Membership, representative_id: uuid.UUID) -> ResponseReturnValue:
    """Keep when a colleague is free: the boxes as they are ticked, then the half day that was pressed, if one was."""
    is_new = times.set_away(
        db.session,
        fair_id=fair.id,
        me=me,
        representative_id=representative_id,
        away=chosen_away(fair, free=request.form.getlist("free"), press=request.form.get("set", "")),
        now=clock.now(),
    )
    if "set" not in request.form:
        flash(_("The times are saved.") if is_new else _("Nothing was different, so nothing changed."), "done")
    return redirect(url_for("profile.availability", slug=fair.slug, person=representative_id))
