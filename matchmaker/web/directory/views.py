"""Show the companies of the other side, to search and to filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import directory as service
from matchmaker.services import fair_changes, own_meetings
from matchmaker.services.directory import KINDS, Wanted
from matchmaker.web import view_budget
from matchmaker.web.access import participant
from matchmaker.web.directory.page import directory_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.fairs import FairFacts, Membership

blueprint = Blueprint("directory", __name__)
LONGEST_SEARCH = 200
LONGEST_VALUE = 60


@blueprint.get("/fairs/<slug>/directory")
@participant
def directory(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Find companies by hand: a search, filters as links, a page of cards."""
    view_budget.spend(me.account_id)
    wanted = Wanted(
        text=request.args.get("q", "").strip()[:LONGEST_SEARCH],
        chosen={kind: value[:LONGEST_VALUE] for kind in KINDS if (value := request.args.get(kind, ""))},
        after=request.args.get("after", ""),
        before=request.args.get("before", ""),
    )
    marks = fair_changes.marks_of(db.session, fair_id=fair.id)
    found = service.find(db.session, fair_id=fair.id, me=me, wanted=wanted, marks=marks)
    meetings = own_meetings.of(db.session, fair_id=fair.id, me=me, marks=marks)
    page = directory_page(fair, me, wanted, found, meetings, now=clock.now())
    return render_template("directory/directory.html", page=page)
