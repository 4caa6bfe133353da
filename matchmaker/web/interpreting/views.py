"""An interpreter's own day, and where to say that one can't come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import fairs, interpreters, sheets
from matchmaker.web.access import interpreter
from matchmaker.web.away_form import AwayForm
from matchmaker.web.interpreting.page import days_of, slots_by_day, wanted_slots
from matchmaker.web.interpreting.routes import blueprint
from matchmaker.web.vocabulary import terms_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

UNPROCESSABLE = 422


@blueprint.get("/fairs/<slug>/interpreter")
@interpreter
def own_day(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show an interpreter's meetings by day, what to know of the companies, and the terms in both languages."""
    me = interpreters.own(db.session, fair_id=fair.id, account_id=person.account_id)
    sheet = next(iter(sheets.interpreter_sheets(db.session, fair_id=fair.id, interpreter_id=me.id)), None)
    slots = fairs.slots(db.session, fair_id=fair.id)
    return render_template(
        "interpreting/own_day.html",
        me=me,
        days=days_of(sheet, away=me.away, slots=slots, now=clock.now()),
        companies=sheet.companies if sheet else (),
        terms=terms_of(sheet.companies) if sheet else [],
    )


@blueprint.get("/fairs/<slug>/interpreter/away")
@interpreter
def away(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask in which times an interpreter can't come."""
    me = interpreters.own(db.session, fair_id=fair.id, account_id=person.account_id)
    slots = fairs.slots(db.session, fair_id=fair.id)
    days = slots_by_day(slots, away=me.away, now=clock.now())
    return render_template("interpreting/away.html", form=AwayForm(formdata=None), days=days, whole=())


@blueprint.post("/fairs/<slug>/interpreter/away")
@interpreter
def say_away(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Keep when an interpreter can't come; the meetings stand until an organizer has decided."""
    me = interpreters.own(db.session, fair_id=fair.id, account_id=person.account_id)
    slots = fairs.slots(db.session, fair_id=fair.id)
    wanted, form = wanted_slots(slots, request.form), AwayForm()
    if not form.validate():
        days, whole = slots_by_day(slots, away=wanted, now=clock.now()), request.form.getlist("whole")
        return render_template("interpreting/away.html", form=form, days=days, whole=whole), UNPROCESSABLE
    standing = interpreters.set_away(
        db.session,
        fair=fair,
        interpreter_id=me.id,
        slot_ids=wanted,
        reason=form.reason.data,
        by=person.account_id,
        now=clock.now(),
    )
    said = _("Saved. The organizers are told and look for someone to take over.") if standing else _("Saved.")
    flash(said, "changed" if standing else "done")
    return redirect(url_for("interpreting.own_day", slug=fair.slug))
