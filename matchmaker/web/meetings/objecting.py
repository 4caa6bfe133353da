"""Object to a meeting of the provisional plan; the organizer settles what was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.domain.objections import ObjectionOutcome, ObjectionReason
from matchmaker.extensions import db
from matchmaker.services import agenda as agendas
from matchmaker.services import objections as objecting
from matchmaker.web.access import organizer, participant
from matchmaker.web.meetings.forms import ObjectionForm, answer_form
from matchmaker.web.meetings.views import UNPROCESSABLE, blueprint
from matchmaker.web.objection_words import OUTCOMES, REASONS, REFUSED, when_of
from matchmaker.web.places import place_words

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.objections import ObjectionFacts
    from matchmaker.web.meetings.forms import AnswerForm

LIST = "/fairs/<slug>/organizer/objections"


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One objection that waits for the organizer, with the form of its answer."""

    facts: ObjectionFacts
    when: str
    reason: str
    form: AnswerForm


@blueprint.route("/fairs/<slug>/meetings/<uuid:meeting_id>/object", methods=["GET", "POST"])
@participant
def object_to(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Say what stands against a meeting of the provisional plan."""
    row = agendas.row_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    form = ObjectionForm()
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else UNPROCESSABLE
        return render_template("meetings/object.html", form=form, row=row, place=place_words(row)), status
    reason, words = ObjectionReason(form.reason.data), form.words.data or ""
    objecting.object_to(
        db.session, fair=fair, me=me, meeting_id=meeting_id, reason=reason, words=words, now=clock.now()
    )
    flash(_("The organizer will look at it. The other side is not told."), "done")
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/object/take-back")
@participant
def take_objection_back(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Take one's objection back."""
    objecting.take_back(db.session, fair=fair, me=me, meeting_id=meeting_id, now=clock.now())
    flash(_("Taken back. The meeting stays as it is."), "done")
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))


@blueprint.get(LIST)
@organizer
def objections(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """List what participants said against the plan, what waits first."""
    del person
    return _list_page(fair)


@blueprint.post(f"{LIST}/<uuid:objection_id>")
@organizer
def settle_objection(fair: FairFacts, person: SignedIn, objection_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the meeting with an answer, take it off its place, or call it off."""
    acting: Any = {"fair": fair, "objection_id": objection_id, "by": person.account_id, "now": clock.now()}
    wanted = request.form.get("outcome", "")
    if wanted == ObjectionOutcome.TAKEN_OUT:
        objecting.take_out(db.session, **acting)
        flash(_("Taken out. The meeting stays agreed, both sides are told, and the next run places it anew."), "done")
    elif wanted == ObjectionOutcome.CALLED_OFF:
        objecting.call_off(db.session, **acting)
        flash(_("Called off, and both sides are told."), "done")
    else:
        form = answer_form(objection_id)
        try:
            kept = objecting.keep(db.session, answer=form.answer.data or "", **acting)
        except Refused as error:
            form.answer.errors = [REFUSED[error.code]]
            return _list_page(fair, refused=(objection_id, form)), UNPROCESSABLE
        flash(_("%(company)s is told your answer. The meeting stays as it is.", company=kept.company), "done")
    return redirect(url_for("meetings.objections", slug=fair.slug))


def _list_page(fair: FairFacts, *, refused: tuple[uuid.UUID, AnswerForm] | None = None) -> str:
    known, form = refused or (None, None)
    return render_template(
        "meetings/objections.html",
        lines=[
            OpenLine(
                one,
                when_of(one),
                str(REASONS[one.reason]),
                form if form is not None and one.id == known else answer_form(one.id, is_empty=True),
            )
            for one in objecting.open_ones(db.session, fair_id=fair.id)
        ],
        settled=objecting.settled_ones(db.session, fair_id=fair.id),
        refused_form=form,
        reasons=REASONS,
        outcomes=OUTCOMES,
    )
