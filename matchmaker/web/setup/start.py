"""The list of set-up steps, with what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, url_for

from matchmaker.extensions import db
from matchmaker.services import setup_steps
from matchmaker.web.access import organizer
from matchmaker.web.setup.routes import ROOT, blueprint
from matchmaker.web.setup.wording import MISSING, STEPS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.setup_steps import StepState


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the set-up as the list shows it."""

    name: str
    about: str
    url: str
    missing: str
    is_needed: bool
    count: int


@blueprint.get(ROOT)
@organizer
def steps(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """List the questions of the set-up, with what is missing beside each."""
    del person
    views = [_view(state, fair) for state in setup_steps.steps(db.session, fair=fair)]
    return render_template(
        "setup/steps.html", steps=views, needed=[view for view in views if view.is_needed and view.missing]
    )


def _view(state: StepState, fair: FairFacts) -> StepView:
    name, about, endpoint = STEPS[state.step]
    return StepView(
        name=str(name),
        about=str(about),
        url=url_for(f"setup.{endpoint}", slug=fair.slug),
        missing=str(MISSING[state.missing]) if state.missing else "",
        is_needed=state.is_needed,
        count=state.count,
    )
