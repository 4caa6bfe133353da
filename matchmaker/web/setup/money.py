"""The report currency and the fixed rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import fair_money
from matchmaker.web.access import organizer
from matchmaker.web.choices import all_currencies
from matchmaker.web.rates import plan_of, rate_form
from matchmaker.web.setup import forms
from matchmaker.web.setup.routes import ROOT, UNPROCESSABLE, blueprint
from matchmaker.web.setup.wording import put_refusal, sentence

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts


@blueprint.route(f"{ROOT}/money", methods=["GET", "POST"])
@organizer
def money(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the rates with the changes on record, and ask for one to fix or to change."""
    form = _form(fair)
    if form.validate_on_submit():
        plan = plan_of(form)
        try:
            fair_money.fix_rate(
                db.session, fair=fair, plan=plan, why=form.why.data, by=person.account_id, now=clock.now()
            )
            flash(_("The rate of %(currency)s is fixed.", currency=plan.currency), "done")
            return redirect(url_for("setup.money", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused, otherwise="rate")
    return _page(fair, form), UNPROCESSABLE if form.errors else 200


@blueprint.post(f"{ROOT}/money/<currency>/drop")
@organizer
def rate_drop(fair: FairFacts, person: SignedIn, currency: str) -> ResponseReturnValue:
    """Drop a rate that no value rests on."""
    try:
        fair_money.drop_rate(db.session, fair=fair, currency=currency, by=person.account_id, now=clock.now())
    except Refused as refused:
        return _page(fair, _form(fair, formdata=None), refusal=sentence(refused)), UNPROCESSABLE
    flash(_("The rate of %(currency)s is dropped.", currency=currency), "done")
    return redirect(url_for("setup.money", slug=fair.slug))


@blueprint.route(f"{ROOT}/currency", methods=["GET", "POST"])
@organizer
def currency(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask what the report counts in."""
    form: Any = forms.CurrencyForm(data={"currency": fair.report_currency})
    form.currency.choices = all_currencies()
    if form.validate_on_submit():
        try:
            fair_money.set_report_currency(
                db.session, fair=fair, currency=form.currency.data, by=person.account_id, now=clock.now()
            )
            flash(_("The report counts in %(currency)s.", currency=form.currency.data), "done")
            return redirect(url_for("setup.money", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused)
    return render_template("setup/currency.html", form=form), UNPROCESSABLE if form.errors else 200


def _form(fair: FairFacts, **options: Any) -> Any:
    today = clock.now().astimezone(fair.zone).date()
    return rate_form(forms.FairRateForm, into=fair.report_currency, today=today, **options)


def _page(fair: FairFacts, form: Any, *, refusal: str = "") -> str:
    return render_template(
        "setup/money.html",
        form=form,
        currency=fair.report_currency,
        rates=fair_money.rates(db.session, fair=fair),
        changes=fair_money.changes(db.session, fair_id=fair.id),
        refusal=refusal,
    )
