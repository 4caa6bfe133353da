"""Who may meet whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import meeting_rules
from matchmaker.web.access import organizer
from matchmaker.web.setup import forms, sides
from matchmaker.web.setup.routes import ROOT, UNPROCESSABLE, blueprint
from matchmaker.web.setup.wording import called_off, put_refusal

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts


@blueprint.get(f"{ROOT}/rules")
@organizer
def rules(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the rules, page by page."""
    del person
    found = meeting_rules.rules(db.session, fair_id=fair.id, page=request.args.get("page", 1, type=int))
    shown = [
        (line, sides.name_of(line.one, line.one_name), sides.name_of(line.other, line.other_name))
        for line in found.lines
    ]
    return render_template("setup/rules.html", found=found, rules=shown)


@blueprint.route(f"{ROOT}/rules/new", methods=["GET", "POST"])
@organizer
def new_rule(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask for one side and then the other, and keep them apart; what that ends is shown before."""
    form: Any = forms.RuleForm(request.values)
    if form.validate_on_submit():
        try:
            ended = meeting_rules.add_rule(
                db.session,
                fair=fair,
                one=sides.side_of(form.one.data),
                other=sides.side_of(form.other.data),
                reason=form.reason.data,
                seen=forms.seen(),
                by=person.account_id,
                now=clock.now(),
            )
            flash(called_off(ended), "done")
            return redirect(url_for("setup.rules", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused)
    page = render_template("setup/new_rule.html", form=form, **sides.asked(fair, form, query=request.args.get("q", "")))
    return page, UNPROCESSABLE if form.errors else 200


@blueprint.post(f"{ROOT}/rules/<uuid:rule_id>/drop")
@organizer
def rule_drop(fair: FairFacts, person: SignedIn, rule_id: uuid.UUID) -> ResponseReturnValue:
    """Let two sides meet again."""
    meeting_rules.drop_rule(db.session, fair=fair, rule_id=rule_id, by=person.account_id, now=clock.now())
    flash(_("The rule is dropped. The two sides may meet again."), "done")
    return redirect(url_for("setup.rules", slug=fair.slug))
