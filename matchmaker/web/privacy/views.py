"""Requests of people about their data, as the organizer handles them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict, NotFound, Refused
from matchmaker.domain.privacy.requests import RequestChannel, RequestKind
from matchmaker.extensions import db
from matchmaker.services import data_requests, erasure_plans
from matchmaker.web.access import organizer
from matchmaker.web.filters import date
from matchmaker.web.privacy.forms import DoneForm, ReasonForm, RequestForm
from matchmaker.web.privacy.page import erasure_page, request_lines
from matchmaker.web.privacy.routes import CONFLICT, UNPROCESSABLE, blueprint
from matchmaker.web.privacy.wording import BY_HAND, DOES, KINDS, STATES, refusal
from matchmaker.web.recent_sign_in import recent_sign_in
from matchmaker.web.security_log import note

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable
    from datetime import date as Date  # noqa: N812 - beside the filter of that name.

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts


@blueprint.get("/fairs/<slug>/organizer/privacy")
@organizer
def requests(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the requests, the one that is due next first, and a form to enter one."""
    del person
    return _list(fair, RequestForm(formdata=None, received_on=_today(fair)))


@blueprint.post("/fairs/<slug>/organizer/privacy")
@organizer
def enter(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Enter a request that came in."""
    form = RequestForm()
    if not form.validate():
        return _list(fair, form), UNPROCESSABLE
    try:
        key = data_requests.enter(
            db.session,
            fair_id=fair.id,
            kind=RequestKind(form.kind.data),
            channel=RequestChannel(form.channel.data),
            email=form.email.data or "",
            note=form.note.data or "",
            received_on=form.received_on.data or _today(fair),
            by=person.account_id,
            now=clock.now(),
        )
    except Refused:
        form.received_on.errors = [_("This day is still to come.")]
        return _list(fair, form), UNPROCESSABLE
    return redirect(url_for("privacy.request", slug=fair.slug, request_id=key))


@blueprint.get("/fairs/<slug>/organizer/privacy/<uuid:request_id>", endpoint="request")
@organizer
def request_page(fair: FairFacts, person: SignedIn, request_id: uuid.UUID) -> ResponseReturnValue:
    """Show one request with what may be done about it."""
    del person
    return _page(fair, request_id)


@blueprint.post("/fairs/<slug>/organizer/privacy/<uuid:request_id>/answered")
@organizer
def answered(fair: FairFacts, person: SignedIn, request_id: uuid.UUID) -> ResponseReturnValue:
    """Note that the person was told that the request came in."""
    return _act(fair, request_id, lambda: data_requests.answer(db.session, **_who(fair, person, request_id)))


@blueprint.post("/fairs/<slug>/organizer/privacy/<uuid:request_id>/extended")
@organizer
def extended(fair: FairFacts, person: SignedIn, request_id: uuid.UUID) -> ResponseReturnValue:
    """Extend a request once."""
    form = ReasonForm(prefix="extend")
    if not form.validate():
        return _page(fair, request_id, extend=form), UNPROCESSABLE
    who, reason = _who(fair, person, request_id), form.reason.data or ""
    return _act(fair, request_id, lambda: data_requests.extend(db.session, **who, reason=reason))


@blueprint.post("/fairs/<slug>/organizer/privacy/<uuid:request_id>/refused")
@organizer
def refused(fair: FairFacts, person: SignedIn, request_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse a request with its reason."""
    form = ReasonForm(prefix="refuse")
    if not form.validate():
        return _page(fair, request_id, refuse=form), UNPROCESSABLE
    who, reason = _who(fair, person, request_id), form.reason.data or ""
    return _act(fair, request_id, lambda: data_requests.refuse(db.session, **who, reason=reason))


@blueprint.post("/fairs/<slug>/organizer/privacy/<uuid:request_id>/done")
@organizer
@recent_sign_in
def done(fair: FairFacts, person: SignedIn, request_id: uuid.UUID) -> ResponseReturnValue:
    """Do what was asked, or note that it was done by hand."""
    form = DoneForm()
    if not form.validate():
        return _page(fair, request_id, done=form), UNPROCESSABLE
    who, outcome = _who(fair, person, request_id), form.outcome.data or ""
    answer = _act(fair, request_id, lambda: data_requests.do(db.session, **who, outcome=outcome))
    if not isinstance(answer, tuple):
        note("data_request_done", account_id=person.account_id, request=str(request_id))
    return answer


def _who(fair: FairFacts, person: SignedIn, request_id: uuid.UUID) -> dict[str, Any]:
    return {"fair_id": fair.id, "request_id": request_id, "by": person.account_id, "now": clock.now()}


def _act(fair: FairFacts, request_id: uuid.UUID, act: Callable[[], object]) -> ResponseReturnValue:
    """Do it and go back; what stands against it is said on the page, with nothing changed."""
    try:
        act()
    except (Conflict, NotFound) as error:
        if error.code == "no_such_request":
            raise
        db.session.rollback()
        return _page(fair, request_id, refusal=refusal(error)), CONFLICT
    flash(_("Saved."), "done")
    return redirect(url_for("privacy.request", slug=fair.slug, request_id=request_id))


def _list(fair: FairFacts, form: RequestForm) -> str:
    rows = data_requests.listed(db.session, fair_id=fair.id)
    return render_template("privacy/requests.html", form=form, rows=request_lines(rows, today=_today(fair)))


def _page(fair: FairFacts, request_id: uuid.UUID, **shown: Any) -> str:
    facts = data_requests.one(db.session, fair_id=fair.id, request_id=request_id)
    person = data_requests.person_of(db.session, fair_id=fair.id, email=facts.email) if facts.state.is_open else None
    plan = None
    if person is not None and facts.kind is RequestKind.DELETE:
        plan = erasure_page(erasure_plans.plan(db.session, person=person), is_own=False)
    forms = {
        "extend": ReasonForm(prefix="extend", formdata=None),
        "refuse": ReasonForm(prefix="refuse", formdata=None),
        "done": DoneForm(formdata=None),
    }
    button, text = DOES.get(facts.kind, BY_HAND)
    words = {"kind": KINDS[facts.kind], "state": STATES[facts.state], "button": button, "text": text, "day": date}
    line = request_lines([facts], today=_today(fair))[0]
    return render_template(
        "privacy/request.html", facts=facts, line=line, found=person, plan=plan, words=words, **{**forms, **shown}
    )


def _today(fair: FairFacts) -> Date:
    return clock.now().astimezone(fair.zone).date()
