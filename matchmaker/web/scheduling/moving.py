"""The organizer gives one meeting its place, or another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.domain.fairs import Role
from matchmaker.domain.third_company import THIRD
from matchmaker.extensions import db
from matchmaker.services import booking, meetings, move_undo, places
from matchmaker.web.access import organizer
from matchmaker.web.flashes import flash_with_undo
from matchmaker.web.places import PlaceForm, chosen_slot, is_move, place_words, places_page
from matchmaker.web.scheduling.views import CONFLICT, UNPROCESSABLE, blueprint

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.meeting_notices import MeetingFacts


@blueprint.get("/fairs/<slug>/organizer/meetings/<uuid:meeting_id>/move")
@organizer
def move(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Show where a meeting could go: the three best places, or all of them."""
    del person
    return _page(fair, meeting_id)


@blueprint.post("/fairs/<slug>/organizer/meetings/<uuid:meeting_id>/move")
@organizer
def set_place(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Put a meeting at the chosen time; of a place lost to someone else, say so and show the next free ones."""
    form = PlaceForm()
    slot_id = chosen_slot(request.form)
    if slot_id is None or not form.validate():
        return _page(fair, meeting_id, form=form), UNPROCESSABLE
    had = meetings.facts_of(db.session, fair_id=fair.id, meeting_id=meeting_id)
    try:
        placed = booking.place(
            db.session,
            fair=fair,
            slot_id=slot_id,
            note=form.note.data or "",
            fair_id=fair.id,
            meeting_id=meeting_id,
            participation_id=None,
            by=person.account_id,
            now=clock.now(),
        )
    except Conflict as error:
        if error.code != "slot_taken":
            raise
        return _page(fair, meeting_id, form=form, is_lost=True), CONFLICT
    undo_url = url_for("scheduling.undo_move", slug=fair.slug, meeting_id=meeting_id) if is_move(had, placed) else ""
    text = _("%(names)s meet: %(place)s", names=_names(placed), place=place_words(placed))
    flash_with_undo(text, undo_url=undo_url)
    return redirect(url_for("scheduling.schedule", slug=fair.slug))


@blueprint.post("/fairs/<slug>/organizer/meetings/<uuid:meeting_id>/undo-move")
@organizer
def undo_move(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Bring a meeting back to where one moved it from a moment ago; where it can't go back, say so."""
    try:
        placed = move_undo.undo_move(
            db.session,
            fair=fair,
            fair_id=fair.id,
            meeting_id=meeting_id,
            participation_id=None,
            by=person.account_id,
            now=clock.now(),
        )
    except Conflict as error:
        if error.code not in {"undo_over", "slot_taken"}:
            raise
        return _page(fair, meeting_id, is_stuck=True), CONFLICT
    text = _("Undone. %(names)s meet as before: %(place)s", names=_names(placed), place=place_words(placed))
    flash(text, "done")
    return redirect(url_for("scheduling.schedule", slug=fair.slug))


def _page(
    fair: FairFacts,
    meeting_id: uuid.UUID,
    *,
    form: PlaceForm | None = None,
    is_lost: bool = False,
    is_stuck: bool = False,
) -> str:
    meeting = meetings.facts_of(db.session, fair_id=fair.id, meeting_id=meeting_id)
    board = places.board_of(db.session, fair_id=fair.id, meeting_id=meeting_id)
    sides = (Role.EXHIBITOR, Role.BUYER, THIRD)
    names = dict(zip(sides, (meeting.exhibitor_name, meeting.buyer_name, meeting.third_name or ""), strict=True))
    page = places_page(board, names=names, wants_all="all" in request.args, now=clock.now())
    return render_template(
        "scheduling/move.html",
        meeting_id=meeting_id,
        names=_names(meeting),
        current=place_words(meeting),
        # Without a place there is nothing to say to the others about it.
        form=form or (None if page.obstacle else PlaceForm(formdata=None)),
        is_lost=is_lost,
        is_stuck=is_stuck,
        has_messages=meeting.has_messages,
        page=page,
    )


def _names(meeting: MeetingFacts) -> str:
    return f"{meeting.exhibitor_name} – {meeting.buyer_name}"
