"""Read what one was told, choose what to be told, stop mail without signing in."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.notices.kinds import CHOOSABLE, KINDS, Pace
from matchmaker.extensions import csrf, db
from matchmaker.services import notice_choices, notices
from matchmaker.signed_links import parts_of
from matchmaker.web.access import anyone, signed_in
from matchmaker.web.links import safe_next
from matchmaker.web.notices.forms import ChoicesForm, kind_names, pace_name, rows_as_chosen, rows_of, screen_name
from matchmaker.web.notices.page import lines_of
from matchmaker.web.notices.routes import blueprint
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn

UNPROCESSABLE = 422
NOT_FOUND = 404


@blueprint.get("/notices")
@signed_in
def listed(person: SignedIn) -> ResponseReturnValue:
    """Show what someone was told, the newest first."""
    number = request.args.get("page", 1, type=int)
    found = notices.page_of(db.session, account_id=person.account_id, now=clock.now(), page=number)
    return render_template("notices/list.html", found=found, lines=lines_of(found.rows))


@blueprint.post("/notices/<uuid:notice_id>/open")
@signed_in
def opened(person: SignedIn, notice_id: uuid.UUID) -> ResponseReturnValue:
    """Mark a notice as read and go where it leads."""
    path = notices.read(db.session, account_id=person.account_id, notice_id=notice_id, now=clock.now())
    return redirect(safe_next(path) or url_for("notices.listed"))


@blueprint.post("/notices/read")
@signed_in
def read(person: SignedIn) -> ResponseReturnValue:
    """Mark everything as read."""
    notices.read_all(db.session, account_id=person.account_id, now=clock.now())
    flash(_("Everything is marked as read."), "done")
    return redirect(url_for("notices.listed"))


@blueprint.route("/notices/choices", methods=["GET", "POST"])
@signed_in
def choices(person: SignedIn) -> ResponseReturnValue:
    """Let someone choose what is shown and mailed to them."""
    chosen = notice_choices.choices_of(db.session, account_id=person.account_id)
    if request.method in SAFE_METHODS:
        return render_template("notices/choices.html", rows=rows_as_chosen(chosen))
    form = ChoicesForm.of(chosen)
    if not form.validate():
        return render_template("notices/choices.html", form=form, rows=rows_of(form)), UNPROCESSABLE
    for kind in CHOOSABLE:
        notice_choices.choose(
            db.session,
            account_id=person.account_id,
            kind=kind.code,
            is_on_screen=kind.is_on_screen and form[screen_name(kind.code)].data,
            pace=Pace(form[pace_name(kind.code)].data),
            now=clock.now(),
        )
    flash(_("Your choice is kept."), "done")
    return redirect(url_for("notices.choices"))


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
@anyone
def unsubscribe(token: str) -> ResponseReturnValue:
    """Stop mail by the link in it. Opening it changes nothing; mail programs post to it (RFC 8058).

    They bring no cookie and no form's token, and need none: the signed address itself says who asks for what.
    """
    parts = parts_of(token, secret=current_app.config["SECRET_KEY"], purpose="stop", count=2)
    account_id = uuid.UUID(parts[0]) if parts else None
    if parts is None or account_id is None or not notice_choices.is_reachable(db.session, account_id=account_id):
        abort(NOT_FOUND)
    kinds = [kind for kind in parts[1].split() if kind in KINDS and not KINDS[kind].is_essential]
    is_stopped = request.method not in SAFE_METHODS
    if is_stopped and "again" in request.form:
        notice_choices.mail_again(db.session, account_id=account_id, kinds=kinds, now=clock.now())
        is_stopped = False
    elif is_stopped:
        notice_choices.stop_mail(db.session, account_id=account_id, kinds=kinds, now=clock.now())
    can_undo = is_stopped and not any(KINDS[kind].is_advertising for kind in kinds)
    return render_template(
        "notices/unsubscribe.html", kinds=kind_names(kinds), is_stopped=is_stopped, can_undo=can_undo
    )


csrf.exempt(unsubscribe)
