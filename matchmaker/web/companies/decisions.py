"""Let companies in, put them on hold or refuse them: one or many, from the list or from a company's page."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.domain.approvals import Decision
from matchmaker.domain.errors import Conflict, NotAllowed, NotFound, Refused
from matchmaker.extensions import db
from matchmaker.services import approvals, leaving
from matchmaker.web.access import organizer
from matchmaker.web.companies.forms import DecisionForm
from matchmaker.web.companies.routes import blueprint
from matchmaker.web.companies.wording import DECIDED, REFUSALS
from matchmaker.web.links import back

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.approvals import Decided
    from matchmaker.services.fairs import FairFacts

UNPROCESSABLE = 422
NAMED = 3


@blueprint.post("/fairs/<slug>/organizer/companies/chosen")
@organizer
def choose(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Let the chosen companies in at once; to hold or refuse them, ask for the reason first."""
    ids = _ids(request.form.getlist("company"))
    decision = _decision(request.form.get("decision", ""))
    if not ids:
        flash(_("Choose the companies first."), "error")
        return redirect(back(_list_url(fair)))
    if decision.needs_reason:
        return redirect(url_for("companies.decide", slug=fair.slug, decision=decision, company=ids))
    try:
        decided = approvals.decide(
            db.session, fair_id=fair.id, participation_ids=ids, decision=decision, by=person.account_id, now=clock.now()
        )
    except NotAllowed as refused:
        names = ", ".join(refused.facts["names"][:NAMED])
        flash(_("%(names)s can be let in once somebody has confirmed the e-mail address.", names=names), "error")
    else:
        _say(decided, fair, decision)
    return redirect(back(_list_url(fair)))


@blueprint.route("/fairs/<slug>/organizer/companies/decide", methods=["GET", "POST"])
@organizer
def decide(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask why, saying first what will be closed; then hold or refuse."""
    ids, decision = _ids(request.values.getlist("company")), _decision(request.values.get("decision", ""))
    companies = leaving.affected(db.session, fair_id=fair.id, participation_ids=ids)
    if not companies or len(companies) != len(ids) or not decision.needs_reason:
        raise NotFound("no_such_company")
    form = DecisionForm()
    if form.is_submitted() and form.validate() and _decide(form, fair, person, ids=ids, decision=decision):
        return redirect(_list_url(fair) if len(ids) > 1 else _company_url(fair, ids[0]))
    page = render_template(
        "companies/decide.html", form=form, companies=companies, decision=decision, ids=ids, back_url=_list_url(fair)
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200


@blueprint.post("/fairs/<slug>/organizer/companies/undo")
@organizer
def undo_decision(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Take back what was decided just now."""
    ids = _ids(request.args.getlist("company"))
    try:
        undone = approvals.undo(
            db.session, fair_id=fair.id, participation_ids=ids, by=person.account_id, now=clock.now()
        )
    except Conflict:
        flash(_("This can no longer be undone. Decide anew; the company is told."), "error")
        return redirect(back(_list_url(fair)))
    flash(_("Undone: %(names)s.", names=_names(undone)), "done")
    return redirect(back(_list_url(fair)))


def _decide(form: Any, fair: FairFacts, person: SignedIn, *, ids: list[uuid.UUID], decision: Decision) -> bool:
    try:
        decided = approvals.decide(
            db.session,
            fair_id=fair.id,
            participation_ids=ids,
            decision=decision,
            reason=form.reason.data or "",
            note=form.note.data or "",
            by=person.account_id,
            now=clock.now(),
        )
    except Refused as refused:
        form[refused.field].errors = [str(REFUSALS[refused.code])]
        return False
    _say(decided, fair, decision)
    return True


def _say(decided: Decided, fair: FairFacts, decision: Decision) -> None:
    if not decided.ids:
        flash(_("Nothing has changed: it was so already."), "info")
        return
    text = _("%(decided)s: %(names)s. They are told by mail.", decided=str(DECIDED[decision]), names=_names(decided))
    if decided.closed:
        closed = ngettext(
            "%(num)s request or meeting is closed.", "%(num)s requests and meetings are closed.", decided.closed
        )
        text = f"{text} {closed}"
    if decided.left:
        left = ngettext(
            "%(num)s meeting of others loses its third company.",
            "%(num)s meetings of others lose their third company.",
            decided.left,
        )
        text = f"{text} {left}"
    undo_url = url_for("companies.undo_decision", slug=fair.slug, company=decided.ids)
    message: Any = {"text": text, "undo_url": undo_url}
    flash(message, "done")


def _names(decided: Decided) -> str:
    named = ", ".join(decided.names[:NAMED])
    rest = len(decided.names) - NAMED
    return named if rest <= 0 else _("%(names)s and %(n)s more", names=named, n=rest)


def _ids(values: Iterable[str]) -> list[uuid.UUID]:
    """The chosen keys, each once; what is no key stands for no company."""
    try:
        return list(dict.fromkeys(uuid.UUID(value) for value in values))
    except ValueError as error:
        raise NotFound("no_such_company") from error


def _decision(value: str) -> Decision:
    if value not in set(Decision):
        raise NotFound("no_such_decision")
    return Decision(value)


def _list_url(fair: FairFacts) -> str:
    return url_for("companies.organizer_list", slug=fair.slug)


def _company_url(fair: FairFacts, participation_id: uuid.UUID) -> str:
    return url_for("companies.organizer_company", slug=fair.slug, participation_id=participation_id)
