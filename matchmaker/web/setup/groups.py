"""The groups of companies that rules speak of."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import company_groups
from matchmaker.web.access import organizer
from matchmaker.web.setup import forms
from matchmaker.web.setup.routes import ROOT, UNPROCESSABLE, blueprint
from matchmaker.web.setup.wording import called_off, put_refusal, sentence

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts


@blueprint.route(f"{ROOT}/groups", methods=["GET", "POST"])
@organizer
def groups(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the groups and ask for one to make; its companies are chosen on a page of its own."""
    form: Any = forms.GroupForm()
    if form.validate_on_submit():
        try:
            group_id = company_groups.make_group(
                db.session, fair=fair, name=form.name.data, by=person.account_id, now=clock.now()
            )
            flash(_("The group is made. Choose its companies."), "done")
            return redirect(url_for("setup.group", slug=fair.slug, group_id=group_id))
        except Refused as refused:
            put_refusal(form, refused)
    return _groups_page(fair, form), UNPROCESSABLE if form.errors else 200


@blueprint.get(f"{ROOT}/groups/<uuid:group_id>")
@organizer
def group(fair: FairFacts, person: SignedIn, group_id: uuid.UUID) -> ResponseReturnValue:
    """Show the companies of a group, and find others to add."""
    del person
    return _group_page(fair, group_id)


@blueprint.post(f"{ROOT}/groups/<uuid:group_id>/add")
@organizer
def group_add(fair: FairFacts, person: SignedIn, group_id: uuid.UUID) -> ResponseReturnValue:
    """Put the chosen companies into a group, or look for more; what a rule about it ends is shown before."""
    form: Any = forms.CompaniesForm()
    if "find" in request.form:
        return redirect(_address(fair, group_id, companies=request.form.getlist("companies")))
    if form.validate():
        try:
            ended = company_groups.add_companies(
                db.session,
                fair=fair,
                group_id=group_id,
                company_ids=form.companies.data,
                seen=forms.seen(),
                by=person.account_id,
                now=clock.now(),
            )
            flash(called_off(ended), "done")
            return redirect(_address(fair, group_id))
        except Refused as refused:
            put_refusal(form, refused)
    return _group_page(fair, group_id, adding=form), UNPROCESSABLE


@blueprint.post(f"{ROOT}/groups/<uuid:group_id>/take-out")
@organizer
def group_take_out(fair: FairFacts, person: SignedIn, group_id: uuid.UUID) -> ResponseReturnValue:
    """Take the chosen companies out of a group."""
    form: Any = forms.LeavingForm()
    if not form.validate():
        return _group_page(fair, group_id, leaving=form), UNPROCESSABLE
    company_groups.take_out(
        db.session,
        fair=fair,
        group_id=group_id,
        company_ids=form.leaving.data,
        by=person.account_id,
        now=clock.now(),
    )
    flash(_("Saved. The companies stay at the fair."), "done")
    return redirect(_address(fair, group_id))


@blueprint.post(f"{ROOT}/groups/<uuid:group_id>/drop")
@organizer
def group_drop(fair: FairFacts, person: SignedIn, group_id: uuid.UUID) -> ResponseReturnValue:
    """Dissolve a group that no rule speaks of."""
    try:
        company_groups.drop_group(db.session, fair=fair, group_id=group_id, by=person.account_id, now=clock.now())
    except Refused as refused:
        return _groups_page(fair, forms.GroupForm(formdata=None), refusal=sentence(refused)), UNPROCESSABLE
    flash(_("The group is dissolved. Its companies stay at the fair."), "done")
    return redirect(url_for("setup.groups", slug=fair.slug))


def _groups_page(fair: FairFacts, form: Any, *, refusal: str = "") -> str:
    found = company_groups.groups(db.session, fair_id=fair.id, page=_page())
    return render_template("setup/groups.html", form=form, found=found, refusal=refusal)


def _group_page(fair: FairFacts, group_id: uuid.UUID, *, adding: Any = None, leaving: Any = None) -> str:
    query = _query()
    adding = adding or forms.CompaniesForm(formdata=None, data={"companies": _chosen()})
    name = company_groups.name_of(db.session, fair_id=fair.id, group_id=group_id)
    others, has_more = company_groups.others(
        db.session, fair_id=fair.id, group_id=group_id, query=query, chosen=adding.companies.data
    )
    return render_template(
        "setup/group.html",
        group_id=group_id,
        name=name,
        query=query,
        others=others,
        has_more=has_more,
        members=company_groups.members(db.session, group_id=group_id, page=_page()),
        adding=adding,
        leaving=leaving or forms.LeavingForm(formdata=None),
    )


def _query() -> str:
    return request.values.get("q", "")


def _chosen() -> list[str]:
    """The companies that were ticked before the last search; what is no key is left out."""
    return [key.hex for key in request.args.getlist("companies", type=uuid.UUID)]


def _address(fair: FairFacts, group_id: uuid.UUID, **more: list[str]) -> str:
    """The page of the group with the same search and the same page of its members."""
    values: dict[str, Any] = {"q": _query() or None, "page": _page(), **more}
    return url_for("setup.group", slug=fair.slug, group_id=group_id, **values)


def _page() -> int:
    return request.args.get("page", 1, type=int)
