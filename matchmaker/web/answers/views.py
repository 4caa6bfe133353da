"""Answer a request from its mail, without signing in. Mail scanners open links, so only the button answers."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.domain.meetings import MeetingState
from matchmaker.extensions import db
from matchmaker.services import answering, competing, meetings
from matchmaker.signed_links import parts_of
from matchmaker.web.access import anyone
from matchmaker.web.answers.forms import DeclineForm
from matchmaker.web.answers.page import answered_page, picks_time, request_page
from matchmaker.web.fair_view import FairView
from matchmaker.web.places import chosen_slot

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.answering import Asked
    from matchmaker.services.meetings import Acting

blueprint = Blueprint("answers", __name__)
NOT_FOUND, CONFLICT, UNPROCESSABLE = 404, 409, 422
AGREED_ON = frozenset({MeetingState.ACCEPTED, MeetingState.SCHEDULED})
PARTS = 3  # The person, the meeting, and until when the link answers.


@blueprint.get("/answer/<token>")
@anyone
def show(token: str) -> ResponseReturnValue:
    """Show who asks, why, and when one could meet; or what became of it."""
    asked, is_open = _asked(token)
    return _page(token, asked, is_open=is_open)


@blueprint.post("/answer/<token>")
@anyone
def accept(token: str) -> ResponseReturnValue:
    """Say yes, at the chosen time where the two choose it."""
    asked, is_open = _asked(token)
    slot_id = chosen_slot(request.form)
    if asked.row.state in AGREED_ON:
        return redirect(url_for("answers.show", token=token))  # A double tap, or an answer that got lost.
    if not is_open:
        return _page(token, asked, is_open=False), CONFLICT
    if picks_time(asked) and "slot" in request.form and slot_id is None:
        return _page(token, asked, is_open=True), UNPROCESSABLE
    try:
        if picks_time(asked) and slot_id is not None:
            competing.accept_at(db.session, fair=asked.fair, slot_id=slot_id, **_acting(asked))
        else:
            meetings.accept(db.session, **_acting(asked))
    except Conflict as error:
        return _too_late(token, is_lost=error.code == "slot_taken"), CONFLICT
    return redirect(url_for("answers.show", token=token))


@blueprint.post("/answer/<token>/decline")
@anyone
def decline(token: str) -> ResponseReturnValue:
    """Say no, with the reason; without one, ask for it."""
    asked, is_open = _asked(token)
    form = DeclineForm()
    if not is_open:
        return _page(token, asked, is_open=False), CONFLICT
    if not form.validate():
        page = render_template("answers/decline.html", token=token, form=form, name=asked.row.name)
        return page, UNPROCESSABLE
    try:
        meetings.decline(db.session, reason=form.reason.data, **_acting(asked))
    except Conflict:
        return _too_late(token, is_lost=False), CONFLICT
    return redirect(url_for("answers.show", token=token))


def _asked(token: str) -> tuple[Asked, bool]:
    """Return the request a link was made for and whether it can be answered by it, or answer 404."""
    parts = parts_of(token, secret=current_app.config["SECRET_KEY"], purpose="answer", count=PARTS)
    if parts is None:
        abort(NOT_FOUND)
    account_id, meeting_id, until = parts
    asked = answering.asked(db.session, account_id=uuid.UUID(account_id), meeting_id=uuid.UUID(meeting_id))
    g.fair = FairView(asked.fair)
    now = clock.now()
    return asked, asked.is_open(now) and now < datetime.fromtimestamp(int(until), tz=UTC)


def _acting(asked: Asked) -> Acting:
    return {
        "fair_id": asked.fair.id,
        "meeting_id": asked.row.id,
        "participation_id": asked.me.participation_id,
        "by": asked.me.account_id,
        "now": clock.now(),
    }


def _too_late(token: str, *, is_lost: bool) -> str:
    """Say that someone was faster. What was half done is undone first, so that the page shows what is so."""
    db.session.rollback()
    asked, is_open = _asked(token)
    return _page(token, asked, is_open=is_open, is_lost=is_lost)


def _page(token: str, asked: Asked, *, is_open: bool, is_lost: bool = False) -> str:
    now = clock.now()
    if not is_open:
        return render_template("answers/answered.html", page=answered_page(asked, now=now))
    page = request_page(asked, wants_all="all" in request.args, now=now)
    return render_template("answers/request.html", token=token, page=page, form=DeclineForm(), is_lost=is_lost)
