"""Who takes over an interpreter's meetings: proposed on one page, done with one button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.domain.stand_ins import Remedy
from matchmaker.extensions import db
from matchmaker.services import stand_ins
from matchmaker.web.access import organizer
from matchmaker.web.filters import datetime as moment
from matchmaker.web.interpreting.routes import blueprint

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.domain.stand_ins import Candidate, Proposal
    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.effects import Affected
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.stand_ins import StandIns

CONFLICT = 409
ROOT = "/fairs/<slug>/organizer/interpreters/<uuid:interpreter_id>/stand-ins"


@dataclass(frozen=True, slots=True)
class Line:
    """One meeting with what is proposed for it, in words."""

    meeting: Affected
    remedy: Remedy
    proposal: str
    candidates: tuple[str, ...]


@blueprint.get(ROOT)
@organizer
def proposed(fair: FairFacts, person: SignedIn, interpreter_id: uuid.UUID) -> ResponseReturnValue:
    """Show whose meetings need another interpreter and what is proposed; nothing changes."""
    del person
    return _page(fair, interpreter_id)


@blueprint.post(ROOT)
@organizer
def apply(fair: FairFacts, person: SignedIn, interpreter_id: uuid.UUID) -> ResponseReturnValue:
    """Do what was proposed, all at once; where it no longer fits, nothing happens and it is proposed anew."""
    try:
        found = stand_ins.apply(
            db.session,
            fair=fair,
            interpreter_id=interpreter_id,
            seen=request.form.get("seen", ""),
            by=person.account_id,
            now=clock.now(),
        )
    except Conflict:
        db.session.rollback()
        return _page(fair, interpreter_id, is_changed=True), CONFLICT
    done = len(found.proposals)
    flash(ngettext("%(num)s meeting is settled.", "%(num)s meetings are settled.", done), "done")
    return redirect(url_for("setup.interpreters", slug=fair.slug))


def _page(fair: FairFacts, interpreter_id: uuid.UUID, *, is_changed: bool = False) -> str:
    found = stand_ins.proposed(db.session, fair=fair, interpreter_id=interpreter_id, now=clock.now())
    return render_template("interpreting/stand_ins.html", found=found, lines=_lines(found), is_changed=is_changed)


def _lines(found: StandIns) -> list[Line]:
    return [
        Line(
            found.meetings[one.entry.id],
            one.remedy,
            _in_words(one, found),
            tuple(_candidate(candidate) for candidate in one.candidates),
        )
        for one in found.proposals
    ]


def _in_words(one: Proposal, found: StandIns) -> str:
    if one.remedy is Remedy.UNPLACED or one.interpreter_id is None:
        return _("Goes back to be placed: at no time are both sides, a table and an interpreter free.")
    name = found.plan.name_of(one.interpreter_id)
    if one.remedy is Remedy.TAKEN_OVER:
        return _("%(name)s takes over.", name=name)
    at = next(moment(opening.starts_at) for opening in found.plan.openings if opening.id == one.slot_id)
    table = next((table.code for table in found.plan.tables if table.id == one.table_id), "–")
    return _("Moves to %(time)s, table %(table)s, with %(name)s.", time=at, table=table, name=name)


def _candidate(one: Candidate) -> str:
    load = ngettext("%(num)s meeting", "%(num)s meetings", one.meetings)
    if one.is_rested:
        return _("%(name)s (%(load)s)", name=one.name, load=load)
    return _("%(name)s (%(load)s, %(n)s on end without a break)", name=one.name, load=load, n=one.on_end)
