"""The organizer's page of a fair day: how the hall stands, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import fair_changes, hall_board, standby
from matchmaker.web.access import organizer
from matchmaker.web.hall.on_site_page import page_of
from matchmaker.web.hall.routes import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts


@blueprint.get("/fairs/<slug>/organizer/on-site")
@organizer
def on_site(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show how the hall stands now: who meets, who is late, what is free."""
    del person
    now, marks = clock.now(), fair_changes.marks_of(db.session, fair_id=fair.id)
    board = hall_board.board_of(db.session, fair=fair, marks=marks, now=now)
    halls = hall_board.halls(db.session, fair_id=fair.id, marks=marks)
    ready, offered = standby.counts(db.session, fair=fair, now=now)
    page = page_of(board, fair=fair, halls=halls, ready=ready, offered=offered, now=now)
    return render_template("hall/on_site.html", page=page)
