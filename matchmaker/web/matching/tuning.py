"""Try other weights beside the current ones and adopt them; let the matcher learn or not; look at one list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import match_settings, match_trials
from matchmaker.services.match_settings import DEFAULTS
from matchmaker.services.runs import RunState
from matchmaker.web.access import organizer
from matchmaker.web.fragments import drawn_by, same_for_all
from matchmaker.web.matching.forms import WeightsForm
from matchmaker.web.matching.routes import ORGANIZER, blueprint
from matchmaker.web.matching.tuning_page import preview, trial_page

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

UNPROCESSABLE = 422


@blueprint.route(f"{ORGANIZER}/weights", methods=["GET", "POST"])
@organizer
def weights(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask for other weights and try them; nothing that companies see changes."""
    del person
    settings = match_settings.settings_of(db.session, fair_id=fair.id)
    has_encoder, values = bool(current_app.extensions["matchmaker"].encoder), {**DEFAULTS, **settings.weights}
    page = partial(render_template, "matching/weights.html", is_own=bool(settings.weights))
    if request.method != "POST":
        return page(fields=_unsent(has_encoder, *values.items()))
    form = WeightsForm(has_encoder=has_encoder, data=values)
    if form.validate_on_submit():
        match_trials.request_trial(db.session, fair_id=fair.id, weights=form.weights, now=clock.now())
        return redirect(url_for("matching.trial", slug=fair.slug))
    return page(fields=_fields(form), form=form), UNPROCESSABLE


@same_for_all
def _unsent(has_encoder: bool, *weights: tuple[str, float]) -> Markup:
    return _fields(WeightsForm(has_encoder=has_encoder, formdata=None, data=dict(weights)))


def _fields(form: WeightsForm) -> Markup:
    return drawn_by("matching/parts.html", "weights_of", form, form.names, DEFAULTS)


@blueprint.get(f"{ORGANIZER}/trial")
@organizer
def trial(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show what the newest trial would change."""
    del person
    page = trial_page(fair, now=clock.now())
    if page is None:
        return redirect(url_for("matching.weights", slug=fair.slug))
    return render_template("matching/trial.html", page=page)


@blueprint.post(f"{ORGANIZER}/trial/adopt")
@organizer
def adopt(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Match by the weights of the newest trial from now on."""
    found = match_trials.last_trial(db.session, fair_id=fair.id)
    if found is None or found.state != RunState.DONE:
        abort(404)
    tried = {**DEFAULTS, **found.weights}
    match_settings.adopt(db.session, fair_id=fair.id, weights=tried, by=person.account_id, now=clock.now())
    flash(_("These weights are used from now on. The fair is being matched anew."), "done")
    return redirect(url_for("matching.run", slug=fair.slug))


@blueprint.post(f"{ORGANIZER}/weights/default")
@organizer
def default_weights(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Go back to the weights that Matchmaker comes with."""
    match_settings.adopt(db.session, fair_id=fair.id, weights={}, by=person.account_id, now=clock.now())
    flash(_("The default weights are used again. The fair is being matched anew."), "done")
    return redirect(url_for("matching.run", slug=fair.slug))


@blueprint.post(f"{ORGANIZER}/learning")
@organizer
def learning(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Let the matcher learn from this fair's answers, or not."""
    is_on = request.form.get("learn") == "on"
    match_settings.set_learning(db.session, fair_id=fair.id, is_on=is_on, by=person.account_id, now=clock.now())
    said = _("The next matching may learn from answers.") if is_on else _("The next matching learns nothing.")
    flash(said, "done")
    return redirect(url_for("matching.run", slug=fair.slug))


@blueprint.post(f"{ORGANIZER}/learning/forget")
@organizer
def forget(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Forget what was learned; answers up to now are not learned from again."""
    match_settings.forget(db.session, fair_id=fair.id, by=person.account_id, now=clock.now())
    flash(_("What was learned is forgotten. It holds from the next matching."), "done")
    return redirect(url_for("matching.run", slug=fair.slug))


@blueprint.get(f"{ORGANIZER}/companies/<uuid:participation_id>")
@organizer
def company_list(fair: FairFacts, person: SignedIn, participation_id: uuid.UUID) -> ResponseReturnValue:
    """Show one company's list as that company reads it."""
    del person
    return render_template("matching/preview.html", page=preview(fair, participation_id))
