"""One's own page for signing in: the second step, the password, where one is signed in, the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import credentials, sign_in_sessions, two_step
from matchmaker.web.access import signed_in
from matchmaker.web.accounts.forms import LanguageForm
from matchmaker.web.accounts.routes import blueprint
from matchmaker.web.accounts.wording import browser_words
from matchmaker.web.security_log import note

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn


@blueprint.get("/account/security")
@signed_in
def security(person: SignedIn) -> ResponseReturnValue:
    """Show how someone signs in, and where they are signed in."""
    now = clock.now()
    sessions = sign_in_sessions.standing(db.session, account_id=person.account_id, idle=person.idle, now=now)
    is_required = current_app.extensions["matchmaker"].organizers_take_two_steps and person.is_organizer
    return render_template(
        "accounts/security.html",
        person=person,
        sessions=sessions,
        words=browser_words,
        steps=two_step.standing(db.session, account_id=person.account_id),
        is_required=is_required,
        has_password=credentials.has_password(db.session, account_id=person.account_id),
        form=LanguageForm(locale=person.locale),
    )


@blueprint.post("/account/security/sessions/<uuid:session_id>/end")
@signed_in
def end_session(person: SignedIn, session_id: uuid.UUID) -> ResponseReturnValue:
    """End one of one's own sessions."""
    sign_in_sessions.end(db.session, account_id=person.account_id, session_id=session_id, now=clock.now())
    note("session_ended", account_id=person.account_id)
    flash(_("That browser is signed out."), "done")
    return redirect(url_for("accounts.security"))


@blueprint.post("/account/security/sessions/end-others")
@signed_in
def end_other_sessions(person: SignedIn) -> ResponseReturnValue:
    """End all of one's own sessions but this one."""
    own, now = person.account_id, clock.now()
    ended = sign_in_sessions.end_all(db.session, account_id=own, keep=person.session_id, now=now)
    note("other_sessions_ended", account_id=person.account_id)
    flash(ngettext("%(num)s other browser is signed out.", "%(num)s other browsers are signed out.", ended), "done")
    return redirect(url_for("accounts.security"))


@blueprint.post("/account/security/language")
@signed_in
def choose_language(person: SignedIn) -> ResponseReturnValue:
    """Choose the language of pages and mail."""
    form = LanguageForm()
    credentials.set_locale(db.session, account_id=person.account_id, locale=form.locale.data or "")
    flash(_("The language is changed."), "done")
    return redirect(url_for("accounts.security", lang=form.locale.data))
