"""The front page, the living list of components, and a sign of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from matchmaker.extensions import db
from matchmaker.services import fairs, programmes
from matchmaker.web.access import anyone
from matchmaker.web.fair_view import FairView
from matchmaker.web.language import language
from matchmaker.web.pages.forms import SampleForm, SampleOutcomeForm
from matchmaker.web.sign_in import signed_in_person

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@anyone
def home() -> ResponseReturnValue:
    """List the fairs; an organizer goes on from here to the one to work on."""
    person = signed_in_person()
    organized = fairs.organized_by(db.session, account_id=person.account_id) if person else []
    listed = [FairView(fair) for fair in fairs.all_fairs(db.session)]
    return render_template("pages/home.html", fairs=listed, organized=organized, programmes=_programmes(person))


def _programmes(person: SignedIn | None) -> list[tuple[str, str]]:
    """The address and the name of each programme that someone may read."""
    found = programmes.of_person(db.session, account_id=person.account_id) if person else []
    is_vi = language() == "vi"
    return [(url_for("programmes.show", slug=one.slug), one.name_vi if is_vi else one.name_en) for one in found]


@blueprint.get("/components")
@anyone
def components() -> ResponseReturnValue:
    """Show every component that pages are made of, forms with their errors."""
    form, outcome = SampleForm(), SampleOutcomeForm()
    form.validate()
    return render_template("pages/components.html", form=form, outcome_form=outcome)


@blueprint.get("/alive")
@anyone
def alive() -> ResponseReturnValue:
    """Answer without touching the database."""
    return {"alive": True}
