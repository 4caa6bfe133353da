"""Prove once more who one is, before something a borrowed session must not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, redirect, render_template, request, url_for

from matchmaker import clock
from matchmaker.domain.errors import Refused, TooMany
from matchmaker.extensions import db
from matchmaker.services import accounts, credentials
from matchmaker.web.access import signed_in
from matchmaker.web.accounts.forms import CodeForm, PasswordForm
from matchmaker.web.accounts.routes import TOO_MANY, UNPROCESSABLE, blueprint
from matchmaker.web.accounts.wording import refusal, too_many
from matchmaker.web.known_device import accounts_known_here
from matchmaker.web.links import safe_next
from matchmaker.web.security_log import note
from matchmaker.web.transaction import SAFE_METHODS, keep_on_refusal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn


@blueprint.route("/account/confirm", methods=["GET", "POST"])
@signed_in
def confirm(person: SignedIn) -> ResponseReturnValue:
    """Ask for the password, or for a code where there is no password; a link by mail does as well."""
    wanted = safe_next(request.values.get("next")) or url_for("accounts.security")
    form = _form_for(person)
    status, headers = 200, {}
    if request.method not in SAFE_METHODS:
        status = UNPROCESSABLE
        if form is not None and form.validate():
            try:
                _check(person, form)
            except TooMany as error:
                form.form_errors.append(too_many())
                status, headers = TOO_MANY, {"Retry-After": str(error.retry_after)}
            except Refused as error:
                keep_on_refusal()
                note("confirm_refused", account_id=person.account_id)
                form[error.field].errors = [refusal(error.code)]
            else:
                return redirect(wanted)
    return render_template("accounts/confirm.html", form=form, wanted=wanted), status, headers


@blueprint.post("/account/confirm/link")
@signed_in
def confirm_by_link(person: SignedIn) -> ResponseReturnValue:
    """Send a sign-in link to one's own address; it leads back to the page that asked."""
    accounts.request_link(
        db.session,
        email=person.email,
        purpose=accounts.SIGN_IN,
        leads_to=safe_next(request.form.get("next")) or "",
        address=request.remote_addr or "",
        devices=accounts_known_here(),
        now=clock.now(),
    )
    return redirect(url_for("accounts.link_sent"))


def _form_for(person: SignedIn) -> PasswordForm | CodeForm | None:
    if credentials.has_password(db.session, account_id=person.account_id):
        return PasswordForm()
    return CodeForm() if person.has_two_steps else None


def _check(person: SignedIn, form: PasswordForm | CodeForm) -> None:
    now = clock.now()
    if isinstance(form, PasswordForm):
        credentials.confirm_by_password(db.session, person=person, password=form.password.data or "", now=now)
    else:
        secret = current_app.config["SECRET_KEY"]
        credentials.confirm_by_code(db.session, person=person, code=form.code.data or "", secret=secret, now=now)
