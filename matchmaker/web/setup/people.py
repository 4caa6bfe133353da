"""Who works for the fair: staff and interpreters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import StaffRole
from matchmaker.extensions import db
from matchmaker.services import fair_places, fairs, hosting, staff, stand_ins
from matchmaker.services import interpreters as interpreting
from matchmaker.web.access import organizer
from matchmaker.web.away_form import AwayForm
from matchmaker.web.filters import day, time
from matchmaker.web.setup import forms
from matchmaker.web.setup.routes import ROOT, UNPROCESSABLE, blueprint
from matchmaker.web.setup.wording import ROLES, put_refusal, sentence

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.staff import StaffLine


@blueprint.route(f"{ROOT}/team", methods=["GET", "POST"])
@organizer
def team(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show who works for the fair and ask for someone to add."""
    form: Any = forms.StaffForm()
    if form.validate_on_submit():
        try:
            role = StaffRole(form.role.data)
            account_id = staff.appoint(
                db.session,
                fair=fair,
                email=form.email.data,
                name=form.name.data,
                role=role,
                by=person.account_id,
                now=clock.now(),
            )
            flash(_("%(name)s is added and told by mail.", name=form.name.data), "done")
            return redirect(_after_appointing(fair, account_id, role))
        except Refused as refused:
            put_refusal(form, refused)
    return _team_page(fair, form), UNPROCESSABLE if form.errors else 200


@blueprint.route(f"{ROOT}/team/<uuid:staff_id>/tables", methods=["GET", "POST"])
@organizer
def host_tables(fair: FairFacts, person: SignedIn, staff_id: uuid.UUID) -> ResponseReturnValue:
    """Ask which tables a host looks after; a whole hall is one tick."""
    line = _host(fair, staff_id)
    halls = fair_places.halls(db.session, fair_id=fair.id)
    if request.method == "POST":
        ticked = set(request.form.getlist("table"))
        hosting.set_tables(
            db.session,
            fair=fair,
            staff_id=staff_id,
            table_ids=[one.id for hall in halls for one in hall.tables if {str(one.id), str(hall.id)} & ticked],
            by=person.account_id,
            now=clock.now(),
        )
        flash(_("The tables of %(name)s are saved.", name=line.name), "done")
        return redirect(url_for("setup.team", slug=fair.slug))
    own = hosting.tables_of(db.session, fair_id=fair.id, account_id=line.account_id)
    return render_template("setup/host_tables.html", line=line, halls=halls, own=own)


@blueprint.post(f"{ROOT}/team/<uuid:staff_id>/remove")
@organizer
def team_remove(fair: FairFacts, person: SignedIn, staff_id: uuid.UUID) -> ResponseReturnValue:
    """Take a role away, which ends what it opened with the next request."""
    try:
        line = staff.dismiss(db.session, fair=fair, staff_id=staff_id, by=person.account_id, now=clock.now())
    except Refused as refused:
        return _team_page(fair, forms.StaffForm(formdata=None), refusal=sentence(refused)), UNPROCESSABLE
    flash(_("%(name)s no longer works for the fair as: %(role)s.", name=line.name, role=ROLES[line.role]), "done")
    if line.account_id == person.account_id:
        return redirect(url_for("pages.home"))
    return redirect(url_for("setup.team", slug=fair.slug))


@blueprint.route(f"{ROOT}/interpreters", methods=["GET", "POST"])
@organizer
def interpreters(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the interpreters and ask for one to add."""
    form: Any = forms.InterpreterForm()
    if form.validate_on_submit():
        try:
            interpreting.add(
                db.session,
                fair=fair,
                name=form.name.data,
                email=form.email.data,
                languages=form.languages.data or [],
                by=person.account_id,
                now=clock.now(),
            )
            flash(_("%(name)s is added and told by mail.", name=form.name.data), "done")
            return redirect(url_for("setup.interpreters", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused)
    found = interpreting.interpreters(db.session, fair_id=fair.id)
    is_away = any(line.away for line in found)
    waiting = stand_ins.waiting(db.session, fair_id=fair.id, now=clock.now()) if is_away else {}
    page = render_template("setup/interpreters.html", form=form, interpreters=found, waiting=waiting)
    return page, UNPROCESSABLE if form.errors else 200


@blueprint.route(f"{ROOT}/interpreters/<uuid:interpreter_id>/away", methods=["GET", "POST"])
@organizer
def interpreter_away(fair: FairFacts, person: SignedIn, interpreter_id: uuid.UUID) -> ResponseReturnValue:
    """Ask when an interpreter can't work; what becomes of meetings then is proposed on a page of its own."""
    found = interpreting.interpreters(db.session, fair_id=fair.id)
    line = next((one for one in found if one.id == interpreter_id), None)
    if line is None:
        raise NotFound("no_such_interpreter")
    slots = fairs.slots(db.session, fair_id=fair.id)
    ticked = [slot.id for slot in slots if str(slot.id) in request.form.getlist("away")]
    form: Any = AwayForm(data={"reason": line.reason})
    if form.validate_on_submit():
        standing = interpreting.set_away(
            db.session,
            fair=fair,
            interpreter_id=interpreter_id,
            slot_ids=ticked,
            reason=form.reason.data,
            by=person.account_id,
            now=clock.now(),
        )
        if standing:
            return redirect(url_for("interpreting.proposed", slug=fair.slug, interpreter_id=interpreter_id))
        flash(_("Saved. No meeting is concerned."), "done")
        return redirect(url_for("setup.interpreters", slug=fair.slug))
    away = ticked if form.errors else line.away
    days = [
        (day(one), [(str(slot.id), time(slot.starts_at), slot.id in away) for slot in slots if slot.day == one])
        for one in sorted({slot.day for slot in slots})
    ]
    page = render_template("setup/away.html", line=line, form=form, days=days)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.post(f"{ROOT}/interpreters/<uuid:interpreter_id>/remove")
@organizer
def interpreter_remove(fair: FairFacts, person: SignedIn, interpreter_id: uuid.UUID) -> ResponseReturnValue:
    """Let an interpreter go, after whose meetings that concerns was seen."""
    name = interpreting.remove(
        db.session,
        fair=fair,
        interpreter_id=interpreter_id,
        seen=forms.seen(),
        by=person.account_id,
        now=clock.now(),
    )
    flash(_("%(name)s no longer interprets at the fair.", name=name), "done")
    return redirect(url_for("setup.interpreters", slug=fair.slug))


def _after_appointing(fair: FairFacts, account_id: uuid.UUID, role: StaffRole) -> str:
    """A host is asked for the tables next; for everyone else that was all."""
    if role is not StaffRole.TABLE_HOST:
        return url_for("setup.team", slug=fair.slug)
    lines = staff.staff_of(db.session, fair_id=fair.id)
    host = next(one for one in lines if one.account_id == account_id and one.role is role)
    return url_for("setup.host_tables", slug=fair.slug, staff_id=host.id)


def _host(fair: FairFacts, staff_id: uuid.UUID) -> StaffLine:
    for one in staff.staff_of(db.session, fair_id=fair.id):
        if one.id == staff_id and one.role is StaffRole.TABLE_HOST:
            return one
    raise NotFound("no_such_role")


def _team_page(fair: FairFacts, form: Any, *, refusal: str = "") -> str:
    lines = [(line, ROLES[line.role]) for line in staff.staff_of(db.session, fair_id=fair.id)]
    has_hosts = any(line.role is StaffRole.TABLE_HOST for line, _role in lines)
    tables = hosting.tables_by_host(db.session, fair_id=fair.id) if has_hosts else {}
    return render_template("setup/team.html", form=form, staff=lines, tables=tables, refusal=refusal)
