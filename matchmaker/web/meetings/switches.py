"""The organizer lets companies write to each other, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import message_switches
from matchmaker.web.access import organizer
from matchmaker.web.links import back
from matchmaker.web.meetings.views import blueprint

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts


@blueprint.post("/fairs/<slug>/organizer/messages")
@organizer
def turn_messages(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Turn the messages of the whole fair on or off."""
    is_on = request.form.get("on") == "1"
    message_switches.turn_fair(db.session, fair_id=fair.id, is_on=is_on, by=person.account_id, now=clock.now())
    flash(
        _("Companies can write to each other.") if is_on else _("Nobody can write messages at this fair now."), "done"
    )
    return redirect(url_for("meetings.complaint_list", slug=fair.slug))


@blueprint.post("/fairs/<slug>/organizer/meetings/<uuid:meeting_id>/messages")
@organizer
def turn_meeting_messages(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Turn the messages of one meeting on or off."""
    is_on = request.form.get("on") == "1"
    message_switches.turn_meeting(
        db.session, fair_id=fair.id, meeting_id=meeting_id, is_on=is_on, by=person.account_id, now=clock.now()
    )
    flash(_("The two can write to each other.") if is_on else _("The two can no longer write to each other."), "done")
    return redirect(back(url_for("scheduling.move", slug=fair.slug, meeting_id=meeting_id)))
