"""Act for a company as the fair's organizer, through the company's own pages, and stop again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import fairs, history
from matchmaker.web.access import act_for, organizer
from matchmaker.web.companies.routes import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts


@blueprint.post("/fairs/<slug>/organizer/companies/<uuid:participation_id>/act")
@organizer
def act(fair: FairFacts, person: SignedIn, participation_id: uuid.UUID) -> ResponseReturnValue:
    """Open the company's pages for the organizer; each of them says for whom they act."""
    me = fairs.membership_of(
        db.session, fair_id=fair.id, participation_id=participation_id, account_id=person.account_id
    )
    act_for(fair, participation_id)
    history.record(
        db.session,
        action="acting_begun",
        subject_kind="participation",
        subject_id=participation_id,
        by=person.account_id,
        now=clock.now(),
        fair_id=fair.id,
        company_id=me.company_id.hex,
    )
    to_team = request.form.get("to") == "team" or not me.status.acts
    return redirect(url_for("team.team" if to_team else "matching.suggestions", slug=fair.slug))


@blueprint.post("/fairs/<slug>/organizer/acting/end")
@organizer
def end_acting(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Act for oneself again, back on the company's page."""
    del person
    chosen = session.get(f"for-{fair.slug}")
    act_for(fair, None)
    flash(_("You act for yourself again."), "done")
    if isinstance(chosen, str):
        key = uuid.UUID(chosen)  # Only act_for writes it, and the cookie is signed.
        return redirect(url_for("companies.organizer_company", slug=fair.slug, participation_id=key))
    return redirect(url_for("companies.organizer_list", slug=fair.slug))
