"""The report currency and the fixed rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import fair_money
from matchmaker.services.fair_setup import RatePlan
from matchmaker.web import fields
from matchmaker.web.access import organizer
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
    form: Any = forms.RateForm(data={"fixed_on": clock.now().astimezone(fair.zone).date()})
    fields.offer(form.currency, [one for one in fields.currencies() if one[0] != fair.report_currency])
    if form.validate_on_submit():
        plan = RatePlan(
            currency=form.currency.data, rate=form.rate.data, fixed_on=form.fixed_on.data, source=form.source.data
        )
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
        return _page(fair, _empty(fair), refusal=sentence(refused)), UNPROCESSABLE
    flash(_("The rate of %(currency)s is dropped.", currency=currency), "done")
    return redirect(url_for("setup.money", slug=fair.slug))


@blueprint.route(f"{ROOT}/currency", methods=["GET", "POST"])
@organizer
def currency(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask what the report counts in."""
    form: Any = forms.CurrencyForm(data={"currency": fair.report_currency})
    fields.offer(form.currency, fields.currencies())
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


def _empty(fair: FairFacts) -> Any:
    form: Any = forms.RateForm(formdata=None)
    fields.offer(form.currency, [one for one in fields.currencies() if one[0] != fair.report_currency])
    return form


def _page(fair: FairFacts, form: Any, *, refusal: str = "") -> str:
    return render_template(
        "setup/money.html",
        form=form,
        currency=fair.report_currency,
        rates=fair_money.rates(db.session, fair=fair),
        changes=fair_money.changes(db.session, fair_id=fair.id),
        refusal=refusal,
    )
