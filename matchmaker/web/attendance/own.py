"""Say from one's agenda that one is at the table, or that the other side is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from matchmaker import clock
from matchmaker.domain.attendance import Source
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import attendance
from matchmaker.web.access import anyone, participant
from matchmaker.web.attendance.blueprint import blueprint
from matchmaker.web.links import back
from matchmaker.web.sign_in import signed_in_person
from matchmaker.web.statements import StatementForm, owner_mark

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.fairs import FairFacts, Membership


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/here")
@participant
def here(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what one side says of who is at the table."""
    form = StatementForm()
    if not form.validate():
        raise Refused("bad_once")
    is_of_other = request.form.get("who") == "them"
    attendance.say(
        db.session,
        fair=fair,
        me=me,
        meeting_id=meeting_id,
        is_of_other=is_of_other,
        source=Source.AGENDA,
        at=form.seen(clock.now()),
        once=form.mark,
        now=clock.now(),
    )
    flash(_("It is noted that the other side is not there.") if is_of_other else _("You are checked in."), "done")
    return redirect(back(url_for("meetings.agenda", slug=fair.slug)))


@blueprint.get("/fairs/<slug>/form-token")
@anyone
def form_token(fair: FairFacts) -> ResponseReturnValue:
    """Give a device a fresh token for the statements it kept, and say whose it would send them as."""
    del fair
    return jsonify(token=generate_csrf(), who=owner_mark(signed_in_person()))
