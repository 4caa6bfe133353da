"""Ask for meetings and answer requests; the agenda and one meeting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict, DomainError, NotAllowed, NotFound, Refused, TooMany
from matchmaker.domain.fairs import TimeChoice
from matchmaker.domain.meetings import MeetingState
from matchmaker.extensions import db
from matchmaker.services import agenda as agendas
from matchmaker.services import competing, meeting_asides, request_list
from matchmaker.services import meetings as actions
from matchmaker.services import requests as asking
from matchmaker.services.request_list import RequestTab
from matchmaker.web.access import anyone, participant
from matchmaker.web.hall_now import hall_now
from matchmaker.web.links import back
from matchmaker.web.meetings import cards, day, details
from matchmaker.web.meetings.forms import AskForm, CancelForm, NoteForm, SayForm, cap_field, decline_form
from matchmaker.web.meetings.lost_time import lost_time_page
from matchmaker.web.meetings.own_objection import own_objection
from matchmaker.web.meetings.presence import presence_of
from matchmaker.web.meetings.third_page import joined_page
from matchmaker.web.meetings.wording import MOVED_ON, MOVED_ON_TITLE, REFUSALS
from matchmaker.web.places import chosen_slot, place_words
from matchmaker.web.unsent import unsent

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.competing import Competitor
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meetings import Acting
    from matchmaker.web.meetings.forms import DeclineForm

blueprint = Blueprint("meetings", __name__)
UNPROCESSABLE = 422
STATUS: dict[type[DomainError], int] = {Conflict: 409, NotAllowed: 403, Refused: 422, TooMany: 429}


@blueprint.get("/fairs/<slug>/requests")
@participant
def requests(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Show the requests that wait for an answer, those one made, and those that are answered."""
    asked_for = request.args.get("tab", "")
    tab = RequestTab(asked_for) if asked_for in set(RequestTab) else RequestTab.WAITING
    number = request.args.get("page", 1, type=int)
    found = request_list.requests_of(db.session, fair_id=fair.id, me=me, tab=tab, now=clock.now(), page=number)
    rivals = _rivals(fair, me) if tab is RequestTab.WAITING and found.counts[tab] > 1 else []
    return render_template(
        "meetings/requests.html",
        tab=tab,
        found=found,
        tabs=cards.tabs_of(found, fair=fair, tab=tab),
        **cards.listed(found, fair=fair, me=me, rivals=rivals, now=clock.now()),
    )


@blueprint.post("/fairs/<slug>/requests/<uuid:other_id>")
@participant
def ask(fair: FairFacts, me: Membership, other_id: uuid.UUID) -> ResponseReturnValue:
    """Ask another company for a meeting: one tap, which can be undone."""
    form = AskForm()
    if not form.validate():
        raise Refused("note_too_long", field="note")
    said: Any = {"note": form.note.data or "", "person_id": form.person.data, "now": clock.now()}
    asked = asking.ask(db.session, fair=fair, me=me, other_id=other_id, **said)
    if asked.state is MeetingState.ACCEPTED:
        flash(_accepted_at_once(fair, asked.company))
        if fair.time_choice is TimeChoice.PAIR:
            return redirect(url_for("meetings.time", slug=fair.slug, meeting_id=asked.meeting_id))
    else:
        undo_url = url_for("meetings.withdraw", slug=fair.slug, meeting_id=asked.meeting_id)
        message: Any = {"text": _("You asked %(company)s for a meeting.", company=asked.company), "undo_url": undo_url}
        flash(message, "done")
    return redirect(back(url_for("meetings.requests", slug=fair.slug, tab=RequestTab.ASKED)))


@blueprint.post("/fairs/<slug>/requests/<uuid:meeting_id>/withdraw")
@participant
def withdraw(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Take a request back that nobody has answered."""
    withdrawn = actions.withdraw(db.session, **acting(fair, me, meeting_id))
    flash(_("Your request to %(company)s is withdrawn.", company=withdrawn.name_for(me.role)), "done")
    return redirect(back(url_for("meetings.requests", slug=fair.slug, tab=RequestTab.ASKED)))


@blueprint.post("/fairs/<slug>/requests/<uuid:meeting_id>/accept")
@participant
def accept(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Accept a request; where the two choose the time, at the one its button names, else that is the next question."""
    slot_id = chosen_slot(request.form)
    if slot_id is not None and fair.time_choice is TimeChoice.PAIR:
        return _accept_at(fair, me, meeting_id, slot_id)
    company = actions.accept(db.session, **acting(fair, me, meeting_id)).name_for(me.role)
    if fair.time_choice is TimeChoice.PAIR:
        flash(_("You will meet %(company)s. Now choose the time.", company=company), "done")
        return redirect(url_for("meetings.time", slug=fair.slug, meeting_id=meeting_id))
    flash(_("You will meet %(company)s; the time follows with the schedule.", company=company), "done")
    return redirect(back(url_for("meetings.requests", slug=fair.slug)))


@blueprint.post("/fairs/<slug>/requests/<uuid:meeting_id>/decline")
@participant
def decline(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Decline a request with a reason; without one, ask for it."""
    form = decline_form(meeting_id)
    if not form.validate():
        return _ask_why(fair, me, meeting_id, form=form, template="meetings/decline.html")
    declined = actions.decline(db.session, reason=form.reason.data, **acting(fair, me, meeting_id))
    flash(_("%(company)s is told that you declined.", company=declined.name_for(me.role)), "done")
    return redirect(url_for("meetings.requests", slug=fair.slug))


@blueprint.get("/fairs/<slug>/agenda")
@participant
def agenda(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Show one day of one's meetings, the next one large."""
    now = clock.now()
    found = agendas.agenda_of(db.session, fair_id=fair.id, me=me)
    wanted = request.args.get("day", "")
    return render_template(
        "meetings/agenda.html",
        now=now,
        day=day.day_of(found, fair=fair, me=me, wanted=wanted, now=now),
        invited=found.own.invited,
        presence=presence_of(found, fair=fair, me=me, now=now),
        card=hall_now(fair, me, now=now),
        addresses=day.addresses_of(fair.slug),
        cap_field=cap_field(me.daily_cap),
    )


@blueprint.get("/fairs/<slug>/agenda-worker.js")
@anyone
def agenda_worker(fair: FairFacts) -> ResponseReturnValue:
    """Give the script that keeps the agenda readable without a network; its place in the address is its scope."""
    del fair
    script = Path(str(current_app.static_folder)) / "js" / "agenda-worker.js"
    return Response(script.read_bytes(), content_type="text/javascript; charset=utf-8")


@blueprint.get("/fairs/<slug>/meetings/<uuid:meeting_id>")
@participant
def meeting(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Show one meeting: who, where, when, why."""
    try:
        return meeting_page(fair, me, meeting_id)
    except NotFound:
        return joined_page(fair, me, meeting_id)


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/cancel")
@participant
def cancel(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Call a meeting off with a reason; without one, ask for it."""
    form = CancelForm()
    if not form.validate():
        return _ask_why(fair, me, meeting_id, form=form, template="meetings/cancel.html")
    cancelled = actions.cancel(db.session, reason=form.reason.data, **acting(fair, me, meeting_id))
    flash(_("The meeting with %(company)s is called off.", company=cancelled.name_for(me.role)), "done")
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))


def acting(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> Acting:
    """Return who acts on which meeting just now, as the services ask for it."""
    return {
        "fair_id": fair.id,
        "meeting_id": meeting_id,
        "participation_id": me.participation_id,
        "by": me.account_id,
        "now": clock.now(),
    }


def meeting_page(
    fair: FairFacts,
    me: Membership,
    meeting_id: uuid.UUID,
    *,
    say_form: SayForm | None = None,
    note_form: NoteForm | None = None,
) -> str:
    """Return the page of a meeting, with a form that was refused in its place; it has the forms that can be sent."""
    found = agendas.meeting_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    page = details.page_of(found, fair=fair, me=me, now=clock.now())
    asides = meeting_asides.asides_of(db.session, meeting_id=meeting_id)
    return render_template(
        "meetings/meeting.html",
        meeting_id=meeting_id,
        page=page,
        offer=details.offer_of(found.row, now=clock.now()),
        asides=asides,
        form=CancelForm(formdata=None) if page.can_cancel else None,
        say_form=say_form,
        say_box="" if say_form else unsent("meetings/talk.html", "say_box", SayForm, page.is_agreed),
        objection=own_objection(fair, me, found.row, now=clock.now()),
        note_form=note_form or (NoteForm(formdata=None, data={"note": found.row.note}) if page.can_withdraw else None),
        decline_form=decline_form(meeting_id) if page.is_waiting_for_me else None,
    )


def _rivals(fair: FairFacts, me: Membership) -> list[list[Competitor]]:
    return competing.competing(
        db.session, fair_id=fair.id, participation_id=me.participation_id, role=me.role, now=clock.now()
    )


def _accept_at(fair: FairFacts, me: Membership, meeting_id: uuid.UUID, slot_id: uuid.UUID) -> ResponseReturnValue:
    """Accept a request at one of the times it competes for; of a time lost meanwhile, show what is left."""
    try:
        placed = competing.accept_at(db.session, fair=fair, slot_id=slot_id, **acting(fair, me, meeting_id))
    except Conflict as error:
        if error.code != "slot_taken":
            raise
        return lost_time_page(fair, me, meeting_id), STATUS[Conflict]
    flash(_("You meet %(company)s: %(place)s", company=placed.name_for(me.role), place=place_words(placed)), "done")
    return redirect(url_for("meetings.requests", slug=fair.slug))


def _accepted_at_once(fair: FairFacts, company: str) -> str:
    if fair.time_choice is TimeChoice.PAIR:
        return _("You will meet %(company)s. Now choose the time.", company=company)
    return _("You have a meeting with %(company)s; its time follows with the schedule.", company=company)


def _ask_why(
    fair: FairFacts, me: Membership, meeting_id: uuid.UUID, *, form: DeclineForm | CancelForm, template: str
) -> ResponseReturnValue:
    row = agendas.row_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    return render_template(template, form=form, name=row.name), UNPROCESSABLE


@blueprint.errorhandler(Conflict)
@blueprint.errorhandler(NotAllowed)
@blueprint.errorhandler(Refused)
@blueprint.errorhandler(TooMany)
def refused(error: DomainError) -> ResponseReturnValue:
    """Say what stands against it, or what happened meanwhile, and where to go on."""
    if error.code == "meeting_moved_on":
        title, text = MOVED_ON_TITLE, MOVED_ON[error.facts["state"]]
    else:
        title, text = REFUSALS[error.code]
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    return render_template("meetings/refused.html", title=title, text=text), STATUS[type(error)], headers
