"""Ask a third company to a meeting, answer for it, and leave again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.extensions import db
from matchmaker.services import agenda as agendas
from matchmaker.services import meetings, third_companies, third_search
from matchmaker.web.access import organizer, participant
from matchmaker.web.meetings.forms import ThirdAnswerForm, ThirdForm
from matchmaker.web.meetings.third_page import joined_page, offer_people, people_of
from matchmaker.web.meetings.views import acting, blueprint

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_notices import MeetingFacts
    from matchmaker.services.meetings import Acting

UNPROCESSABLE, CONFLICT = 422, 409


@blueprint.route("/fairs/<slug>/meetings/<uuid:meeting_id>/third-company", methods=["GET", "POST"])
@participant
def third(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Find a company that should join one's meeting, and ask it."""
    agendas.row_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    page = url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id)
    return _ask(fair, acting(fair, me, meeting_id), frame="participant", page=page)


@blueprint.route("/fairs/<slug>/organizer/meetings/<uuid:meeting_id>/third-company", methods=["GET", "POST"])
@organizer
def organizer_third(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Find a company that should join a meeting of two others, and ask it for them."""
    page = url_for("meetings.organizer_third", slug=fair.slug, meeting_id=meeting_id)
    return _ask(fair, _as_organizer(fair, person, meeting_id), frame="organizer", page=page)


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/third-company/take-back")
@participant
def third_back(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Take the invitation of a third company back."""
    third_companies.take_back(db.session, **acting(fair, me, meeting_id))
    flash(_("The third company no longer comes. It is told."), "done")
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))


@blueprint.post("/fairs/<slug>/organizer/meetings/<uuid:meeting_id>/third-company/take-back")
@organizer
def organizer_third_back(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Take the invitation of a third company back for the two."""
    third_companies.take_back(db.session, **_as_organizer(fair, person, meeting_id))
    flash(_("The third company no longer comes. It is told."), "done")
    return redirect(url_for("meetings.organizer_third", slug=fair.slug, meeting_id=meeting_id))


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/third-company/join")
@participant
def third_join(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Join the meeting of two others with one person; of one who is taken meanwhile, say so and keep the choice."""
    form = ThirdAnswerForm()
    offer_people(form, people_of(fair, me, meeting_id))
    if not form.validate():
        return joined_page(fair, me, meeting_id, form=form), UNPROCESSABLE
    person_id = UUID(form.person.data) if form.person.data else None
    try:
        joined = third_companies.accept(db.session, representative_id=person_id, **acting(fair, me, meeting_id))
    except Conflict as error:
        if error.code != "person_busy":
            raise
        return joined_page(fair, me, meeting_id, form=form, is_lost=True), CONFLICT
    names = {"one": joined.exhibitor_name, "other": joined.buyer_name}
    flash(_("You join the meeting of %(one)s and %(other)s.", **names), "done")
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/third-company/decline")
@participant
def third_decline(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Say no to the invitation to a meeting of two others."""
    third_companies.decline(db.session, **acting(fair, me, meeting_id))
    flash(_("Both companies are told that you do not come."), "done")
    return redirect(url_for("meetings.agenda", slug=fair.slug))


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/third-company/leave")
@participant
def third_leave(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Leave the meeting of two others again."""
    third_companies.leave(db.session, **acting(fair, me, meeting_id))
    flash(_("Both companies are told that you do not come."), "done")
    return redirect(url_for("meetings.agenda", slug=fair.slug))


def _as_organizer(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> Acting:
    return {
        "fair_id": fair.id,
        "meeting_id": meeting_id,
        "participation_id": None,
        "by": person.account_id,
        "now": clock.now(),
    }


def _ask(fair: FairFacts, who: Acting, *, frame: str, page: str) -> ResponseReturnValue:
    """Show the companies found by name, or ask the chosen one and go back to ``page``."""
    meeting = meetings.facts_of(db.session, fair_id=fair.id, meeting_id=who["meeting_id"])
    query = request.values.get("q", "").strip()
    found = third_search.find(db.session, meeting=meeting, query=query)
    form = ThirdForm()
    form.company.choices = [(str(one.id), one.name) for one in found]
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else UNPROCESSABLE
        return _page(meeting, form=form, query=query, frame=frame), status
    third_companies.ask(db.session, third_id=UUID(form.company.data), **who)
    name = next(one.name for one in found if str(one.id) == form.company.data)
    flash(_("%(company)s is asked to join. You are told what it answers.", company=name), "done")
    return redirect(page)


def _page(meeting: MeetingFacts, *, form: ThirdForm, query: str, frame: str) -> str:
    return render_template(
        "meetings/third.html",
        frame=f"frames/{frame}.html",
        is_organizer=frame == "organizer",
        meeting_id=meeting.id,
        names={"one": meeting.exhibitor_name, "other": meeting.buyer_name},
        third=third_companies.third_of(db.session, meeting_id=meeting.id),
        form=form,
        query=query,
    )
