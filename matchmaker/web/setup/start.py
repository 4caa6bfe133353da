"""The list of set-up steps, with what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, url_for
from flask_babel import ngettext

from matchmaker.extensions import db
from matchmaker.services import setup_steps
from matchmaker.services.setup_steps import SetupStep
from matchmaker.web.access import organizer
from matchmaker.web.fragments import same_for_all
from matchmaker.web.setup.routes import ROOT, blueprint
from matchmaker.web.setup.wording import MISSING, STEPS

if TYPE_CHECKING:
    from collections.abc import Callable

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
    count: str


@blueprint.get(ROOT)
@organizer
def steps(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """List the questions of the set-up, with what is missing beside each."""
    del person
    views = _views(fair.slug, tuple(setup_steps.steps(db.session, fair=fair)))
    return render_template(
        "setup/steps.html", steps=views, needed=[view for view in views if view.is_needed and view.missing]
    )


@same_for_all
def _views(slug: str, states: tuple[StepState, ...]) -> tuple[StepView, ...]:
    return tuple(_view(state, slug) for state in states)


def _view(state: StepState, slug: str) -> StepView:
    name, about, endpoint = STEPS[state.step]
    return StepView(
        name=str(name),
        about=str(about),
        url=url_for(f"setup.{endpoint}", slug=slug),
        missing=str(MISSING[state.missing]) if state.missing else "",
        is_needed=state.is_needed,
        count=_count_words(state),
    )


def _count_words(state: StepState) -> str:
    if not state.count or state.step not in COUNTED:
        return ""
    return COUNTED[state.step](state.count)


COUNTED: dict[SetupStep, Callable[[int], str]] = {
    SetupStep.DAYS: lambda num: ngettext("%(num)s day", "%(num)s days", num),
    SetupStep.PLACES: lambda num: ngettext("%(num)s open table", "%(num)s open tables", num),
    SetupStep.SESSIONS: lambda num: ngettext("%(num)s time slot", "%(num)s time slots", num),
    SetupStep.SECTORS: lambda num: ngettext("%(num)s category", "%(num)s categories", num),
    SetupStep.PHASES: lambda num: ngettext("%(num)s date", "%(num)s dates", num),
    SetupStep.RULES: lambda num: ngettext("%(num)s rule", "%(num)s rules", num),
    SetupStep.MONEY: lambda num: ngettext("%(num)s rate", "%(num)s rates", num),
    SetupStep.TEAM: lambda num: ngettext("%(num)s organizer", "%(num)s organizers", num),
    SetupStep.INTERPRETERS: lambda num: ngettext("%(num)s interpreter", "%(num)s interpreters", num),
}
