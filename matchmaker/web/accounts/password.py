"""Set, change and reset one's own password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused, TooMany
from matchmaker.extensions import db
from matchmaker.services import accounts, credentials
from matchmaker.signed_links import subject_of
from matchmaker.web import sign_in as browser
from matchmaker.web.access import anyone, organizer, signed_in
from matchmaker.web.accounts.entering import enter
from matchmaker.web.accounts.forms import ChangePasswordForm, LinkForm, NewPasswordForm
from matchmaker.web.accounts.routes import NOT_FOUND, TOO_MANY, UNPROCESSABLE, blueprint
from matchmaker.web.accounts.wording import refusal, too_many
from matchmaker.web.known_device import accounts_known_here
from matchmaker.web.links import back, safe_next
from matchmaker.web.recent_sign_in import recent_sign_in
from matchmaker.web.security_log import note
from matchmaker.web.transaction import SAFE_METHODS, keep_on_refusal

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts


@blueprint.route("/password/forgot", methods=["GET", "POST"])
@anyone
def forgot() -> ResponseReturnValue:
    """Send a link to set a new password. Known and unknown addresses get the same answer."""
    form = LinkForm()
    wanted = safe_next(request.values.get("next"))
    if request.method in SAFE_METHODS:
        return render_template("accounts/forgot.html", form=form, wanted=wanted)
    if not form.validate():
        return render_template("accounts/forgot.html", form=form, wanted=wanted), UNPROCESSABLE
    accounts.request_link(
        db.session,
        email=form.email.data or "",
        purpose=accounts.RESET,
        leads_to=wanted or "",
        address=request.remote_addr or "",
        devices=accounts_known_here(),
        now=clock.now(),
    )
    note("reset_asked")
    return redirect(url_for("accounts.reset_sent", next=wanted))


@blueprint.get("/password/sent")
@anyone
def reset_sent() -> ResponseReturnValue:
    """Say that a link is on its way, if there is such an account."""
    return render_template("accounts/reset_sent.html", wanted=safe_next(request.args.get("next")))


@blueprint.route("/password/reset/<token>", methods=["GET", "POST"])
@anyone
def reset(token: str) -> ResponseReturnValue:
    """Ask for a new password; the link is used up once one is taken."""
    now = clock.now()
    form = NewPasswordForm()
    link_id = subject_of(token, secret=current_app.config["SECRET_KEY"], purpose=accounts.RESET)
    if link_id is None:
        return render_template("accounts/reset_over.html", wanted=None), NOT_FOUND
    if not accounts.link_is_open(db.session, link_id=link_id, now=now, purpose=accounts.RESET):
        wanted = safe_next(accounts.link_leads_to(db.session, link_id=link_id, purpose=accounts.RESET))
        status = 200 if request.method in SAFE_METHODS else UNPROCESSABLE
        return render_template("accounts/reset_over.html", wanted=wanted), status
    if request.method in SAFE_METHODS:
        return render_template("accounts/reset.html", form=form)
    if form.validate():
        new, agent = form.new_password.data or "", request.user_agent.string
        try:
            opened = credentials.use_reset(db.session, link_id=link_id, new=new, user_agent=agent, now=now)
        except Refused as error:
            form.new_password.errors = [refusal(error.code)]
        else:
            note("password_reset")
            flash(_("Your new password is set. Everywhere else you are signed out."), "done")
            return enter(opened, by="reset")
    return render_template("accounts/reset.html", form=form), UNPROCESSABLE


@blueprint.post("/fairs/<slug>/organizer/people/<uuid:representative_id>/reset")
@organizer
def start_reset(fair: FairFacts, person: SignedIn, representative_id: uuid.UUID) -> ResponseReturnValue:
    """Have a link to set a password sent to someone of the fair, who alone gets to see it."""
    name = credentials.start_reset(
        db.session, fair_id=fair.id, representative_id=representative_id, by=person.account_id, now=clock.now()
    )
    note("reset_started", account_id=person.account_id)
    flash(_("%(name)s gets a link to set a new password by mail.", name=name), "done")
    return redirect(back(url_for("companies.organizer_list", slug=fair.slug)))


@blueprint.get("/account/password")
@signed_in
def password(person: SignedIn) -> ResponseReturnValue:
    """Show the form for a new password; who has none yet must have signed in lately."""
    if credentials.has_password(db.session, account_id=person.account_id):
        return render_template("accounts/password.html", form=ChangePasswordForm())
    return redirect(url_for("accounts.first_password"))


@blueprint.get("/account/password/first")
@signed_in
@recent_sign_in
def first_password(person: SignedIn) -> ResponseReturnValue:
    """Show the form for a first password."""
    del person
    return render_template("accounts/password.html", form=NewPasswordForm())


@blueprint.post("/account/password")
@signed_in
def change_password(person: SignedIn) -> ResponseReturnValue:
    """Take a new password from someone who types the present one."""
    return _new_password(person, ChangePasswordForm())


@blueprint.post("/account/password/first")
@signed_in
@recent_sign_in
def set_password(person: SignedIn) -> ResponseReturnValue:
    """Take a first password. The service still asks for the present one where there is one."""
    return _new_password(person, NewPasswordForm())


def _new_password(person: SignedIn, form: NewPasswordForm) -> ResponseReturnValue:
    status, headers = UNPROCESSABLE, {}
    if form.validate():
        try:
            token, same = credentials.change_password(
                db.session,
                person=person,
                current=form.current.data or "" if isinstance(form, ChangePasswordForm) else "",
                new=form.new_password.data or "",
                user_agent=request.user_agent.string,
                now=clock.now(),
            )
        except TooMany as error:
            form.form_errors.append(too_many())
            status, headers = TOO_MANY, {"Retry-After": str(error.retry_after)}
        except Refused as error:
            _put(form, error)
        else:
            browser.start(token, same)
            note("password_changed", account_id=person.account_id)
            flash(_("Your new password is set. Everywhere else you are signed out."), "done")
            return redirect(url_for("accounts.security"))
    return render_template("accounts/password.html", form=form), status, headers


def _put(form: NewPasswordForm, error: Refused) -> None:
    """Put a refusal beside its field; a wrong present password counts as a guess."""
    if error.code == "wrong_password":
        keep_on_refusal()
    field = getattr(form, error.field, form.new_password)
    field.errors = [refusal(error.code)]
