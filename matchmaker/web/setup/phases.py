"""The dates of the phases, and moving on by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.validators import Optional

from matchmaker import clock
from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import Phase
from matchmaker.domain.scheduling.slots import SlotError, instant
from matchmaker.extensions import db
from matchmaker.services import phases as standing
from matchmaker.web.access import organizer
from matchmaker.web.fields import Form, MomentField
from matchmaker.web.objection_words import REASONS
from matchmaker.web.phase_words import MEANS, NAMES, act_names, phase_lines
from matchmaker.web.setup.routes import ROOT, UNPROCESSABLE, blueprint
from matchmaker.web.setup.wording import put_refusal

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.phases import PhaseEffects

DATED = tuple(Phase)[1:]
OBJECTIONS_NAMED = 5
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
MOMENTS = {str(phase): MomentField(NAMES[phase], format=FORMATS, validators=[Optional()]) for phase in DATED}
# One moment for each phase after the first, in the fair's own time.
PhasesForm: Any = type("PhasesForm", (Form,), MOMENTS)


@blueprint.route(f"{ROOT}/phases", methods=["GET", "POST"])
@organizer
def phases(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the phases and ask when each begins."""
    known = standing.dates(db.session, fair_id=fair.id)
    form: Any = _form(fair, known)
    if form.validate_on_submit():
        try:
            standing.set_dates(db.session, fair=fair, wanted=_wanted(fair, form), by=person.account_id, now=clock.now())
            flash(_("Saved. The fair moves on by itself at these times."), "done")
            return redirect(url_for("setup.phases", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused)
    page = render_template("setup/phases.html", form=form, lines=phase_lines(fair, known))
    return page, UNPROCESSABLE if form.errors else 200


@blueprint.route(f"{ROOT}/phases/<phase>", methods=["GET", "POST"])
@organizer
def phase_move(fair: FairFacts, person: SignedIn, phase: str) -> ResponseReturnValue:
    """Say what moving to a phase means; a POST does it."""
    if phase not in set(Phase):
        raise NotFound("no_such_phase")
    target = Phase(phase)
    form = Form()
    if form.validate_on_submit():
        standing.move_to(db.session, fair_id=fair.id, phase=target, by=person.account_id, now=clock.now())
        flash(_("The fair is in this phase now: %(phase)s.", phase=NAMES[target]), "done")
        return redirect(url_for("setup.phases", slug=fair.slug))
    told = standing.effects(db.session, fair=fair, phase=target)
    page = render_template(
        "setup/phase.html",
        name=NAMES[target],
        means=MEANS[target],
        sentences=_sentences(told),
        phase=target,
        has_objections=bool(told.objections),
    )
    return page, UNPROCESSABLE if form.errors else 200


def _form(fair: FairFacts, known: dict[Phase, datetime]) -> Any:
    """The moments as the fair's clocks show them; the fields know no zone."""
    return PhasesForm(data={str(phase): at.astimezone(fair.zone).replace(tzinfo=None) for phase, at in known.items()})


def _wanted(fair: FairFacts, form: Any) -> dict[Phase, datetime]:
    wanted = {}
    for phase in DATED:
        typed = form[phase].data
        if typed is not None:
            try:
                wanted[phase] = instant(on=typed.date(), at=typed.time(), zone=fair.zone)
            except SlotError as error:
                raise Refused(error.code, field=phase) from error
    return wanted


def _objections(told: PhaseEffects) -> str:
    """The objections nobody has answered, the first ones by name: the plan goes on with them as it stands."""
    named = [f"{one.exhibitor} – {one.buyer} ({REASONS[one.reason]})" for one in told.objections[:OBJECTIONS_NAMED]]
    return ngettext(
        "%(num)s objection has no answer yet, and its meeting stays as it is: %(names)s.",
        "%(num)s objections have no answer yet, and their meetings stay as they are: %(names)s.",
        len(told.objections),
        names="; ".join([*named, *(["…"] if len(told.objections) > OBJECTIONS_NAMED else [])]),
    )


def _sentences(told: PhaseEffects) -> list[str]:
    sentences = [
        ngettext("It concerns %(num)s company.", "It concerns %(num)s companies.", told.companies),
        ngettext("%(num)s request waits for an answer.", "%(num)s requests wait for an answer.", told.open_requests),
        ngettext("%(num)s agreed meeting has no time yet.", "%(num)s agreed meetings have no time yet.", told.accepted),
        ngettext("%(num)s meeting has its time.", "%(num)s meetings have their time.", told.scheduled),
    ]
    if told.opens:
        sentences.append(_("From now on possible: %(acts)s.", acts=act_names(told.opens)))
    if told.closes:
        sentences.append(_("No longer possible: %(acts)s.", acts=act_names(told.closes)))
    if told.objections:
        sentences.append(_objections(told))
    if told.expires_requests:
        sentences.append(_("Requests that wait expire at once, and who asked is told."))
    return sentences
