"""The host's console: who is at which table now and next, and one tap for what the host sees."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.attendance import Source
from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.third_company import THIRD
from matchmaker.extensions import db
from matchmaker.services import attendance, extending, table_change, third_presence
from matchmaker.services.on_the_spot import free_tables
from matchmaker.web.access import host
from matchmaker.web.attendance.blueprint import blueprint
from matchmaker.web.attendance.forms import BOTH, PresenceForm
from matchmaker.web.attendance.host_page import console_page, meeting_page
from matchmaker.web.filters import time
from matchmaker.web.links import back
from matchmaker.web.statements import was_kept

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.attendance import Noted
    from matchmaker.services.fairs import FairFacts


@blueprint.get("/fairs/<slug>/host")
@host
def console(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the tables a host looks after: the meeting now, the next one, and who is missing."""
    now = clock.now()
    page = console_page(fair, account_id=person.account_id, now=now)
    return render_template("attendance/console.html", page=page, now=now)


@blueprint.get("/fairs/<slug>/host/meetings/<uuid:meeting_id>")
@host
def hosted(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Show one meeting to its host: whom to call, and what else can be done."""
    del person
    now = clock.now()
    page = meeting_page(fair, meeting_id, now=now)
    tables = free_tables(db.session, fair_id=fair.id, slot_id=page.meeting.slot_id) if page.is_seated else []
    return render_template("attendance/hosted.html", page=page, now=now, tables=tables)


@blueprint.post("/fairs/<slug>/host/meetings/<uuid:meeting_id>/presence")
@host
def presence(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what a host sees of one side, of both, or of a third company."""
    form = PresenceForm()
    if not form.validate():
        raise Refused("bad_once")
    if form.side.data == THIRD:
        is_present, by = form.there.data == "1", person.account_id
        third_presence.note(db.session, fair=fair, meeting_id=meeting_id, is_present=is_present, by=by, now=clock.now())
        return redirect(back(url_for("attendance.console", slug=fair.slug)))
    noted = _noted(fair, person, meeting_id, form)
    if form.side.data == BOTH and noted[-1].state is MeetingState.HELD and not was_kept():
        return redirect(url_for("deals.host_question", slug=fair.slug, meeting_id=meeting_id, side=Role.EXHIBITOR))
    return redirect(back(url_for("attendance.console", slug=fair.slug)))


def _noted(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID, form: PresenceForm) -> list[Noted]:
    sides = list(Role) if form.side.data == BOTH else [Role(form.side.data or "")]
    return [
        attendance.check_in(
            db.session,
            fair=fair,
            meeting_id=meeting_id,
            side=side,
            is_present=form.there.data == "1",
            source=Source.HOST,
            by=person.account_id,
            at=form.seen(clock.now()),
            once=f"{form.mark}-{side}",
            now=clock.now(),
        )
        for side in sides
    ]


@blueprint.post("/fairs/<slug>/host/meetings/<uuid:meeting_id>/extend")
@host
def extend(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Let a meeting go on into the next time, where it is free."""
    until = extending.extend(db.session, fair=fair, meeting_id=meeting_id, by=person.account_id, now=clock.now())
    flash(_("This meeting may go on until %(time)s.", time=time(until)), "done")
    return redirect(url_for("attendance.hosted", slug=fair.slug, meeting_id=meeting_id))


@blueprint.post("/fairs/<slug>/host/meetings/<uuid:meeting_id>/table")
@host
def swap(fair: FairFacts, person: SignedIn, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Let a meeting sit at another table that is free."""
    try:
        table_id = UUID(request.form.get("table", ""))
    except ValueError:
        raise Refused("no_such_table") from None
    placed = table_change.change_table(
        db.session, fair=fair, meeting_id=meeting_id, table_id=table_id, by=person.account_id, now=clock.now()
    )
    flash(_("This meeting is at table %(table)s now. Both sides are told.", table=placed.place["table"]), "done")
    return redirect(url_for("attendance.hosted", slug=fair.slug, meeting_id=meeting_id))
