"""What one writes to the other side, how much one wants a meeting, and keeping a company away or reporting it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.conversation import ComplaintOutcome, ComplaintReason
from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.meetings import Grade
from matchmaker.extensions import db
from matchmaker.services import complaints, conversation, message_switches, wishes
from matchmaker.web.access import organizer, participant
from matchmaker.web.meetings.forms import NoteForm, SayForm, refuse_text, report_form
from matchmaker.web.meetings.views import UNPROCESSABLE, blueprint, meeting_page
from matchmaker.web.meetings.wording import COMPLAINT_OUTCOMES, COMPLAINT_REASONS

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/messages")
@participant
def say(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Write a line to the other side."""
    form = SayForm()
    try:
        conversation.say(
            db.session, fair_id=fair.id, me=me, meeting_id=meeting_id, text=form.text.data or "", now=clock.now()
        )
    except Refused as error:
        refuse_text(form.text, error)
        return meeting_page(fair, me, meeting_id, say_form=form), UNPROCESSABLE
    flash(_("Sent. They see it on this page."), "done")
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id, _anchor="messages"))


@blueprint.post("/fairs/<slug>/requests/<uuid:meeting_id>/note")
@participant
def note(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Put a line to one's own request that waits for its answer."""
    form = NoteForm()
    try:
        wishes.set_note(
            db.session, fair_id=fair.id, me=me, meeting_id=meeting_id, note=form.note.data or "", now=clock.now()
        )
    except Refused as error:
        refuse_text(form.note, error)
        return meeting_page(fair, me, meeting_id, note_form=form), UNPROCESSABLE
    flash(_("Saved. They read it with your request."), "done")
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))


@blueprint.post("/fairs/<slug>/meetings/<uuid:meeting_id>/grade")
@participant
def grade(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Say how much one wants a meeting."""
    wanted = request.form.get("grade", "")
    if wanted not in set(Grade):
        raise NotFound("no_such_grade")
    wishes.set_grade(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id, grade=Grade(wanted), now=clock.now())
    flash(_("Saved. Only you and the organizer know."), "done")
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))


@blueprint.post("/fairs/<slug>/companies/<uuid:other_id>/block")
@participant
def block(fair: FairFacts, me: Membership, other_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a company away for the whole fair."""
    complaints.block(db.session, fair_id=fair.id, me=me, other_id=other_id, now=clock.now())
    flash(_("Done. This company can no longer ask you, and is not told of it."), "done")
    return redirect(url_for("meetings.requests", slug=fair.slug))


@blueprint.route("/fairs/<slug>/meetings/<uuid:meeting_id>/report", methods=["GET", "POST"])
@participant
def report(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Report another company of a meeting to the organizer."""
    found = complaints.others(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    form = report_form(found)
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else UNPROCESSABLE
        return render_template("meetings/report.html", form=form, found=found, meeting_id=meeting_id), status
    complaints.report(
        db.session,
        fair_id=fair.id,
        me=me,
        meeting_id=meeting_id,
        about_id=UUID(form.about.data),
        reason=ComplaintReason(form.reason.data),
        text=form.text.data or "",
        now=clock.now(),
    )
    flash(_("The organizer will look at it. The other company is not told who reported it."), "done")
    return redirect(url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting_id))


@blueprint.get("/fairs/<slug>/organizer/complaints")
@organizer
def complaint_list(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """List the reports of a fair, those that wait first."""
    del person
    found = complaints.complaints_of(db.session, fair_id=fair.id)
    return render_template(
        "meetings/complaints.html",
        found=found,
        has_messages=message_switches.of_fair(db.session, fair_id=fair.id),
        reasons=COMPLAINT_REASONS,
        outcomes=COMPLAINT_OUTCOMES,
    )


@blueprint.get("/fairs/<slug>/organizer/complaints/<uuid:complaint_id>")
@organizer
def complaint(fair: FairFacts, person: SignedIn, complaint_id: uuid.UUID) -> ResponseReturnValue:
    """Show one report, and what the two wrote to each other where it is one of them about the other."""
    del person
    found, meeting, said = complaints.complaint_of(db.session, fair_id=fair.id, complaint_id=complaint_id)
    return render_template(
        "meetings/complaint.html",
        found=found,
        meeting=meeting,
        said=said,
        has_messages=message_switches.of_meeting(db.session, fair_id=fair.id, meeting_id=meeting.id),
        reasons=COMPLAINT_REASONS,
        outcomes=COMPLAINT_OUTCOMES,
    )


@blueprint.post("/fairs/<slug>/organizer/complaints/<uuid:complaint_id>")
@organizer
def settle(fair: FairFacts, person: SignedIn, complaint_id: uuid.UUID) -> ResponseReturnValue:
    """Settle a report."""
    wanted = request.form.get("outcome", "")
    if wanted not in set(ComplaintOutcome):
        raise NotFound("no_such_outcome")
    complaints.settle(
        db.session,
        fair_id=fair.id,
        complaint_id=complaint_id,
        outcome=ComplaintOutcome(wanted),
        by=person.account_id,
        now=clock.now(),
    )
    flash(_("Settled."), "done")
    return redirect(url_for("meetings.complaint_list", slug=fair.slug))
