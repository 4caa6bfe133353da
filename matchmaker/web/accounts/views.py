"""Sign in by password or by one-time link, take the second step, and sign out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused, TooMany
from matchmaker.extensions import db
from matchmaker.services import accounts
from matchmaker.services.tokens import token_hash
from matchmaker.signed_links import subject_of
from matchmaker.web import sign_in as browser
from matchmaker.web.access import anyone, signed_in
from matchmaker.web.accounts.entering import enter
from matchmaker.web.accounts.forms import CodeForm, LinkForm, SignInForm
from matchmaker.web.accounts.routes import NOT_FOUND, TOO_MANY, UNPROCESSABLE, blueprint
from matchmaker.web.accounts.wording import refusal, too_many
from matchmaker.web.known_device import accounts_known_here
from matchmaker.web.links import safe_next
from matchmaker.web.security_log import note
from matchmaker.web.transaction import SAFE_METHODS, keep_on_refusal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import Opened, SignedIn

WHO_LETTERS = 12


@blueprint.route("/sign-in", methods=["GET", "POST"])
@anyone
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail and password, and open a session."""
    form = SignInForm()
    wanted = safe_next(request.values.get("next"))
    status, headers = 200, {}
    if request.method not in SAFE_METHODS:
        status = UNPROCESSABLE
        if form.validate():
            try:
                return enter(_first_step(form), wanted, by="password")
            except TooMany as error:
                form.form_errors.append(too_many())
                status, headers = TOO_MANY, {"Retry-After": str(error.retry_after)}
            except Refused:
                keep_on_refusal()
                form.password.errors = [
                    _("This e-mail address and password do not go together. Check both, or ask for a link.")
                ]
            _note_failure(form, status)
    return _sign_in_page(form, LinkForm(prefix="link-"), wanted), status, headers


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@anyone
def code() -> ResponseReturnValue:
    """Ask for the code of the second step."""
    form = CodeForm()
    wanted = safe_next(request.values.get("next"))
    if not browser.waiting_token():
        return redirect(url_for("accounts.sign_in", next=wanted))
    status, headers = 200, {}
    if request.method not in SAFE_METHODS:
        status = UNPROCESSABLE
        if form.validate():
            try:
                return enter(_second_step(form), wanted, by="code")
            except TooMany as error:
                form.form_errors.append(too_many())
                status, headers = TOO_MANY, {"Retry-After": str(error.retry_after)}
            except Refused as error:
                if error.code == "wait_over":
                    return _begin_again(wanted)
                form.code.errors = [refusal(error.code)]
                keep_on_refusal()
                note("code_refused")
    return render_template("accounts/code.html", form=form, wanted=wanted), status, headers


@blueprint.post("/sign-in/link")
@anyone
def send_link() -> ResponseReturnValue:
    """Send a one-time link. Known and unknown addresses get the same answer."""
    form = LinkForm(prefix="link-")
    wanted = safe_next(request.values.get("next"))
    if not form.validate():
        return _sign_in_page(SignInForm(formdata=None), form, wanted), UNPROCESSABLE
    accounts.request_link(
        db.session,
        email=form.email.data or "",
        purpose=accounts.SIGN_IN,
        leads_to=wanted or "",
        address=request.remote_addr or "",
        devices=accounts_known_here(),
        now=clock.now(),
    )
    note("link_asked")
    return redirect(url_for("accounts.link_sent", next=wanted))


@blueprint.get("/sign-in/sent")
@anyone
def link_sent() -> ResponseReturnValue:
    """Say that a link is on its way, if there is such an account."""
    return render_template("accounts/link_sent.html", wanted=safe_next(request.args.get("next")))


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"])
@anyone
def open_link(token: str) -> ResponseReturnValue:
    """Show a button that signs in. Mail scanners open links, so reading the page uses nothing up."""
    now = clock.now()
    link_id = subject_of(token, secret=current_app.config["SECRET_KEY"], purpose="sign_in")
    if link_id is None:
        return render_template("accounts/open_link.html", is_open=False, wanted=None), NOT_FOUND
    wanted = safe_next(accounts.link_leads_to(db.session, link_id=link_id))
    if request.method in SAFE_METHODS:
        is_open = accounts.link_is_open(db.session, link_id=link_id, now=now)
        return render_template("accounts/open_link.html", is_open=is_open, wanted=wanted)
    try:
        opened = accounts.use_link(db.session, link_id=link_id, user_agent=request.user_agent.string, now=now)
    except Refused:
        note("link_refused")
        return render_template("accounts/open_link.html", is_open=False, wanted=wanted), UNPROCESSABLE
    return enter(opened, by="link")


@blueprint.post("/sign-out")
@signed_in
def sign_out(person: SignedIn) -> ResponseReturnValue:
    """End the session on the server and clear what the browser kept."""
    browser.stop(person.session_id)
    note("signed_out", account_id=person.account_id)
    flash(_("You are signed out."), "done")
    answer = redirect(url_for("pages.home"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _sign_in_page(form: SignInForm, link_form: LinkForm, wanted: str | None) -> str:
    return render_template("accounts/sign_in.html", form=form, link_form=link_form, wanted=wanted)


def _begin_again(wanted: str | None) -> ResponseReturnValue:
    flash(_("That took too long. Sign in once more."), "changed")
    return redirect(url_for("accounts.sign_in", next=wanted))


def _note_failure(form: SignInForm, status: int) -> None:
    """Log a failed sign-in under a part of the address's hash: enough to see one account attacked, and no address."""
    who = token_hash(accounts.normal_email(form.email.data or ""))[:WHO_LETTERS]
    note("sign_in_braked" if status == TOO_MANY else "sign_in_refused", who=who)


def _first_step(form: SignInForm) -> Opened:
    return accounts.sign_in(
        db.session,
        email=form.email.data or "",
        password=form.password.data or "",
        address=request.remote_addr or "",
        user_agent=request.user_agent.string,
        devices=accounts_known_here(),
        now=clock.now(),
    )


def _second_step(form: CodeForm) -> Opened:
    return accounts.enter_with_code(
        db.session,
        token=browser.waiting_token(),
        code=form.code.data or "",
        secret=current_app.config["SECRET_KEY"],
        user_agent=request.user_agent.string,
        devices=accounts_known_here(),
        now=clock.now(),
    )
