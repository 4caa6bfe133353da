"""Companies that may be one: side by side, told apart, or merged after a look at what that does."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.extensions import db
from matchmaker.services import lookalikes, merge_checks, merging
from matchmaker.web.access import organizer
from matchmaker.web.companies.routes import blueprint
from matchmaker.web.companies.wording import ROLES, SIGNS, STATUSES, blocker_text
from matchmaker.web.flashes import flash_with_undo

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.merge_checks import MergePlan

CONFLICT = 409


@blueprint.get("/fairs/<slug>/organizer/companies/twins")
@organizer
def twins(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the companies that may be one, side by side, with what speaks for it."""
    found = lookalikes.twins_of(db.session, fair_id=fair.id, by=person.account_id)
    return render_template(
        "companies/twins.html",
        pairs=found[: lookalikes.MOST_SHOWN],
        total=len(found),
        signs=SIGNS,
        roles=ROLES,
        statuses=STATUSES,
    )


@blueprint.post("/fairs/<slug>/organizer/companies/twins/<uuid:one_id>/<uuid:other_id>/apart")
@organizer
def tell_apart(fair: FairFacts, person: SignedIn, one_id: uuid.UUID, other_id: uuid.UUID) -> ResponseReturnValue:
    """Remember that two companies are two; ``undo`` forgets it again."""
    act = lookalikes.take_back if request.args.get("undo") else lookalikes.tell_apart
    act(db.session, fair_id=fair.id, one_id=one_id, other_id=other_id, by=person.account_id, now=clock.now())
    if act is lookalikes.tell_apart:
        undo = url_for("companies.tell_apart", slug=fair.slug, one_id=one_id, other_id=other_id, undo=1)
        flash_with_undo(_("Kept apart. The two are not shown together again."), undo_url=undo)
    return redirect(url_for("companies.twins", slug=fair.slug))


@blueprint.route("/fairs/<slug>/organizer/companies/merge", methods=["GET", "POST"])
@organizer
def merge(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show what a merge brings over and what forbids it; the button does it, all at once."""
    kept_id, gone_id = _key(request.values.get("kept")), _key(request.values.get("gone"))
    key = {"fair_id": fair.id, "kept_id": kept_id, "gone_id": gone_id, "by": person.account_id}
    if request.method == "POST":
        try:
            merged = merging.merge(db.session, **key, now=clock.now())
        except Conflict as conflict:
            db.session.rollback()
            return _preview(conflict.facts["plan"]), CONFLICT
        flash(_("Merged into %(name)s. What came over is in the history.", name=merged.name), "done")
        return redirect(url_for("companies.twins", slug=fair.slug))
    return _preview(merge_checks.plan_of(db.session, **key))


def _preview(plan: MergePlan) -> str:
    return render_template(
        "companies/merge.html",
        plan=plan,
        blockers=[blocker_text(one) for one in plan.blockers],
        roles=ROLES,
        statuses=STATUSES,
    )


def _key(value: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(value or "")
    except ValueError as error:
        raise NotFound("no_such_company") from error
