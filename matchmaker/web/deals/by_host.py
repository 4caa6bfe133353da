"""A host records what a side says at the table, in the same steps as the side itself would."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import Role
from matchmaker.domain.money.errors import UnreadableAmount
from matchmaker.extensions import db
from matchmaker.services import deals, host_outcomes, questions
from matchmaker.services.outcomes import Said
from matchmaker.web.access import host
from matchmaker.web.deals import page
from matchmaker.web.deals.details import prepare, said_at_once, said_of
from matchmaker.web.deals.forms import ConfirmForm, OutcomeForm, add_error
from matchmaker.web.deals.kept import told
from matchmaker.web.deals.views import blueprint
from matchmaker.web.deals.wording import ANSWERS, COMPLETE, KINDS, NOT_HELD, REFUSALS, RESULT
from matchmaker.web.fields import offer
from matchmaker.web.statements import kept_at, mark_of, was_kept

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.questions import Question

NOT_FOUND, UNPROCESSABLE = 404, 422


@dataclass(frozen=True, slots=True)
class Heard:
    """At which meeting a host speaks for which side, and the company that is."""

    fair: FairFacts
    by: uuid.UUID
    side: Role
    company: str
    question: Question

    def address(self, endpoint: str, side: Role | None = None) -> str:
        """Where one goes on with this question, or with the same one to the other side."""
        meeting_id = self.question.meeting.id
        return url_for(endpoint, slug=self.fair.slug, meeting_id=meeting_id, side=side or self.side)

    def done(self) -> ResponseReturnValue:
        """Go back to the meeting."""
        return redirect(url_for("attendance.hosted", slug=self.fair.slug, meeting_id=self.question.meeting.id))


@blueprint.get("/fairs/<slug>/host/meetings/<uuid:meeting_id>/outcome/<side>")
@host
def host_question(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID, side: str) -> ResponseReturnValue:
    """Ask a host what a side says of its meeting."""
    heard = _heard(fair, person, meeting_id, side)
    return _question_page(heard, _form(heard))


@blueprint.post("/fairs/<slug>/host/meetings/<uuid:meeting_id>/outcome/<side>")
@host
def host_answer(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID, side: str) -> ResponseReturnValue:
    """Take a side's answer: save it when it is complete, else read the amount back."""
    heard = _heard(fair, person, meeting_id, side)
    if _came_before(heard):
        return heard.done()
    form = _form(heard)
    if "change" in request.form:
        form.outcome.data = RESULT
        return _question_page(heard, form)
    if not form.validate() or form.outcome.data == NOT_HELD:
        return _question_page(heard, form), UNPROCESSABLE
    if form.outcome.data in COMPLETE:
        return _save(heard, form, Said(outcome=COMPLETE[form.outcome.data]))
    return _take_result(heard, form)


@blueprint.post("/fairs/<slug>/host/meetings/<uuid:meeting_id>/outcome/<side>/confirm")
@host
def host_confirm(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID, side: str) -> ResponseReturnValue:
    """Save a result whose amount was read back."""
    heard = _heard(fair, person, meeting_id, side)
    if _came_before(heard):
        return heard.done()
    form = ConfirmForm()
    readings = page.readings_of(form.value.data or "", form.currency.data or "")
    page.offer_choices(form, readings, ())
    prepare(form, heard.question, fair=fair)
    said = said_of(form, readings) if form.validate() else None
    if said is None:
        return _confirm_page(heard, form), UNPROCESSABLE
    return _save(heard, form, said)


def _heard(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID, side: str) -> Heard:
    """The question to a side, without what was said of it before: a value is for its own sides to see."""
    if side not in set(Role):
        abort(NOT_FOUND)
    by = person.account_id
    me = host_outcomes.speaker(db.session, fair=fair, meeting_id=meeting_id, side=Role(side), by=by)
    question = questions.question_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    return Heard(fair, by, Role(side), me.company_name, replace(question, mine=(), theirs=()))


def _form(heard: Heard) -> OutcomeForm:
    form = page.outcome_form(heard.question, deals.fixed_rates(db.session, fair=heard.fair))
    offer(form.outcome, [(code, str(words)) for code, words in ANSWERS.items() if code != NOT_HELD])
    return form


def _came_before(heard: Heard) -> bool:
    """Whether a device sends once more what is recorded, maybe after its question was answered."""
    return was_kept() and host_outcomes.is_recorded(db.session, meeting_id=heard.question.meeting.id, once=mark_of())


def _take_result(heard: Heard, form: OutcomeForm) -> ResponseReturnValue:
    """Read the amount back; one that a device kept and that leaves nothing to ask is recorded at once.

    The device is told how it was read (201), so that whoever typed it can correct it.
    """
    try:
        readings = page.readings_of(form.value.data or "", form.currency.data or "")
    except UnreadableAmount as error:
        add_error(form, "value", str(REFUSALS[error.code]))
        return _question_page(heard, form), UNPROCESSABLE
    if not readings:
        return _save(heard, form, Said(outcome=form.stage))
    said = said_at_once(form, readings) if was_kept() else None
    if said is not None:
        saved = _save(heard, form, said)
        return saved if isinstance(saved, tuple) else told(readings[0], link=heard.address("deals.host_question"))
    confirming = page.confirm_form(form, readings, ())
    prepare(confirming, heard.question, fair=heard.fair)
    return _confirm_page(heard, confirming)


def _save(heard: Heard, form: OutcomeForm | ConfirmForm, said: Said) -> ResponseReturnValue:
    now, meeting_id = clock.now(), heard.question.meeting.id
    try:
        host_outcomes.record(
            db.session,
            fair=heard.fair,
            meeting_id=meeting_id,
            side=heard.side,
            said=said,
            by=heard.by,
            at=kept_at(now),
            once=mark_of(),
            now=now,
            is_kept=was_kept(),
        )
    except Refused as error:
        add_error(form, error.field, str(REFUSALS[error.code]))
        if isinstance(form, ConfirmForm):
            return _confirm_page(heard, form), UNPROCESSABLE
        return _question_page(heard, form), UNPROCESSABLE
    flash(_("What came of the meeting is recorded, as entered by a host."), "done")
    return heard.done()


def _question_page(heard: Heard, form: OutcomeForm) -> str:
    switch = [
        (words, heard.address("deals.host_question", role), role is heard.side)
        for role, words in ((Role.EXHIBITOR, _("The exhibitor says")), (Role.BUYER, _("The buyer says")))
    ]
    return render_template(
        "deals/host_outcome.html",
        question=heard.question,
        company=heard.company,
        form=form,
        switch=switch,
        url=heard.address("deals.host_answer"),
        once=mark_of(),
    )


def _confirm_page(heard: Heard, form: ConfirmForm) -> str:
    return render_template(
        "deals/confirm.html",
        question=heard.question,
        form=form,
        readings=page.readings_of(form.value.data or "", form.currency.data or ""),
        kind=next((words for code, words in KINDS.items() if code == form.kind.data), ""),
        is_buyer=heard.side is Role.BUYER,
        confirm_url=heard.address("deals.host_confirm"),
        change_url=heard.address("deals.host_answer"),
        once=mark_of(),
    )
