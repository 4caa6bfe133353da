"""The paper list of the desk, page by page as it was printed, to be typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.domain.errors import NotAllowed
from matchmaker.extensions import db
from matchmaker.services import desk_list
from matchmaker.web.access import organizer
from matchmaker.web.desk.page import Typed, field_of, lines_of, read_rows, sentence

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

UNPROCESSABLE, FORBIDDEN = 422, 403
blueprint = Blueprint("desk", __name__)


@blueprint.get("/fairs/<slug>/organizer/desk-list")
@organizer
def paper(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show a page of the list with what is on record of it."""
    del person
    return _page(fair, {})


@blueprint.post("/fairs/<slug>/organizer/desk-list")
@organizer
def save(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Keep a page, all of it or nothing; what is wrong stands beside its line and everything typed stays."""
    typed = read_rows(request.form)
    written = [line.written for line in typed.values() if line.written is not None]
    try:
        wrong = desk_list.enter(db.session, fair=fair, written=written, by=person.account_id, now=clock.now())
    except NotAllowed:
        return _page(fair, typed, is_closed=True), FORBIDDEN
    for key, refused in wrong.items():
        typed[key].errors[field_of(refused)] = sentence(refused)
    if any(line.errors for line in typed.values()):
        db.session.rollback()
        return _page(fair, typed), UNPROCESSABLE
    entered = sum(not one.is_empty for one in written)
    flash(ngettext("%(num)s line is on record.", "%(num)s lines are on record.", entered), "done")
    following = _number() + 1 if "next" in request.form else _number()
    return redirect(url_for("desk.paper", slug=fair.slug, page=following))


def _number() -> int:
    return request.args.get("page", 1, type=int)


def _page(fair: FairFacts, typed: dict[uuid.UUID, Typed], *, is_closed: bool = False) -> str:
    found = desk_list.page_of(db.session, fair=fair, number=_number(), now=clock.now())
    problem = _("Outcomes are recorded from the final schedule on, and until the end of the follow-up.")
    lines = lines_of(fair, found, typed)
    return render_template("desk/list.html", found=found, lines=lines, problem=problem if is_closed else "")
