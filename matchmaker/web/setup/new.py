"""Create a fair on the site, from an earlier one or from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import categories, fair_copy, fair_setup, staff
from matchmaker.services.fair_setup import FairPlan
from matchmaker.web import fields
from matchmaker.web.access import signed_in
from matchmaker.web.choices import all_countries, all_currencies
from matchmaker.web.fair_view import FairView
from matchmaker.web.setup import forms
from matchmaker.web.setup.routes import UNPROCESSABLE, blueprint
from matchmaker.web.setup.wording import put_refusal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn

USUAL = {"country": "VN", "time_zone": "Asia/Ho_Chi_Minh", "report_currency": "USD"}
COPIED = frozenset({"csrf_token", "copy_from"})


@blueprint.route("/fairs/new", methods=["GET", "POST"])
@signed_in
def new(person: SignedIn) -> ResponseReturnValue:
    """Ask for the least that makes a fair; for who organizes none it is not there."""
    staff.check_may_create(db.session, account_id=person.account_id)
    form: Any = _form(person)
    if form.validate_on_submit():
        typed = {name: value for name, value in form.data.items() if name not in COPIED}
        plan = FairPlan(**typed | fields.in_both(form, "name", "city"))
        try:
            categories.load_categories(db.session, rows=categories.category_rows())
            fair = fair_copy.create_with_organizer(
                db.session, plan=plan, copy_from=form.copy_from.data, by=person.account_id, now=clock.now()
            )
            flash(_("The fair is there. What is missing stands below."), "done")
            return redirect(url_for("setup.steps", slug=fair.slug))
        except Refused as refused:
            for fault in fair_setup.faults(db.session, plan=plan) or [refused]:
                put_refusal(form, fault)
    return render_template("setup/new.html", form=form, zones=forms.zones()), UNPROCESSABLE if form.errors else 200


def _form(person: SignedIn) -> Any:
    form: Any = forms.NewFairForm(data=USUAL)
    form.country.choices = all_countries()
    form.report_currency.choices = all_currencies()
    earlier = fair_copy.fairs_to_copy(db.session, account_id=person.account_id)
    fields.offer(
        form.copy_from, [("", _("Nothing: I start anew")), *((one.slug, FairView(one).name) for one in earlier)]
    )
    return form
