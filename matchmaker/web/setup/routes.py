"""The blueprint of the set-up pages, with the page that tells what a change means and asks to confirm it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, request

from matchmaker.domain.errors import Unconfirmed
from matchmaker.web.setup.effects import effects_view

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("setup", __name__)
ROOT = "/fairs/<slug>/organizer/setup"
UNPROCESSABLE = 422
NOT_CARRIED = frozenset({"csrf_token", "seen"})


@blueprint.errorhandler(Unconfirmed)
def unconfirmed(error: Unconfirmed) -> ResponseReturnValue:
    """Say whom a change concerns. Nothing has happened; the same form is sent again with what was seen."""
    carried = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED]
    view = effects_view(error.effects, fair=g.fair.facts)
    return render_template("setup/effects.html", view=view, carried=carried, here=request.path), UNPROCESSABLE
