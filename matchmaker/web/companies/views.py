"""The organizer's list of companies, and the page of one company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import companies, company_overview
from matchmaker.services.company_list import CompanyFilter, listed, unconfirmed_of
from matchmaker.web import view_budget
from matchmaker.web.access import organizer, participant
from matchmaker.web.companies.completeness import completeness_of
from matchmaker.web.companies.listing import drawn
from matchmaker.web.companies.organizer_cards import act_url_of, organizer_cards
from matchmaker.web.companies.page import cards_of, profile_of, step_of, team_of, why_of
from matchmaker.web.companies.routes import blueprint
from matchmaker.web.links import links_to

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership


@blueprint.get("/fairs/<slug>/organizer/companies")
@organizer
def organizer_list(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """List the fair's companies, to search and to filter."""
    wanted = CompanyFilter(
        text=request.args.get("q", "").strip()[:200],
        role=request.args.get("role", ""),
        country=request.args.get("country", ""),
        status=request.args.get("status", ""),
        without_items=request.args.get("missing") == "items",
    )
    found = listed(db.session, fair_id=fair.id, wanted=wanted, page=request.args.get("page", 1, int))
    return render_template(
        "companies/organizer_list.html",
        drawn=drawn(found, wanted, unconfirmed_of(db.session, page=found), fair),
        person=person,
    )


@blueprint.get("/fairs/<slug>/organizer/companies/<uuid:participation_id>")
@organizer
def organizer_company(fair: FairFacts, person: SignedIn, participation_id: uuid.UUID) -> ResponseReturnValue:
    """Show a company with its people to the organizer."""
    found = company_overview.for_organizer(db.session, fair_id=fair.id, participation_id=participation_id)
    shown = profile_of(found.view, today=clock.now().date())
    return render_template(
        "companies/organizer_company.html",
        company=shown,
        cards=organizer_cards(shown, found, slug=fair.slug),
        act_url=act_url_of(found, slug=fair.slug),
        reset_url=links_to("accounts.start_reset", "representative_id", slug=fair.slug),
        completeness=completeness_of(found.state),
        person=person,
    )


@blueprint.get("/fairs/<slug>/companies/<uuid:participation_id>")
@participant
def company(fair: FairFacts, me: Membership, participation_id: uuid.UUID) -> ResponseReturnValue:
    """Show a company of the other side, why it fits, and what to do about it."""
    view_budget.spend(me.account_id)
    view = companies.for_participant(
        db.session,
        fair_id=fair.id,
        participation_id=participation_id,
        mine=me.participation_id,
        my_role=me.role,
    )
    why = why_of(view, fair, me)
    return render_template(
        "companies/company.html",
        name=view.facts.name,
        cards=cards_of(view, level=why.level if why else 0, today=clock.now().date(), fair=fair),
        team=team_of(view),
        why=why,
        step=step_of(view, fair, me),
    )
