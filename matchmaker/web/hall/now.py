"""What a participant does in the hall: go on the standby list, and say yes or no to somebody offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict, NotFound, Refused
from matchmaker.domain.fairs import Role
from matchmaker.extensions import db
from matchmaker.services import rescue_answers, standby
from matchmaker.web.access import host, participant
from matchmaker.web.hall.routes import blueprint
from matchmaker.web.hall.standby_page import page_of
from matchmaker.web.hall_now import hall_now

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership

CONFLICT = 409
ANSWERS = {"yes": True, "no": False}


@blueprint.get("/fairs/<slug>/now")
@participant
def now(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Show whom one could meet now, and whether one is on the standby list."""
    return render_template("hall/now.html", card=hall_now(fair, me, now=clock.now()))


@blueprint.post("/fairs/<slug>/now/standby")
@participant
def set_standby(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Go on today's standby list, or off it."""
    wants = _answer("wants")
    standby.set_standby(db.session, fair=fair, me=me, wants=wants, now=clock.now())
    flash(_("You are on today’s standby list.") if wants else _("You are off today’s standby list."), "done")
    return redirect(url_for("meetings.agenda", slug=fair.slug))


@blueprint.post("/fairs/<slug>/now/offers/<uuid:offer_id>")
@participant
def answer_offer(fair: FairFacts, me: Membership, offer_id: uuid.UUID) -> ResponseReturnValue:
    """Say yes or no to the one offer one holds."""
    if me.representative_id is None:
        raise NotFound("no_such_offer")
    is_yes, back_url = _answer("answer"), url_for("meetings.agenda", slug=fair.slug)
    try:
        meeting_id = rescue_answers.answer(
            db.session,
            fair=fair,
            offer_id=offer_id,
            side=me.role,
            is_yes=is_yes,
            by=me.account_id,
            now=clock.now(),
            representative_id=me.representative_id,
        )
    except Conflict:
        return render_template("hall/offer_over.html", back_url=back_url), CONFLICT
    if meeting_id is not None:
        flash(_("You both said yes. Go to the table now."), "done")
        return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))
    if not is_yes:
        flash(_("You are not asked again in this slot."), "done")
    return redirect(back_url)


@blueprint.get("/fairs/<slug>/standby")
@host
def standby_list(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show hosts and organizers what is offered now and who is free for more."""
    del person
    return render_template("hall/standby.html", page=page_of(fair, now=clock.now()))


@blueprint.post("/fairs/<slug>/standby/offers/<uuid:offer_id>")
@host
def answer_for(fair: FairFacts, person: SignedIn, offer_id: uuid.UUID) -> ResponseReturnValue:
    """Say yes or no for one side that was asked by word of mouth; the record names who did."""
    side = request.form.get("side", "")
    if side not in set(Role):
        raise Refused("no_such_side")
    back_url = url_for("hall.standby_list", slug=fair.slug)
    try:
        meeting_id = rescue_answers.answer(
            db.session,
            fair=fair,
            offer_id=offer_id,
            side=Role(side),
            is_yes=_answer("answer"),
            by=person.account_id,
            now=clock.now(),
        )
    except Conflict:
        return render_template("hall/offer_over.html", back_url=back_url), CONFLICT
    flash(_("Both said yes; their seats are taken.") if meeting_id else _("Their answer is recorded."), "done")
    return redirect(back_url)


def _answer(name: str) -> bool:
    """What the button says; anything else is no answer."""
    said = request.form.get(name, "")
    if said not in ANSWERS:
        raise Refused("no_answer")
    return ANSWERS[said]
