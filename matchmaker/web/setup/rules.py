"""Who may meet whom, and the groups that rules speak of."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.domain.pair_rules import RuleSide, SideKind
from matchmaker.extensions import db
from matchmaker.services import meeting_rules
from matchmaker.web import fields
from matchmaker.web.access import organizer
from matchmaker.web.filters import country
from matchmaker.web.setup import forms
from matchmaker.web.setup.routes import ROOT, UNPROCESSABLE, blueprint
from matchmaker.web.setup.wording import SIDES, put_refusal, sentence

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

SEPARATOR = " "


@blueprint.route(f"{ROOT}/rules", methods=["GET", "POST"])
@organizer
def rules(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the rules and ask for another one; what it ends is shown before."""
    form: Any = _rule_form(fair)
    if form.validate_on_submit():
        try:
            ended = meeting_rules.add_rule(
                db.session,
                fair=fair,
                one=_side(form.one.data),
                other=_side(form.other.data),
                reason=form.reason.data,
                seen=forms.seen(),
                by=person.account_id,
                now=clock.now(),
            )
            flash(_ended(ended), "done")
            return redirect(url_for("setup.rules", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused)
    lines = meeting_rules.rules(db.session, fair_id=fair.id)
    shown = [(line, _name(line.one, line.one_name), _name(line.other, line.other_name)) for line in lines]
    return render_template("setup/rules.html", form=form, rules=shown), UNPROCESSABLE if form.errors else 200


@blueprint.post(f"{ROOT}/rules/<uuid:rule_id>/drop")
@organizer
def rule_drop(fair: FairFacts, person: SignedIn, rule_id: uuid.UUID) -> ResponseReturnValue:
    """Let two sides meet again."""
    meeting_rules.drop_rule(db.session, fair=fair, rule_id=rule_id, by=person.account_id, now=clock.now())
    flash(_("The rule is dropped. The two sides may meet again."), "done")
    return redirect(url_for("setup.rules", slug=fair.slug))


@blueprint.route(f"{ROOT}/groups", methods=["GET", "POST"])
@organizer
def groups(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the groups and ask for one to make or to change."""
    form: Any = _group_form(fair)
    if form.validate_on_submit():
        try:
            ended = meeting_rules.set_group(
                db.session,
                fair=fair,
                name=form.name.data,
                company_ids=[uuid.UUID(key) for key in form.companies.data or []],
                seen=forms.seen(),
                by=person.account_id,
                now=clock.now(),
            )
            flash(_ended(ended), "done")
            return redirect(url_for("setup.groups", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused)
    return _groups_page(fair, form), UNPROCESSABLE if form.errors else 200


@blueprint.post(f"{ROOT}/groups/<uuid:group_id>/drop")
@organizer
def group_drop(fair: FairFacts, person: SignedIn, group_id: uuid.UUID) -> ResponseReturnValue:
    """Dissolve a group that no rule speaks of."""
    try:
        meeting_rules.drop_group(db.session, fair=fair, group_id=group_id, by=person.account_id, now=clock.now())
    except Refused as refused:
        return _groups_page(fair, _group_form(fair, is_new=True), refusal=sentence(refused)), UNPROCESSABLE
    flash(_("The group is dissolved. Its companies stay at the fair."), "done")
    return redirect(url_for("setup.groups", slug=fair.slug))


def _ended(count: int) -> str:
    if not count:
        return _("Saved. Nothing had to be called off.")
    return ngettext(
        "Saved. %(num)s request or meeting is called off.",
        "Saved. %(num)s requests and meetings are called off.",
        count,
    )


def _rule_form(fair: FairFacts) -> Any:
    form: Any = forms.RuleForm()
    listed = {
        SideKind.GROUP: [(str(one.id), one.name) for one in meeting_rules.groups(db.session, fair_id=fair.id)],
        SideKind.COUNTRY: forms.countries(),
        SideKind.COMPANY: [(str(key), name) for key, name in meeting_rules.companies(db.session, fair_id=fair.id)],
    }
    sides = [
        (f"{kind}{SEPARATOR}{value}", f"{SIDES[kind]}: {name}")
        for kind, named in listed.items()
        for value, name in named
    ]
    for side in (form.one, form.other):
        fields.offer(side, [("", _("Choose")), *sides])
    return form


def _group_form(fair: FairFacts, *, is_new: bool = False) -> Any:
    form: Any = forms.GroupForm(formdata=None) if is_new else forms.GroupForm()
    fields.offer(
        form.companies, [(str(key), name) for key, name in meeting_rules.companies(db.session, fair_id=fair.id)]
    )
    return form


def _groups_page(fair: FairFacts, form: Any, *, refusal: str = "") -> str:
    found = meeting_rules.groups(db.session, fair_id=fair.id)
    return render_template("setup/groups.html", form=form, groups=found, refusal=refusal)


def _side(value: str) -> RuleSide:
    kind, _separator, key = value.partition(SEPARATOR)
    return RuleSide(SideKind(kind), key) if kind else RuleSide(SideKind.COMPANY, "")


def _name(side: RuleSide, name: str) -> str:
    return country(name) if side.kind is SideKind.COUNTRY else name
