"""The front page, the living list of components, and a sign of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from matchmaker.extensions import db
from matchmaker.services import fairs
from matchmaker.web.access import anyone
from matchmaker.web.fair_view import FairView

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@anyone
def home() -> ResponseReturnValue:
    """List the fairs."""
    return render_template("pages/home.html", fairs=[FairView(fair) for fair in fairs.all_fairs(db.session)])


@blueprint.get("/components")
@anyone
def components() -> ResponseReturnValue:
    """Show every component that pages are made of."""
    return render_template("pages/components.html")


@blueprint.get("/alive")
@anyone
def alive() -> ResponseReturnValue:
    """Answer without touching the database."""
    return {"alive": True}
