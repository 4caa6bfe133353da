"""The question after the fair, opened by a link in a mail without signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for

from matchmaker import clock
from matchmaker.domain.errors import NotFound, Refused
from matchmaker.extensions import db
from matchmaker.services import deals, follow_ups
from matchmaker.services.follow_up_answers import answer, open_follow_up, recorded
from matchmaker.signed_links import subject_of
from matchmaker.web.access import anyone
from matchmaker.web.deals.follow_up_form import lines_of, read, recorded_text, show_refusal
from matchmaker.web.fair_view import FairView

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.follow_up_answers import OpenFollowUp
    from matchmaker.web.deals.follow_up_form import DealLine

PURPOSE = "follow_up"
UNPROCESSABLE, NOT_FOUND = 422, 404

blueprint = Blueprint("follow_up", __name__)


@blueprint.get("/follow-up/<token>")
@anyone
def show(token: str) -> ResponseReturnValue:
    """Ask what became of each deal. Mail scanners open links, so reading the page changes nothing."""
    asked = _asked(token)
    if asked.answered_at is not None and "again" not in request.args:
        entries = [(one.company, recorded_text(one.said)) for one in recorded(db.session, asked=asked)]
        return render_template("deals/follow_up_done.html", token=token, asked=asked, entries=entries)
    return _page(token, asked, lines_of(asked, deals.fixed_rates(db.session, fair=asked.fair)))


@blueprint.post("/follow-up/<token>")
@anyone
def save(token: str) -> ResponseReturnValue:
    """Read the amounts back in words, then write what was answered."""
    asked = _asked(token)
    lines = lines_of(asked, deals.fixed_rates(db.session, fair=asked.fair))
    if "change" in request.form:
        return _page(token, asked, lines)
    answers = read(lines)
    if not answers:
        return _page(token, asked, lines), UNPROCESSABLE
    if any(line.reading for line in lines) and "confirmed" not in request.form:
        return render_template("deals/follow_up_confirm.html", token=token, asked=asked, lines=lines)
    try:
        answer(db.session, asked=asked, answers=answers, now=clock.now())
    except Refused as error:
        show_refusal(lines, error)
        return _page(token, asked, lines), UNPROCESSABLE
    return redirect(url_for(".show", token=token))


@blueprint.post("/follow-up/<token>/stop")
@anyone
def stop(token: str) -> ResponseReturnValue:
    """Ask this company no more after this fair."""
    asked = _asked(token)
    follow_ups.stop(db.session, follow_up_id=asked.id, now=clock.now())
    return redirect(url_for(".show", token=token))


@blueprint.errorhandler(NotFound)
def lapsed(error: NotFound) -> ResponseReturnValue:
    """Say that a link no longer leads anywhere."""
    del error
    return render_template("deals/follow_up_lapsed.html"), NOT_FOUND


def _asked(token: str) -> OpenFollowUp:
    follow_up_id = subject_of(token, secret=current_app.config["SECRET_KEY"], purpose=PURPOSE)
    if follow_up_id is None:
        raise NotFound("no_such_follow_up")
    asked = open_follow_up(db.session, follow_up_id=follow_up_id, now=clock.now())
    g.fair = FairView(asked.fair)
    return asked


def _page(token: str, asked: OpenFollowUp, lines: list[DealLine]) -> str:
    return render_template("deals/follow_up.html", token=token, asked=asked, lines=lines)
