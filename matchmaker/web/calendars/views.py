"""Meetings in one's own calendar: as a file, or by a private address that a calendar follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.calendar_files import published
from matchmaker.domain.calendars import EPOCH
from matchmaker.domain.errors import NotFound
from matchmaker.extensions import db
from matchmaker.services import calendar_feeds, meeting_places
from matchmaker.signed_links import signed, subject_of
from matchmaker.web.access import anyone, participant, signed_in
from matchmaker.web.headers import may_be_kept

if TYPE_CHECKING:
    import uuid

    from flask import Response
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership

blueprint = Blueprint("calendars", __name__)
NOT_FOUND = 404
PURPOSE = "calendar"
TYPE = "text/calendar; charset=utf-8"


@blueprint.get("/calendar")
@signed_in
def address(person: SignedIn) -> ResponseReturnValue:
    """Show one's private calendar address, or how to get one."""
    key = calendar_feeds.feed_id(db.session, account_id=person.account_id)
    secret, public_url = current_app.config["SECRET_KEY"], current_app.extensions["matchmaker"].public_url
    token = signed(secret=secret, purpose=PURPOSE, subject=key) if key else ""
    return render_template("calendars/address.html", address=f"{public_url}/calendar/{token}.ics" if token else "")


@blueprint.post("/calendar")
@signed_in
def renew(person: SignedIn) -> ResponseReturnValue:
    """Make a private address; the one from before opens nothing any more."""
    calendar_feeds.renew(db.session, account_id=person.account_id, now=clock.now())
    flash(_("Your calendar address is ready. An older one no longer works."), "done")
    return redirect(url_for("calendars.address"))


@blueprint.post("/calendar/void")
@signed_in
def revoke(person: SignedIn) -> ResponseReturnValue:
    """Void one's private address."""
    calendar_feeds.revoke(db.session, account_id=person.account_id, now=clock.now())
    flash(_("Your calendar address no longer works."), "done")
    return redirect(url_for("calendars.address"))


@blueprint.get("/calendar/<token>.ics")
@anyone
def feed(token: str) -> ResponseReturnValue:
    """Answer a calendar that follows a private address; one that has seen this state already gets no body."""
    key = subject_of(token, secret=current_app.config["SECRET_KEY"], purpose=PURPOSE)
    if key is None:
        abort(NOT_FOUND)
    found = calendar_feeds.feed(db.session, key=key)
    # The stamp is that of the last change, so that the same meetings give the same bytes and the same tag.
    last = max((meeting.changed_at for meeting in found.meetings), default=EPOCH)
    with force_locale(found.locale):
        name = current_app.extensions["matchmaker"].brand
        answer = _calendar(published(found.meetings, now=last, name=name))
    may_be_kept("private, no-cache")
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.get("/fairs/<slug>/meetings/<uuid:meeting_id>/calendar.ics")
@participant
def meeting_file(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Give one meeting as a calendar file."""
    del fair
    found = meeting_places.places(db.session, account_id=me.account_id, meeting_ids=[meeting_id])
    meeting = found.get(meeting_id)
    if meeting is None or not meeting.has_time:
        raise NotFound("no_such_meeting")
    answer = _calendar(published([meeting], now=clock.now()))
    answer.headers["Content-Disposition"] = f'attachment; filename="meeting-{str(meeting_id)[:8]}.ics"'
    return answer


def _calendar(file: bytes) -> Response:
    answer = make_response(file)
    answer.headers["Content-Type"] = TYPE
    return answer
