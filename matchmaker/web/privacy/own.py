"""One's own data: a copy of all of it, and its erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import NotFound
from matchmaker.extensions import db
from matchmaker.services import data_copies, erasing, erasure_plans, fairs, persons
from matchmaker.services.erasing import ErasureReason
from matchmaker.signed_links import subject_of
from matchmaker.web import known_device
from matchmaker.web import sign_in as browser
from matchmaker.web.access import anyone, signed_in
from matchmaker.web.language import language
from matchmaker.web.privacy.forms import EraseForm
from matchmaker.web.privacy.page import erasure_page
from matchmaker.web.privacy.routes import CONFLICT, NOT_FOUND, UNPROCESSABLE, blueprint
from matchmaker.web.recent_sign_in import recent_sign_in
from matchmaker.web.security_log import note
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    import uuid

    from flask import Response
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn


@blueprint.get("/account/data")
@signed_in
def own_data(person: SignedIn) -> ResponseReturnValue:
    """Show what one can do with one's own data, and the copy asked for last."""
    copy = data_copies.latest(db.session, account_id=person.account_id, now=clock.now())
    at = fairs.of_person(db.session, account_id=person.account_id)
    return render_template("privacy/own.html", copy=copy, fairs=at)


@blueprint.post("/account/data/copies")
@signed_in
@recent_sign_in
def ask_copy(person: SignedIn) -> ResponseReturnValue:
    """Ask for a copy of everything."""
    data_copies.ask(db.session, account_id=person.account_id, locale=language(), now=clock.now())
    note("data_copy_asked", account_id=person.account_id)
    flash(_("Your copy is being made. It takes a few seconds."), "done")
    return redirect(url_for("privacy.own_data"))


@blueprint.post("/account/data/copies/<uuid:copy_id>")
@signed_in
@recent_sign_in
def fetch_copy(person: SignedIn, copy_id: uuid.UUID) -> ResponseReturnValue:
    """Hand one's own copy out. It is a POST because it is recorded."""
    content = data_copies.fetch(db.session, copy_id=copy_id, account_id=person.account_id, now=clock.now())
    note("data_copy_fetched", account_id=person.account_id)
    return _as_file(content)


@blueprint.route("/data-copy/<token>", methods=["GET", "POST"])
@anyone
def copy_by_link(token: str) -> ResponseReturnValue:
    """Hand a copy out to whom its link was mailed. Mail scanners open links, so reading the page fetches nothing."""
    secret = current_app.config["SECRET_KEY"]
    copy_id = subject_of(token, secret=secret, purpose=data_copies.LINK_PURPOSE)
    try:
        if copy_id is None:
            raise NotFound("no_such_copy")  # noqa: TRY301 - a false link and an old one get the same answer.
        copy = data_copies.one(db.session, copy_id=copy_id, now=clock.now())
        if request.method in SAFE_METHODS:
            return render_template("privacy/copy.html", copy=copy)
        return _as_file(data_copies.fetch(db.session, copy_id=copy_id, account_id=None, now=clock.now()))
    except NotFound:
        return render_template("privacy/copy.html", copy=None), NOT_FOUND


@blueprint.route("/account/data/erase", methods=["GET", "POST"])
@signed_in
@recent_sign_in
def erase(person: SignedIn) -> ResponseReturnValue:
    """Say what an erasure does, and do it on the same page."""
    form, one = EraseForm(), persons.of_account(db.session, account_id=person.account_id)
    plan = erasure_plans.plan(db.session, person=one)
    if not form.is_submitted() or plan.is_last_organizer or not form.validate():
        status = 200 if not form.is_submitted() else CONFLICT if plan.is_last_organizer else UNPROCESSABLE
        page = render_template("privacy/erase.html", form=form, page=erasure_page(plan), plan=plan)
        return page, status
    erasing.erase(db.session, person=one, reason=ErasureReason.OWN, by=person.account_id, now=clock.now())
    note("person_erased", account_id=person.account_id)
    known_device.forget(person.account_id)
    browser.stop(person.session_id)
    answer = make_response(redirect(url_for("privacy.erased")))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@blueprint.get("/erased")
@anyone
def erased() -> ResponseReturnValue:
    """Say that it is done, to who is nobody here any more."""
    return render_template("privacy/erased.html")


def _as_file(content: bytes) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="my-data-{clock.now():%Y-%m-%d}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
