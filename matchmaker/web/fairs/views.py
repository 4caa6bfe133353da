"""The fair's home and the organizer's overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from matchmaker.extensions import db
from matchmaker.services import overview as figures
from matchmaker.services import phases
from matchmaker.web.access import anyone, organizer
from matchmaker.web.fairs.page import drawn_overview, way_in
from matchmaker.web.phase_words import phase_lines

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

blueprint = Blueprint("fairs", __name__)


@blueprint.get("/fairs/<slug>")
@anyone
def home(fair: FairFacts) -> ResponseReturnValue:
    """Tell what the fair is, who comes and how matching works."""
    return render_template(
        "fairs/home.html",
        figures=figures.figures(db.session, fair_id=fair.id),
        sectors=figures.sectors(db.session, fair_id=fair.id),
        phase_lines=phase_lines(fair, phases.dates(db.session, fair_id=fair.id)),
        entry=way_in(fair),
    )


@blueprint.get("/fairs/<slug>/organizer")
@organizer
def overview(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show how far the fair has come and what needs the organizer now."""
    now = figures.overview(db.session, fair_id=fair.id)
    return render_template("fairs/overview.html", drawn=drawn_overview(fair, now.progress, now.counted), person=person)
