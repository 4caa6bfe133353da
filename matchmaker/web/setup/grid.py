"""The days of the fair and the sessions its slots are cut from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - the filter is called date.
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import fair_grid
from matchmaker.services.fair_setup import SessionPlan
from matchmaker.web import fields
from matchmaker.web.access import organizer
from matchmaker.web.choices import shared
from matchmaker.web.filters import day
from matchmaker.web.fragments import same_for_all
from matchmaker.web.links import links_to
from matchmaker.web.setup import forms
from matchmaker.web.setup.routes import ROOT, UNPROCESSABLE, blueprint
from matchmaker.web.setup.wording import put_refusal, sentence

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fair_grid import Grid, SessionLine
    from matchmaker.services.fairs import FairFacts


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as the list shows it; ``name`` is its day and when it begins."""

    name: str
    begins: str
    ends: str
    slots: str
    change_url: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of the fair with its sessions."""

    name: str
    sessions: list[SessionView]


@blueprint.route(f"{ROOT}/days", methods=["GET", "POST"])
@organizer
def days(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask for the days and the time zone; what that does to meetings is shown before it happens."""
    form: Any = forms.DaysForm(obj=fair)
    if form.validate_on_submit():
        try:
            grid = fair_grid.on_days(
                fair_grid.grid_of(db.session, fair=fair),
                opens_on=form.opens_on.data,
                closes_on=form.closes_on.data,
                time_zone=form.time_zone.data,
            )
            _change(fair, grid, person)
            return redirect(url_for("setup.steps", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused, otherwise="opens_on")
    return render_template("setup/days.html", form=form, zones=forms.zones()), UNPROCESSABLE if form.errors else 200


@blueprint.route(f"{ROOT}/sessions", methods=["GET", "POST"])
@organizer
def sessions(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the sessions by day and ask for another one; a preview shows its slots before it is saved."""
    form: Any = forms.SessionForm()
    form.days.choices = shared(_days(fair.opens_on, fair.closes_on))
    preview: list[Any] = []
    if form.validate_on_submit():
        plans = _plans(form)
        try:
            wanted = fair_grid.with_sessions(fair_grid.grid_of(db.session, fair=fair), plans)
            slots = wanted.slots()
            preview = fair_grid.slots_within(slots, plans, zone=fair.zone)
            if not preview:
                raise Refused("no_slot_fits", field="ends_at")  # noqa: TRY301 - worded beside the field like the others.
            if "preview" not in request.form:
                _change(fair, wanted, person)
                return redirect(url_for("setup.sessions", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused, otherwise="starts_at")
    return _sessions_page(fair, form, preview=preview), UNPROCESSABLE if form.errors else 200


@blueprint.route(f"{ROOT}/sessions/<uuid:session_id>/change", methods=["GET", "POST"])
@organizer
def session_change(fair: FairFacts, person: SignedIn, session_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for other times of one session."""
    rest, plan = fair_grid.without_session(db.session, fair=fair, session_id=session_id)
    form: Any = forms.SessionForm(obj=plan, data={"days": [plan.day.isoformat()]})
    fields.offer(form.days, [(plan.day.isoformat(), day(plan.day))])
    if form.validate_on_submit():
        try:
            _change(fair, fair_grid.with_sessions(rest, _plans(form)), person)
            return redirect(url_for("setup.sessions", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused, otherwise="starts_at")
    page = render_template("setup/session.html", form=form, day=day(plan.day))
    return page, UNPROCESSABLE if form.errors else 200


@blueprint.post(f"{ROOT}/sessions/<uuid:session_id>/remove")
@organizer
def session_remove(fair: FairFacts, person: SignedIn, session_id: uuid.UUID) -> ResponseReturnValue:
    """Leave a session out, with its slots."""
    rest, _plan = fair_grid.without_session(db.session, fair=fair, session_id=session_id)
    try:
        _change(fair, rest, person)
    except Refused as refused:
        form: Any = forms.SessionForm(formdata=None)
        form.days.choices = shared(_days(fair.opens_on, fair.closes_on))
        return _sessions_page(fair, form, refusal=sentence(refused)), UNPROCESSABLE
    return redirect(url_for("setup.sessions", slug=fair.slug))


def _change(fair: FairFacts, grid: Grid, person: SignedIn) -> None:
    lost = fair_grid.change(db.session, fair=fair, grid=grid, seen=forms.seen(), by=person.account_id, now=clock.now())
    if lost:
        text = ngettext(
            "Saved. %(num)s meeting waits to be placed again.", "Saved. %(num)s meetings wait to be placed again.", lost
        )
        flash(text, "changed")
    else:
        flash(_("Saved. No meeting lost its place."), "done")


def _plans(form: Any) -> list[SessionPlan]:
    return [
        SessionPlan(
            day=Date.fromisoformat(one),
            starts_at=form.starts_at.data,
            ends_at=form.ends_at.data,
            slot_minutes=form.slot_minutes.data,
            break_minutes=form.break_minutes.data,
        )
        for one in form.days.data
    ]


@same_for_all
def _days(opens_on: Date, closes_on: Date) -> tuple[tuple[str, str], ...]:
    """The days of a fair as codes with what they are called."""
    every = [opens_on + timedelta(days=number) for number in range((closes_on - opens_on).days + 1)]
    return tuple((one.isoformat(), day(one)) for one in every)


def _sessions_page(fair: FairFacts, form: Any, *, preview: Any = (), refusal: str = "") -> str:
    by_day = defaultdict(list)
    for line in fair_grid.sessions(db.session, fair=fair):
        by_day[line.plan.day.isoformat()].append(line)
    change_url = links_to("setup.session_change", "session_id", slug=fair.slug)
    remove_url = links_to("setup.session_remove", "session_id", slug=fair.slug)
    views = [
        DayView(name, [_session(line, name, change_url(line.id), remove_url(line.id)) for line in by_day[code]])
        for code, name in _days(fair.opens_on, fair.closes_on)
    ]
    return render_template("setup/sessions.html", form=form, days=views, preview=preview, refusal=refusal)


def _session(line: SessionLine, day_name: str, change_url: str, remove_url: str) -> SessionView:
    plan = line.plan
    begins = f"{plan.starts_at:%H:%M}"
    slots = _slots(line.slots, plan.slot_minutes)
    return SessionView(f"{day_name} {begins}", begins, f"{plan.ends_at:%H:%M}", slots, change_url, remove_url)


@same_for_all
def _slots(count: int, minutes: int) -> str:
    text = ngettext(
        "%(num)s slot of %(minutes)s minutes", "%(num)s slots of %(minutes)s minutes", count, minutes=minutes
    )
    return str(text)
