"""The page behind the code on a table: who is expected there now, and one button to say that one is there."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.attendance import Source
from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import Role, StaffRole
from matchmaker.extensions import db
from matchmaker.services import attendance, fairs, table_meetings
from matchmaker.signed_links import parts_of
from matchmaker.web.access import anyone
from matchmaker.web.attendance.blueprint import blueprint
from matchmaker.web.attendance.forms import BadgeForm
from matchmaker.web.attendance.table_page import PARTS, PURPOSE, TablePage, table_page
from matchmaker.web.sign_in import signed_in_person
from matchmaker.web.table_links import code_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.web.statements import StatementForm

NOT_FOUND, UNPROCESSABLE = 404, 422
# How long a page that was opened at the table may be used. Whoever only has a picture of the card opens it elsewhere,
# but then the meeting's own time is over soon, and every other word counts for more than a picture's.
PAGE_LIVES = timedelta(minutes=15)


@blueprint.get("/fairs/<slug>/at/<token>")
@anyone
def table(fair: FairFacts, token: str) -> ResponseReturnValue:
    """Show whom this table expects now, and where else the reader is expected; staff without a company see theirs."""
    if _looks_after_tables(fair):
        return redirect(url_for("attendance.console", slug=fair.slug))
    return render_template("attendance/table.html", page=_page(fair, token), token=token, form=BadgeForm(formdata=None))


@blueprint.post("/fairs/<slug>/at/<token>")
@anyone
def arrive(fair: FairFacts, token: str) -> ResponseReturnValue:
    """Check the reader in at this table: who is signed in, or who types the code of a badge."""
    page, form, person = _page(fair, token), BadgeForm(), signed_in_person()
    proved, meeting_id = _proved(form, person)
    side = proved or _side_of_badge(form, page, meeting_id)
    if side is None:
        form.badge.errors = [_("This badge has no meeting at this table now.")]
        return render_template("attendance/table.html", page=page, token=token, form=form), UNPROCESSABLE
    attendance.check_in(
        db.session,
        fair=fair,
        meeting_id=meeting_id,
        side=side,
        is_present=True,
        source=Source.TABLE_CARD if proved else Source.BADGE,
        by=person.account_id if person else None,
        at=form.seen(clock.now()),
        once=form.mark,
        now=clock.now(),
    )
    flash(_("You are checked in."), "done")
    return redirect(url_for("attendance.table", slug=fair.slug, token=token))


def _looks_after_tables(fair: FairFacts) -> bool:
    """Whether the reader is a host or an organizer and takes part for no company."""
    person = signed_in_person()
    if person is None or fairs.memberships(db.session, fair_id=fair.id, account_id=person.account_id):
        return False
    roles = fairs.staff_roles(db.session, fair_id=fair.id, account_id=person.account_id)
    return bool(roles & {StaffRole.ORGANIZER, StaffRole.TABLE_HOST})


def _page(fair: FairFacts, token: str) -> TablePage:
    code = code_in(token, fair=fair)
    if code is None:
        abort(NOT_FOUND)
    found = table_meetings.table_of(db.session, fair_id=fair.id, code=code)
    person = signed_in_person()
    roles = fairs.memberships(db.session, fair_id=fair.id, account_id=person.account_id) if person else []
    return table_page(fair, found, roles=roles, person=person, now=clock.now())


def _proved(form: StatementForm, person: SignedIn | None) -> tuple[Role | None, uuid.UUID]:
    """What the page was opened for: side, meeting and person; refused when that was too long ago or somebody else."""
    parts = parts_of(
        request.form.get("proof", ""), secret=current_app.config["SECRET_KEY"], purpose=PURPOSE, count=PARTS
    )
    if parts is None:
        raise Refused("card_too_old")
    meeting_id, side, who, opened, once = parts
    opened_at = datetime.fromtimestamp(int(opened), tz=UTC)
    is_in_time = opened_at - timedelta(minutes=1) <= form.seen(clock.now()) <= opened_at + PAGE_LIVES
    is_same = who == (person.account_id.hex if person and side else "")
    if not is_in_time or not is_same or once != form.mark:
        raise Refused("card_too_old")
    return Role(side) if side else None, uuid.UUID(meeting_id)


def _side_of_badge(form: BadgeForm, page: TablePage, meeting_id: uuid.UUID) -> Role | None:
    typed = "".join((form.badge.data or "").split()).casefold()
    if page.meeting is None or page.meeting.id != meeting_id or not typed:
        return None
    return next((role for role, badge in page.meeting.badges.items() if badge.casefold() == typed), None)
