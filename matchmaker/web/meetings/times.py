"""Choose the time of a meeting, or another one, and who comes to it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict, NotAllowed, Refused
from matchmaker.domain.fairs import Act, TimeChoice, check_phase
from matchmaker.domain.meetings import OPEN, MeetingState
from matchmaker.domain.third_company import THIRD
from matchmaker.extensions import db
from matchmaker.services import agenda as agendas
from matchmaker.services import booking, diary, line_up, meetings, move_undo, waiting_list
from matchmaker.web.access import participant
from matchmaker.web.flashes import flash_with_undo
from matchmaker.web.meetings.details import AGREED_ON
from matchmaker.web.meetings.forms import DailyCapForm, people_form, refuse_people
from matchmaker.web.meetings.lost_time import places_of
from matchmaker.web.meetings.views import acting, blueprint
from matchmaker.web.places import PlaceForm, chosen_slot, is_move, place_words

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_notices import MeetingFacts

UNPROCESSABLE, CONFLICT = 422, 409


@blueprint.get("/fairs/<slug>/meetings/<uuid:meeting_id>/time")
@participant
def time(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Show when a meeting could take place: the three best places, or all of them."""
    return _time_page(fair, me, meeting_id, form=PlaceForm())


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/time")
@participant
def set_time(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Take the place that was chosen; of a place lost to someone else, say so and show the next free ones."""
    form = PlaceForm()
    slot_id = chosen_slot(request.form)
    if slot_id is None or not form.validate():
        return _time_page(fair, me, meeting_id, form=form), UNPROCESSABLE
    had = meetings.facts_of(db.session, fair_id=fair.id, meeting_id=meeting_id)
    try:
        placed = booking.place(
            db.session, fair=fair, slot_id=slot_id, note=form.note.data or "", **acting(fair, me, meeting_id)
        )
    except Conflict as error:
        if error.code != "slot_taken":
            raise
        return _time_page(fair, me, meeting_id, form=form, is_lost=True), CONFLICT
    undo_url = url_for("meetings.undo_move", slug=fair.slug, meeting_id=meeting_id) if is_move(had, placed) else ""
    text = _("You meet %(company)s: %(place)s", company=placed.name_for(me.role), place=place_words(placed))
    flash_with_undo(text, undo_url=undo_url)
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/undo-move")
@participant
def undo_move(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Bring a meeting back to where one moved it from a moment ago."""
    back_again = move_undo.undo_move(db.session, fair=fair, **acting(fair, me, meeting_id))
    flash(_("Undone. You meet as before: %(place)s", place=place_words(back_again)), "done")
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/offers/<uuid:offer_id>")
@participant
def answer_offer(fair: FairFacts, me: Membership, meeting_id: uuid.UUID, offer_id: uuid.UUID) -> ResponseReturnValue:
    """Take a time that has become free, or let it go to the next in line."""
    here = url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id)
    if request.form.get("answer") == "no":
        waiting_list.decline(db.session, fair=fair, offer_id=offer_id, **acting(fair, me, meeting_id))
        flash(_("The time goes to the next in line. You stay on the waiting list for others."), "done")
        return redirect(here)
    taken = waiting_list.take(db.session, fair=fair, offer_id=offer_id, **acting(fair, me, meeting_id))
    flash(_("You meet %(company)s: %(place)s", company=taken.name_for(me.role), place=place_words(taken)), "done")
    return redirect(here)


def _time_page(
    fair: FairFacts, me: Membership, meeting_id: uuid.UUID, *, form: PlaceForm, is_lost: bool = False
) -> str:
    row = agendas.row_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    if fair.time_choice is not TimeChoice.PAIR:
        raise NotAllowed("organizer_chooses")
    check_phase(fair.phase, Act.PICK_TIME)
    if row.state not in AGREED_ON:
        raise Conflict("meeting_moved_on", state=row.state)
    return render_template(
        "meetings/time.html",
        meeting_id=meeting_id,
        name=row.name,
        current=place_words(row) if row.state is MeetingState.SCHEDULED else "",
        form=form,
        is_lost=is_lost,
        page=places_of(fair, me, row, wants_all="all" in request.args),
    )


@blueprint.route("/fairs/<slug>/meetings/<uuid:meeting_id>/people", methods=["GET", "POST"])
@participant
def people(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Show and change who of one's own company comes to a meeting."""
    known = line_up.colleagues(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    form = people_form(known)
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else UNPROCESSABLE
        return _people_page(fair, me, meeting_id, known=known, form=form), status
    chosen = [uuid.UUID(key) for key in form.people.data or []]
    try:
        changed = line_up.set_people(
            db.session, fair_id=fair.id, me=me, meeting_id=meeting_id, representative_ids=chosen, now=clock.now()
        )
    except Refused as error:
        refuse_people(form, error)
        return _people_page(fair, me, meeting_id, known=known, form=form), UNPROCESSABLE
    except Conflict as error:
        if error.code != "person_busy":
            raise
        return _people_page(fair, me, meeting_id, known=known, form=form, is_lost=True), CONFLICT
    flash(_("Saved who comes to meet %(company)s.", company=changed.name_for(_side(changed, me))), "done")
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))


def _side(meeting: MeetingFacts, me: Membership) -> str:
    return THIRD if me.participation_id == meeting.third_id else me.role


def _people_page(fair: FairFacts, me: Membership, meeting_id: uuid.UUID, **shown: Any) -> str:
    row = agendas.own_or_joined(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    if row.state not in OPEN:
        raise Conflict("meeting_moved_on", state=row.state)
    known = shown.pop("known")
    return render_template(
        "meetings/people.html",
        meeting_id=meeting_id,
        name=row.name,
        may_change=line_up.may_change(me, known),
        notes={str(one.id): _("has another meeting or is away then") for one in known if not one.is_free},
        **shown,
    )


@blueprint.post("/fairs/<slug>/agenda/daily-cap")
@participant
def daily_cap(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Set how many meetings a day one wants at most; an empty box means as many as fit."""
    form = DailyCapForm()
    if not form.validate():
        raise Refused("bad_daily_cap", field="cap")
    diary.set_daily_cap(db.session, fair_id=fair.id, me=me, cap=form.cap.data, now=clock.now())
    flash(_("Saved. Meetings you have already stay as they are."), "done")
    return redirect(url_for("meetings.agenda", slug=fair.slug))
