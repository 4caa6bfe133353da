"""Sign in by password or by one-time link, and sign out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import accounts, fairs, notices
from matchmaker.signed_links import subject_of
from matchmaker.web import sign_in as browser
from matchmaker.web.access import anyone, signed_in
from matchmaker.web.accounts.forms import LinkForm, SignInForm
from matchmaker.web.links import safe_next
from matchmaker.web.transaction import SAFE_METHODS, keep_on_refusal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn

blueprint = Blueprint("accounts", __name__)
UNPROCESSABLE = 422
NOT_FOUND = 404


@blueprint.route("/sign-in", methods=["GET", "POST"])
@anyone
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail and password, and open a session."""
    form = SignInForm()
    wanted = safe_next(request.values.get("next"))
    if request.method in SAFE_METHODS:
        return render_template("accounts/sign_in.html", form=form, link_form=LinkForm(prefix="link-"), wanted=wanted)
    if form.validate():
        try:
            token, person = accounts.sign_in(
                db.session,
                email=form.email.data or "",
                password=form.password.data or "",
                address=request.remote_addr or "",
                user_agent=request.user_agent.string,
                now=clock.now(),
            )
        except Refused:
            keep_on_refusal()
            form.password.errors = [
                _("This e-mail address and password do not go together. Check both, or ask for a link.")
            ]
        else:
            return _enter(token, person, wanted)
    page = render_template("accounts/sign_in.html", form=form, link_form=LinkForm(prefix="link-"), wanted=wanted)
    return page, UNPROCESSABLE


@blueprint.post("/sign-in/link")
@anyone
def send_link() -> ResponseReturnValue:
    """Send a one-time link. Known and unknown addresses get the same answer."""
    form = LinkForm(prefix="link-")
    if not form.validate():
        return render_template("accounts/sign_in.html", form=SignInForm(), link_form=form, wanted=None), UNPROCESSABLE
    now = clock.now()
    link = accounts.ask_for_link(db.session, email=form.email.data or "", now=now)
    if link is not None:
        notices.queue(
            db.session,
            account_id=link.account_id,
            kind="sign_in_link",
            once=f"sign_in_link {link.id}",
            now=now,
            link_id=link.id.hex,
        )
    return redirect(url_for("accounts.link_sent"))


@blueprint.get("/sign-in/sent")
@anyone
def link_sent() -> ResponseReturnValue:
    """Say that a link is on its way, if there is such an account."""
    return render_template("accounts/link_sent.html")


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"])
@anyone
def open_link(token: str) -> ResponseReturnValue:
    """Show a button that signs in. Mail scanners open links, so reading the page uses nothing up."""
    now = clock.now()
    link_id = subject_of(token, secret=current_app.config["SECRET_KEY"], purpose="sign_in")
    if link_id is None:
        return render_template("accounts/open_link.html", is_open=False), NOT_FOUND
    if request.method in SAFE_METHODS:
        is_open = accounts.link_is_open(db.session, link_id=link_id, now=now)
        return render_template("accounts/open_link.html", is_open=is_open)
    try:
        token, person = accounts.use_link(db.session, link_id=link_id, user_agent=request.user_agent.string, now=now)
    except Refused:
        return render_template("accounts/open_link.html", is_open=False), UNPROCESSABLE
    return _enter(token, person, None)


@blueprint.post("/sign-out")
@signed_in
def sign_out(person: SignedIn) -> ResponseReturnValue:
    """End the session on the server and clear what the browser kept."""
    browser.stop(person.session_id)
    flash(_("You are signed out."), "done")
    answer = redirect(url_for("pages.home"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _enter(token: str, person: SignedIn, wanted: str | None) -> ResponseReturnValue:
    browser.start(token, person)
    return redirect(wanted or _home(person))


def _home(person: SignedIn) -> str:
    home = fairs.home_of(db.session, account_id=person.account_id)
    if home is None:
        return url_for("pages.home")
    role, slug = home
    return url_for("fairs.overview" if role == "organizer" else "matching.suggestions", slug=slug)
