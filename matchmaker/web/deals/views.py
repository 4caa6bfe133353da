"""Say what came of a meeting; a company's results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict, DomainError, NotAllowed, Refused
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.money.errors import UnreadableAmount
from matchmaker.extensions import db
from matchmaker.services import attendance, deals, questions
from matchmaker.services.outcomes import Absent, Said, obstacle, record_missed, record_outcome
from matchmaker.web.access import participant
from matchmaker.web.deals import kept, page
from matchmaker.web.deals.details import prepare, said_at_once, said_of
from matchmaker.web.deals.forms import ConfirmForm, NotHeldForm, OutcomeForm, add_error
from matchmaker.web.deals.wording import COMPLETE, KINDS, MOVED_ON, NOT_HELD, REFUSALS, SAID_AT_ONCE
from matchmaker.web.statements import mark_of, was_kept

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from matchmaker.domain.deals.stages import Outcome
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.questions import Question

blueprint = Blueprint("deals", __name__)
UNPROCESSABLE = 422


@blueprint.get("/fairs/<slug>/results")
@participant
def results(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Show what came of one's meetings, by rung."""
    found = deals.results_of(db.session, fair=fair, me=me)
    return render_template("deals/results.html", groups=page.groups_of(found, fair=fair))


@blueprint.get("/fairs/<slug>/meetings/<uuid:meeting_id>/outcome")
@participant
def outcome(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Ask how a meeting went."""
    question = questions.asked_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    rates = deals.fixed_rates(db.session, fair=fair)
    deal = request.args.get("deal", "")
    if not question.mine:
        return _question_page(fair, question, fields=page.empty_fields(question, rates), deal=deal)
    return _question_page(fair, question, page.outcome_form(question, rates, deal=deal))


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/outcome")
@participant
def answer(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Take an answer: save it when it is complete, else ask for the rest or read the amount back."""
    question = questions.question_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    rates = deals.fixed_rates(db.session, fair=fair)
    form = page.outcome_form(question, rates, deal=request.args.get("deal", ""))
    if "change" in request.form:
        form.outcome.data = "result"
        return _question_page(fair, question, form)
    if not form.validate():
        return _question_page(fair, question, form), UNPROCESSABLE
    if kept.came_before(question, is_not_held=form.outcome.data == NOT_HELD):
        return redirect(url_for("meetings.agenda", slug=fair.slug))
    if form.outcome.data == NOT_HELD:
        return _not_held_page(question, NotHeldForm(formdata=None))
    if form.outcome.data in COMPLETE:
        said = Said(outcome=COMPLETE[form.outcome.data], deal=page.deal_key(form.deal.data or ""))
        return _save(fair, me, question, form, said, back="meetings.agenda")
    return _take_result(fair, me, question, form)


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/outcome/confirm")
@participant
def confirm(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Save a result whose amount was read back."""
    question = questions.question_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    if kept.came_before(question):
        return redirect(url_for("deals.results", slug=fair.slug))
    form = ConfirmForm()
    readings = page.readings_of(form.value.data or "", form.currency.data or "")
    page.offer_choices(form, readings, page.deal_choices(question.deals, asked=form.deal.data or ""))
    prepare(form, question, fair=fair)
    said = said_of(form, readings) if form.validate() else None
    if said is None:
        return _confirm_page(question, form, readings, me), UNPROCESSABLE
    return _save(fair, me, question, form, said, back="deals.results")


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/outcome/not-held")
@participant
def not_held(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Put on record that a meeting did not take place, and who was not there."""
    form = NotHeldForm()
    if not form.validate():
        question = questions.question_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
        return _not_held_page(question, form), UNPROCESSABLE
    absent = Absent(form.absent.data)
    record_missed(db.session, fair=fair, me=me, meeting_id=meeting_id, absent=absent, now=clock.now())
    flash(_("It is on record that this meeting did not take place."), "done")
    return redirect(url_for("meetings.agenda", slug=fair.slug))


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/outcome/held")
@participant
def held(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Say that a meeting took place after all, which the rule weighs against what others said."""
    noted = attendance.appeal(db.session, fair=fair, me=me, meeting_id=meeting_id, now=clock.now())
    if noted.state is MeetingState.HELD:
        flash(_("It is on record that this meeting took place. What came of it?"), "done")
    else:
        flash(
            _(
                "What you say is kept. A host was at the table and said otherwise, so it stays as not held for now. "
                "The organizer can settle it."
            ),
            "changed",
        )
    return redirect(url_for("deals.outcome", slug=fair.slug, meeting_id=meeting_id))


@blueprint.errorhandler(Conflict)
@blueprint.errorhandler(NotAllowed)
@blueprint.errorhandler(Refused)
def refused(error: DomainError) -> ResponseReturnValue:
    """Say what stands against an answer that no field can show."""
    text = (
        MOVED_ON[error.facts["state"]] if error.code == "meeting_moved_on" else REFUSALS.get(error.code, SAID_AT_ONCE)
    )
    status = UNPROCESSABLE if isinstance(error, Refused) else 409 if isinstance(error, Conflict) else 403
    return render_template("deals/refused.html", text=text), status


def _take_result(fair: FairFacts, me: Membership, question: Question, form: OutcomeForm) -> ResponseReturnValue:
    """Read the amount back, or save at once a result that leaves nothing to confirm.

    Nobody is there to confirm what a device kept: if it leaves nothing to ask, it is saved, and the device told how.
    """
    code = obstacle(question.meeting, fair=fair, now=clock.now())
    try:
        readings = page.readings_of(form.value.data or "", form.currency.data or "")
    except UnreadableAmount as error:
        add_error(form, "value", str(REFUSALS[error.code]))
        return _question_page(fair, question, form), UNPROCESSABLE
    choices = page.deal_choices(question.deals, asked=form.deal.data or "")
    at_once = said_at_once(form, readings) if was_kept() and not choices else None
    if at_once is not None:
        saved = _save(fair, me, question, form, at_once, back="deals.results")
        link = url_for("deals.outcome", slug=fair.slug, meeting_id=question.meeting.id)
        return saved if isinstance(saved, tuple) else kept.told(readings[0], link=link)
    if not code and (readings or choices):
        confirming = page.confirm_form(form, readings, choices)
        prepare(confirming, question, fair=fair)
        return _confirm_page(question, confirming, readings, me)
    said = Said(outcome=form.stage, deal=page.deal_key(form.deal.data or ""))
    return _save(fair, me, question, form, said, back="deals.results")


def _save(
    fair: FairFacts, me: Membership, question: Question, form: OutcomeForm | ConfirmForm, said: Said, *, back: str
) -> ResponseReturnValue:
    try:
        record_outcome(
            db.session,
            fair=fair,
            me=me,
            meeting_id=question.meeting.id,
            said=said,
            now=clock.now(),
            once=mark_of(),
            is_kept=was_kept(),
        )
    except Refused as error:
        add_error(form, error.field, str(REFUSALS[error.code]))
        if isinstance(form, ConfirmForm):
            readings = page.readings_of(form.value.data or "", form.currency.data or "")
            return _confirm_page(question, form, readings, me), UNPROCESSABLE
        return _question_page(fair, question, form), UNPROCESSABLE
    flash(_("What came of the meeting with %(name)s is recorded.", name=question.meeting.other_name), "done")
    return redirect(url_for(back, slug=fair.slug))


def _question_page(
    fair: FairFacts, question: Question, form: OutcomeForm | None = None, *, fields: str = "", deal: str = ""
) -> str:
    """Return the page that asks, with a form or with its fields as they are before anything was said."""
    code = obstacle(question.meeting, fair=fair, now=clock.now())
    return render_template(
        "deals/outcome.html",
        question=question,
        form=form,
        fields=fields,
        deal=deal if form is None else form.deal.data,
        obstacle=REFUSALS[code] if code else "",
        is_missed=code == "value_without_meeting",
        said=page.stated_text(question.mine[-1] if question.mine else None),
        they_said=page.stated_text(question.theirs[-1] if question.theirs else None),
    )


def _confirm_page(question: Question, form: ConfirmForm, readings: Sequence[page.ReadAmount], me: Membership) -> str:
    kind: Outcome | None = next((code for code in KINDS if code == form.kind.data), None)
    return render_template(
        "deals/confirm.html",
        question=question,
        form=form,
        readings=readings,
        kind=KINDS[kind] if kind else "",
        is_buyer=me.role is Role.BUYER,
        once=mark_of(),
    )


def _not_held_page(question: Question, form: NotHeldForm) -> str:
    return render_template("deals/not_held.html", question=question, form=form)
