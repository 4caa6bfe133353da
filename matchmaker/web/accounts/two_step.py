"""Set the second step of signing in up, renew its recovery codes, and turn it off."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import two_step as steps
from matchmaker.web.access import signed_in
from matchmaker.web.accounts.forms import CodeForm
from matchmaker.web.accounts.routes import NOT_FOUND, UNPROCESSABLE, blueprint
from matchmaker.web.accounts.wording import refusal
from matchmaker.web.links import safe_next
from matchmaker.web.recent_sign_in import recent_sign_in
from matchmaker.web.security_log import note
from matchmaker.web.sign_in import owes_second_step

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn

FORBIDDEN = 403
GROUP = 4


@blueprint.get("/account/two-step")
@signed_in
def two_step(person: SignedIn) -> ResponseReturnValue:
    """Say what the second step is and what it takes, with the button that begins."""
    wanted = safe_next(request.args.get("next"))
    return render_template("accounts/two_step.html", is_required=owes_second_step(person), wanted=wanted)


@blueprint.post("/account/two-step")
@signed_in
@recent_sign_in
def begin_two_step(person: SignedIn) -> ResponseReturnValue:
    """Make a key for someone's app."""
    steps.begin(db.session, account_id=person.account_id, secret=_secret())
    return redirect(url_for("accounts.set_up_two_step", next=safe_next(request.form.get("next"))))


@blueprint.get("/account/two-step/set-up")
@signed_in
@recent_sign_in
def set_up_two_step(person: SignedIn) -> ResponseReturnValue:
    """Show the key as a picture and in letters, and ask for a code that proves the app has it."""
    return _set_up_page(person, CodeForm())


@blueprint.get("/account/two-step/picture.svg")
@signed_in
@recent_sign_in
def two_step_picture(person: SignedIn) -> ResponseReturnValue:
    """Draw the key that is being set up for the app's camera."""
    # Only this picture needs the library.
    import segno  # noqa: PLC0415

    key = steps.pending_key(db.session, account_id=person.account_id, secret=_secret())
    if key is None:
        abort(NOT_FOUND)
    drawn = io.BytesIO()
    address = steps.address_of(key, account=person.email, issuer=current_app.extensions["matchmaker"].brand)
    segno.make(address, error="m").save(drawn, kind="svg", border=4, light="#ffffff", dark="#000000")
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@blueprint.post("/account/two-step/set-up")
@signed_in
@recent_sign_in
def confirm_two_step(person: SignedIn) -> ResponseReturnValue:
    """Turn the second step on, and show the recovery codes this once."""
    form = CodeForm()
    if form.validate():
        code, now = form.code.data or "", clock.now()
        try:
            codes = steps.confirm(db.session, account_id=person.account_id, code=code, secret=_secret(), now=now)
        except Refused as error:
            form.code.errors = [refusal(error.code)]
        else:
            note("two_step_on", account_id=person.account_id)
            return _codes_page(codes, safe_next(request.form.get("next")))
    return _set_up_page(person, form, UNPROCESSABLE)


@blueprint.post("/account/two-step/codes")
@signed_in
@recent_sign_in
def renew_recovery_codes(person: SignedIn) -> ResponseReturnValue:
    """Make new recovery codes and show them this once."""
    codes = steps.renew_codes(db.session, account_id=person.account_id, now=clock.now())
    note("recovery_codes_renewed", account_id=person.account_id)
    return _codes_page(codes, None)


@blueprint.post("/account/two-step/off")
@signed_in
@recent_sign_in
def turn_two_step_off(person: SignedIn) -> ResponseReturnValue:
    """Turn the second step off; organizers keep it where it is required."""
    if current_app.extensions["matchmaker"].organizers_take_two_steps and person.is_organizer:
        abort(FORBIDDEN)
    steps.turn_off(db.session, account_id=person.account_id, by=person.account_id, now=clock.now())
    note("two_step_off", account_id=person.account_id)
    flash(_("Two-step sign-in is off."), "done")
    return redirect(url_for("accounts.security"))


def _set_up_page(person: SignedIn, form: CodeForm, status: int = 200) -> ResponseReturnValue:
    wanted = safe_next(request.values.get("next"))
    key = steps.pending_key(db.session, account_id=person.account_id, secret=_secret())
    if key is None:
        return redirect(url_for("accounts.two_step", next=wanted))
    letters = " ".join(key[at : at + GROUP] for at in range(0, len(key), GROUP))
    return render_template("accounts/two_step_set_up.html", form=form, letters=letters, wanted=wanted), status


def _codes_page(codes: list[str], wanted: str | None) -> str:
    return render_template("accounts/recovery_codes.html", codes=codes, wanted=wanted)


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])
