"""Step one: the company's own facts and its certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import profile_facts
from matchmaker.web.access import registered
from matchmaker.web.flashes import flash_with_undo
from matchmaker.web.kept_forms import forget_form, keeps_form, kept_form
from matchmaker.web.profile.brings import brings_of
from matchmaker.web.profile.company_form import (
    certificate_fields,
    certificate_form,
    company_fields,
    company_form,
    sent_fields,
)
from matchmaker.web.profile.routes import blueprint
from matchmaker.web.profile.steps import step_line
from matchmaker.web.profile.wording import REFUSALS

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.profile_facts import OwnCompany
    from matchmaker.web.profile.company_form import CertificateForm, CompanyForm

UNPROCESSABLE = 422


@blueprint.route("/fairs/<slug>/profile/company", methods=["GET", "POST"])
@registered
@keeps_form
def company(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Show a company's facts to its people, and take what they say now."""
    stored = profile_facts.own_company(db.session, me=me)
    if request.method == "POST":
        form = company_form(stored)
        if not form.validate():
            return _page(fair, me, stored, form), UNPROCESSABLE
        profile_facts.save_company(
            db.session, fair_id=fair.id, me=me, values=form.values(), website=form.website.data or "", now=clock.now()
        )
        forget_form(me.account_id)
        flash(_("Your company’s details are saved."), "done")
        return redirect(url_for("profile.items", slug=fair.slug))
    kept = kept_form(me.account_id)
    return _page(fair, me, stored, None if kept is None else company_form(stored, data=kept), is_kept=kept is not None)


@blueprint.post("/fairs/<slug>/profile/certificates")
@registered
def add_certificate(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Add a certificate the company holds."""
    form = certificate_form()
    if form.validate():
        try:
            profile_facts.add_certificate(
                db.session,
                fair_id=fair.id,
                me=me,
                name=form.name.data or "",
                expires_on=form.expires_on.data,
                now=clock.now(),
            )
        except Refused as refused:
            form.name.errors = [str(REFUSALS[refused.code])]
        else:
            flash(_("The certificate is on your list."), "done")
            return redirect(url_for("profile.company", slug=fair.slug, _anchor="certificates"))
    return _page(fair, me, profile_facts.own_company(db.session, me=me), certificate=form), UNPROCESSABLE


@blueprint.post("/fairs/<slug>/profile/certificates/<uuid:certificate_id>/remove")
@registered
def remove_certificate(fair: FairFacts, me: Membership, certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Take a certificate off the list; undoing adds it again as it was."""
    said = profile_facts.remove_certificate(
        db.session, fair_id=fair.id, me=me, certificate_id=certificate_id, now=clock.now()
    )
    day = said.expires_on.isoformat() if said.expires_on else ""
    flash_with_undo(
        _("%(name)s is off your list.", name=said.name),
        undo_url=url_for("profile.add_certificate", slug=fair.slug),
        fields={"certificate-name": said.name, "certificate-expires_on": day},
    )
    return redirect(url_for("profile.company", slug=fair.slug, _anchor="certificates"))


def _page(
    fair: FairFacts,
    me: Membership,
    stored: OwnCompany,
    form: CompanyForm | None = None,
    *,
    certificate: CertificateForm | None = None,
    is_kept: bool = False,
) -> str:
    """Show the page with the forms that were sent; those that were not stand as they are opened."""
    state = stored.state
    return render_template(
        "profile/company.html",
        sent=[one for one in (form, certificate) if one is not None],
        fields=company_fields(stored) if form is None else sent_fields(form),
        certificate_fields=certificate_fields(certificate),
        company=stored,
        is_kept=is_kept,
        today=clock.now().date(),
        steps=step_line(fair.slug, "company", state.is_checked, state.has_items),
        brings=brings_of(fair, me, state),
    )
