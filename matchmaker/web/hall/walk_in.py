"""A host or an organizer records that two met outside the plan: who, with whom, at which table."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import Role
from matchmaker.domain.third_company import ThirdState
from matchmaker.extensions import db
from matchmaker.services import third_companies, walk_ins
from matchmaker.web.access import host
from matchmaker.web.hall.routes import blueprint
from matchmaker.web.hall.walk_in_page import obstacle_words, page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.walk_ins import Partner

CONFLICT = 409


@blueprint.get("/fairs/<slug>/walk-in")
@host
def walk_in(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask for the exhibitor, the buyer and the table of two who met outside the plan, one after the other."""
    del person
    return _page(fair, _chosen(fair))


@blueprint.post("/fairs/<slug>/walk-in")
@host
def record_walk_in(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Record it; of what stands against it say so, and show what is free instead."""
    chosen = _chosen(fair)
    if set(chosen) != set(Role):
        return _page(fair, chosen), 422
    pair = {role: one.id for role, one in chosen.items()}
    try:
        made = walk_ins.record(
            db.session,
            fair=fair,
            pair=pair,
            table_id=request.values.get("table", type=uuid.UUID),
            by=person.account_id,
            now=clock.now(),
        )
    except Conflict as error:
        if error.code == "meeting_moved_on":
            raise
        db.session.rollback()
        return _page(fair, chosen, obstacle=obstacle_words(error)), CONFLICT
    names = {str(role): one.name for role, one in chosen.items()}
    flash(_("%(exhibitor)s and %(buyer)s are on record as having met outside the plan.", **names), "done")
    third = third_companies.third_of(db.session, meeting_id=made)
    if third is not None and third.state is ThirdState.JOINED:
        flash(_("%(third)s is the third company of this meeting and is told to come.", third=third.name))
    return redirect(url_for("hall.walk_in", slug=fair.slug))


def _page(fair: FairFacts, chosen: dict[Role, Partner], *, obstacle: str = "") -> str:
    page = page_of(fair, chosen, query=request.args.get("q", ""), now=clock.now())
    return render_template("hall/walk_in.html", page=page, obstacle=obstacle)


def _chosen(fair: FairFacts) -> dict[Role, Partner]:
    """The sides that are chosen already; a key that is none of this fair's is as good as none."""
    found = {}
    for role in Role:
        key = request.values.get(role, type=uuid.UUID)
        if key is None:
            continue
        try:
            found[role] = walk_ins.partner(db.session, fair_id=fair.id, participation_id=key, role=role)
        except NotFound:
            continue
    return found
