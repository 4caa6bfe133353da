"""Put a programme together and keep it: names, fairs, rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import categories, programmes, staff
from matchmaker.services.programmes import ProgrammePlan
from matchmaker.web import fields
from matchmaker.web.access import programme_keeper, signed_in
from matchmaker.web.choices import all_currencies
from matchmaker.web.fair_view import FairView
from matchmaker.web.language import language
from matchmaker.web.programmes import forms
from matchmaker.web.programmes.routes import ROOT, UNPROCESSABLE, blueprint, name_of
from matchmaker.web.programmes.wording import put_refusal, sentence
from matchmaker.web.rates import RateForm, plan_of, rate_form

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.programmes import ProgrammeFacts


@blueprint.route("/programmes/new", methods=["GET", "POST"])
@signed_in
def new(person: SignedIn) -> ResponseReturnValue:
    """Ask what a programme is called and which fairs it is made of; for who organizes none it is not there."""
    staff.check_may_create(db.session, account_id=person.account_id)
    form: Any = forms.NewForm(data={"report_currency": "USD"})
    own = programmes.own_fairs(db.session, account_id=person.account_id)
    fields.offer(form.fairs, [(one.slug, f"{FairView(one).name}, {FairView(one).dates_text}") for one in own])
    form.report_currency.choices = all_currencies()
    if form.validate_on_submit():
        said = {name: form[name].data for name in ProgrammePlan.__dataclass_fields__}
        plan = ProgrammePlan(**said | fields.in_both(form, "name"))
        try:
            made = programmes.create(db.session, plan=plan, by=person.account_id, now=clock.now())
            flash(_("The programme is there. Add years, chains and rates where they are needed."), "done")
            return redirect(url_for("programmes.fairs", slug=made.slug))
        except Refused as refused:
            put_refusal(form, refused)
    return render_template("programmes/new.html", form=form), UNPROCESSABLE if form.errors else 200


@blueprint.route(f"{ROOT}/names", methods=["GET", "POST"])
@programme_keeper
def names(programme: ProgrammeFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask what the programme is called."""
    form: Any = forms.NamesForm(obj=programme)
    if form.validate_on_submit():
        said = fields.in_both(form, "name")
        try:
            programmes.rename(db.session, programme=programme, by=person.account_id, now=clock.now(), **said)
            flash(_("Saved."), "done")
            return redirect(url_for("programmes.show", slug=programme.slug))
        except Refused as refused:
            put_refusal(form, refused)
    code = UNPROCESSABLE if form.errors else 200
    return render_template("programmes/names.html", form=form, programme=programme, name=name_of(programme)), code


@blueprint.route(f"{ROOT}/fairs", methods=["GET", "POST"])
@programme_keeper
def fairs(programme: ProgrammeFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the fairs, and ask for one to add or to count otherwise."""
    form = _fair_form(person)
    if form.validate_on_submit():
        try:
            programmes.put_fair(
                db.session,
                programme=programme,
                slug=form.fair.data,
                year=form.year.data,
                branch=form.branch.data or None,
                by=person.account_id,
                now=clock.now(),
            )
            flash(_("The fair counts for %(year)s.", year=str(form.year.data)), "done")
            return redirect(url_for("programmes.fairs", slug=programme.slug))
        except Refused as refused:
            put_refusal(form, refused)
    return _fairs_page(programme, form), UNPROCESSABLE if form.errors else 200


@blueprint.post(f"{ROOT}/fairs/<fair_slug>/out")
@programme_keeper
def fair_out(programme: ProgrammeFacts, person: SignedIn, fair_slug: str) -> ResponseReturnValue:
    """Take out a fair of one's own. Its report stays as it is, and it can be added again at once."""
    try:
        programmes.take_fair_out(db.session, programme=programme, slug=fair_slug, by=person.account_id, now=clock.now())
    except Refused as refused:
        page = _fairs_page(programme, _fair_form(person), refusal=sentence(refused))
        return page, UNPROCESSABLE
    flash(_("The fair no longer counts in this programme. Its own report stays as it is."), "done")
    return redirect(url_for("programmes.fairs", slug=programme.slug))


@blueprint.route(f"{ROOT}/rates", methods=["GET", "POST"])
@programme_keeper
def rates(programme: ProgrammeFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the rates, and ask for one to fix or to change."""
    form = _rate_form(programme)
    if form.validate_on_submit():
        plan = plan_of(form)
        try:
            programmes.fix_rate(db.session, programme=programme, plan=plan, by=person.account_id, now=clock.now())
            flash(_("The rate of %(currency)s is fixed.", currency=plan.currency), "done")
            return redirect(url_for("programmes.rates", slug=programme.slug))
        except Refused as refused:
            put_refusal(form, refused)
    return _rates_page(programme, form), UNPROCESSABLE if form.errors else 200


@blueprint.post(f"{ROOT}/rates/<currency>/drop")
@programme_keeper
def rate_drop(programme: ProgrammeFacts, person: SignedIn, currency: str) -> ResponseReturnValue:
    """Drop a rate that no fair needs."""
    try:
        programmes.drop_rate(db.session, programme=programme, currency=currency, by=person.account_id, now=clock.now())
    except Refused as refused:
        return _rates_page(programme, _rate_form(programme, formdata=None), refusal=sentence(refused)), UNPROCESSABLE
    flash(_("The rate of %(currency)s is dropped.", currency=currency), "done")
    return redirect(url_for("programmes.rates", slug=programme.slug))


def _fair_form(person: SignedIn) -> Any:
    own = programmes.own_fairs(db.session, account_id=person.account_id)
    form: Any = forms.FairForm(data={"year": own[0].opens_on.year if own else None, "branch": ""})
    fields.offer(form.fair, [(one.slug, FairView(one).name) for one in own])
    names_of = categories.category_names(db.session, lang=language())
    fields.offer(form.branch, [("", _("No chain: it is open to all sectors")), *names_of.items()])
    return form


def _fairs_page(programme: ProgrammeFacts, form: Any, *, refusal: str = "") -> str:
    branches = {choice.value: choice.label for choice in form.branch.choices}
    listed = [
        (FairView(one.fair), one.year, branches.get(one.branch, "") if one.branch else "")
        for one in programmes.editions(db.session, programme_id=programme.id)
    ]
    own = {choice.value for choice in form.fair.choices}
    return render_template(
        "programmes/fairs.html",
        form=form,
        programme=programme,
        name=name_of(programme),
        listed=listed,
        own=own,
        refusal=refusal,
    )


def _rate_form(programme: ProgrammeFacts, **options: Any) -> Any:
    return rate_form(RateForm, into=programme.report_currency, today=clock.now().date(), **options)


def _rates_page(programme: ProgrammeFacts, form: Any, *, refusal: str = "") -> str:
    needed = {one.fair.report_currency for one in programmes.editions(db.session, programme_id=programme.id)}
    return render_template(
        "programmes/rates.html",
        form=form,
        programme=programme,
        name=name_of(programme),
        rates=programmes.fixed_rates(db.session, programme=programme).rates,
        needed=needed,
        refusal=refusal,
    )
