"""Register a company: one screen, and on without waiting for mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from matchmaker import clock
from matchmaker.domain.errors import NotFound, Refused, TooMany
from matchmaker.domain.fairs import Act, allows
from matchmaker.extensions import db
from matchmaker.services import consent_texts, fairs, registration
from matchmaker.web import sign_in as browser
from matchmaker.web.access import anyone
from matchmaker.web.errors import plain_page
from matchmaker.web.fair_view import FairView
from matchmaker.web.registration.page import (
    first_step,
    form_for,
    is_at,
    next_step,
    refuse,
    register_page,
    texts_are_those_shown,
    wanted,
)
from matchmaker.web.registration.routes import blueprint
from matchmaker.web.sign_in import signed_in_person
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.fairs import FairFacts
    from matchmaker.web.registration.forms import CompanyForm

OK, BAD_REQUEST, FORBIDDEN, UNPROCESSABLE, TOO_MANY = 200, 400, 403, 422, 429


@blueprint.route("/fairs/<slug>/register", methods=["GET", "POST"])
@anyone
def register(fair: FairFacts) -> ResponseReturnValue:
    """Ask for the company, the person and the consents, and let them go on at once."""
    if is_at(fair, signed_in_person()):
        return redirect(next_step(fair))
    if not allows(fair.phase, Act.REGISTER):
        status = OK if request.method in SAFE_METHODS else FORBIDDEN
        return render_template("registration/closed.html"), status
    form = form_for(fair)
    if request.method in SAFE_METHODS:
        return register_page(fair, form)
    if not form.validate():
        return register_page(fair, form), UNPROCESSABLE
    texts = consent_texts.current(db.session, fair_id=fair.id)
    if not texts_are_those_shown(form, texts):
        trouble = _("What you are asked to agree to was worded anew meanwhile. Read it and send the form again.")
        return register_page(fair, form, texts=texts, trouble=trouble), UNPROCESSABLE
    return _register(fair, form)


@blueprint.errorhandler(CSRFError)
def token_lost(error: CSRFError) -> ResponseReturnValue:
    """Show what was typed again when the browser's session ended meanwhile; who is registered by now goes on."""
    del error
    if request.endpoint != "registration.register" or "\x00" in "".join(request.form.values()):
        return plain_page(BAD_REQUEST)
    try:
        fair = fairs.by_slug(db.session, slug=(request.view_args or {})["slug"])
    except NotFound:
        return plain_page(BAD_REQUEST)
    g.fair = FairView(fair)
    if is_at(fair, signed_in_person()):
        return redirect(next_step(fair))
    trouble = _("This page was open for a long time, so it was not sent. Nothing you typed is lost: send it again.")
    return register_page(fair, form_for(fair), trouble=trouble), BAD_REQUEST


def _register(fair: FairFacts, form: CompanyForm) -> ResponseReturnValue:
    person, now = signed_in_person(), clock.now()
    try:
        account_id = registration.register(
            db.session,
            fair=fair,
            wanted=wanted(form),
            form_key=form.key.data or "",
            network=request.remote_addr or "",
            by=person.account_id if person else None,
            now=now,
        )
    except Refused as error:
        refuse(form, error)
        return register_page(fair, form), UNPROCESSABLE
    except TooMany as error:
        trouble = _("Many companies were registered from this network just now. Try again in a quarter of an hour.")
        return register_page(fair, form, trouble=trouble), TOO_MANY, {"Retry-After": str(error.retry_after)}
    if person is None:
        opened = registration.enter(db.session, account_id=account_id, user_agent=request.user_agent.string, now=now)
        if opened.person is not None:  # An account without an address has no second step to take.
            browser.start(opened.token, opened.person)
    return redirect(first_step(fair, wanted(form).role))
