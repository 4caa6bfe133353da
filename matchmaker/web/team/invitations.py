"""The page behind the link of an invitation. Reading it uses nothing up; its button accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict, Refused
from matchmaker.extensions import db
from matchmaker.services import invitations
from matchmaker.signed_links import subject_of
from matchmaker.web.access import anyone
from matchmaker.web.sign_in import signed_in_person
from matchmaker.web.team.routes import blueprint
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

NOT_FOUND, UNPROCESSABLE = 404, 422


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@anyone
def invitation(token: str) -> ResponseReturnValue:
    """Show who invites to what; the button makes the invited person a member or helper.

    It signs nobody in: whoever holds the link has the mailbox, and signs in through it as everybody does.
    """
    now = clock.now()
    key = subject_of(token, secret=current_app.config["SECRET_KEY"], purpose=invitations.PURPOSE)
    if key is None:
        return render_template("team/invitation.html", invited=None), NOT_FOUND
    if request.method in SAFE_METHODS:
        invited = invitations.behind_link(db.session, invitation_id=key, now=now)
        return render_template("team/invitation.html", invited=invited)
    try:
        accepted = invitations.accept(db.session, invitation_id=key, now=now)
    except (Conflict, Refused):
        db.session.rollback()
        return render_template("team/invitation.html", invited=None), UNPROCESSABLE
    person = signed_in_person()
    to_team = url_for("team.team", slug=accepted.fair_slug)
    flash(_("You are in for %(company)s.", company=accepted.company), "done")
    if person is not None and person.account_id == accepted.account_id:
        return redirect(to_team)
    return redirect(url_for("accounts.sign_in", next=to_team))
