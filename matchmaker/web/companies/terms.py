"""Verify a company and its certificates, and set on which terms it takes part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import company_overview, terms, verification
from matchmaker.services.terms import Terms
from matchmaker.web.access import organizer
from matchmaker.web.companies.forms import TermsForm, VerifyForm
from matchmaker.web.companies.routes import blueprint
from matchmaker.web.companies.wording import REFUSALS

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

UNPROCESSABLE = 422


@blueprint.route("/fairs/<slug>/organizer/companies/<uuid:participation_id>/terms", methods=["GET", "POST"])
@organizer
def set_terms(fair: FairFacts, person: SignedIn, participation_id: uuid.UUID) -> ResponseReturnValue:
    """Show and change badge, booth, support and cap of a company."""
    known = terms.terms_of(db.session, fair_id=fair.id, participation_id=participation_id)
    form = TermsForm(obj=known.terms)
    if form.is_submitted() and form.validate():
        try:
            wanted = Terms(**{name: form[name].data for name in Terms.__dataclass_fields__})
            terms.set_terms(
                db.session,
                fair_id=fair.id,
                participation_id=participation_id,
                terms=wanted,
                by=person.account_id,
                now=clock.now(),
            )
            flash(_("Saved."), "done")
            return _to_company(fair, participation_id)
        except Refused as refused:
            form[refused.field].errors = [str(REFUSALS[refused.code])]
    page = render_template("companies/terms.html", form=form, known=known, participation_id=participation_id)
    return page, UNPROCESSABLE if form.is_submitted() else 200


@blueprint.route("/fairs/<slug>/organizer/companies/<uuid:participation_id>/verify", methods=["GET", "POST"])
@organizer
def verify(fair: FairFacts, person: SignedIn, participation_id: uuid.UUID) -> ResponseReturnValue:
    """Ask which papers were seen, and give the company its mark."""
    company = company_overview.named(db.session, fair_id=fair.id, participation_id=participation_id)
    form = VerifyForm()
    if form.is_submitted() and form.validate():
        try:
            what = form.what.data or ""
            verification.verify_company(db.session, what=what, **_act(fair, person, participation_id))
            flash(_("%(name)s is marked as verified.", name=company.name), "done")
            return _to_company(fair, participation_id)
        except Refused as refused:
            form[refused.field].errors = [str(REFUSALS[refused.code])]
    page = render_template("companies/verify.html", form=form, facts=company)
    return page, UNPROCESSABLE if form.is_submitted() else 200


@blueprint.post("/fairs/<slug>/organizer/companies/<uuid:participation_id>/verify/end")
@organizer
def end_verification(fair: FairFacts, person: SignedIn, participation_id: uuid.UUID) -> ResponseReturnValue:
    """Take the mark away again."""
    verification.end_verification(db.session, **_act(fair, person, participation_id))
    flash(_("The mark is taken away."), "done")
    return _to_company(fair, participation_id)


@blueprint.post("/fairs/<slug>/organizer/companies/<uuid:participation_id>/certificates")
@organizer
def verify_certificate(fair: FairFacts, person: SignedIn, participation_id: uuid.UUID) -> ResponseReturnValue:
    """Mark one certificate as seen, or take that back."""
    verification.verify_certificate(
        db.session,
        code=request.form.get("code", ""),
        is_seen=request.form.get("seen") == "1",
        **_act(fair, person, participation_id),
    )
    flash(_("Saved."), "done")
    return _to_company(fair, participation_id)


def _act(fair: FairFacts, person: SignedIn, participation_id: uuid.UUID) -> dict[str, Any]:
    return {"fair_id": fair.id, "participation_id": participation_id, "by": person.account_id, "now": clock.now()}


def _to_company(fair: FairFacts, participation_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("companies.organizer_company", slug=fair.slug, participation_id=participation_id))
