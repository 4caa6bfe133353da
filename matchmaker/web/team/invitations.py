"""The page behind the link of an invitation. Reading it uses nothing up; its button accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict, Refused, TooMany
from matchmaker.extensions import db
from matchmaker.services import accounts, invitations
from matchmaker.signed_links import subject_of
from matchmaker.web.access import anyone
from matchmaker.web.sign_in import signed_in_person
from matchmaker.web.team.routes import blueprint
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from matchmaker.services.invitations import Invited

NOT_FOUND, UNPROCESSABLE = 404, 422


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@anyone
def invitation(token: str) -> ResponseReturnValue:
    """Show who invites to what; the button makes the invited person a member or helper.

    It signs nobody in, for it works for days and is easily passed on. Who has no password yet gets a link to sign in
    at once, as they would have to ask for one.
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
    if not accepted.has_password and _was_mailed_a_link(accepted, leads_to=to_team, now=now):
        return redirect(url_for("accounts.link_sent", next=to_team))
    return redirect(url_for("accounts.sign_in", next=to_team))


def _was_mailed_a_link(accepted: Invited, *, leads_to: str, now: datetime) -> bool:
    try:
        accounts.request_link(
            db.session,
            email=accepted.email,
            purpose=accounts.SIGN_IN,
            address=request.remote_addr or "",
            leads_to=leads_to,
            now=now,
        )
    except TooMany:
        return False
    return True
