"""Give and withdraw consents, and word the questions anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.consents import Purpose
from matchmaker.extensions import db
from matchmaker.services import consent_texts, consents
from matchmaker.web.access import concerned, organizer
from matchmaker.web.consents.forms import WordingForm
from matchmaker.web.consents.page import consents_page, question, questions

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership

blueprint = Blueprint("consents", __name__)
UNPROCESSABLE, NOT_FOUND = 422, 404


@blueprint.get("/fairs/<slug>/consents", endpoint="mine")
@concerned
def own_consents(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Show what someone agreed to, with buttons to agree and withdraw, and everything answered so far."""
    rows, past = consents_page(fair, me)
    return render_template("consents/mine.html", rows=rows, past=past)


@blueprint.post("/fairs/<slug>/consents/<purpose>")
@concerned
def answer(fair: FairFacts, me: Membership, purpose: str) -> ResponseReturnValue:
    """Give or withdraw one consent."""
    wanted, now = _purpose(purpose), clock.now()
    if request.form.get("consent") == "1":
        consents.agree(db.session, fair_id=fair.id, account_id=me.account_id, purpose=wanted, now=now)
        flash(_("You agreed. It counts from now on."), "done")
    else:
        consents.withdraw(db.session, fair_id=fair.id, account_id=me.account_id, purpose=wanted, now=now)
        flash(_("Your consent is withdrawn. It counts from now on."), "done")
    return redirect(url_for("consents.mine", slug=fair.slug))


@blueprint.get("/fairs/<slug>/organizer/consents")
@organizer
def texts(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show how every question is worded, and how it was before."""
    del person
    return render_template("consents/texts.html", questions=questions(fair))


@blueprint.route("/fairs/<slug>/organizer/consents/<purpose>", methods=["GET", "POST"])
@organizer
def reword(fair: FairFacts, person: SignedIn, purpose: str) -> ResponseReturnValue:
    """Word one question anew: the earlier wording stays with what was agreed to under it."""
    wanted = _purpose(purpose)
    wordings = consent_texts.versions(db.session, fair_id=fair.id)[wanted]
    present = wordings[-1]
    form = WordingForm(text_vi=present.text_vi, text_en=present.text_en)
    if not form.validate_on_submit():
        page = render_template("consents/reword.html", form=form, question=question(fair, wanted, wordings))
        return page, UNPROCESSABLE if request.method == "POST" else 200
    written = consent_texts.write(
        db.session,
        fair_id=fair.id,
        purpose=wanted,
        text_vi=form.text_vi.data or "",
        text_en=form.text_en.data or "",
        by=person.account_id,
        now=clock.now(),
    )
    flash(_("Whoever registers from now on reads version %(version)s.", version=written.version), "done")
    return redirect(url_for("consents.texts", slug=fair.slug))


def _purpose(code: str) -> Purpose:
    if code not in set(Purpose):
        abort(NOT_FOUND)
    return Purpose(code)
