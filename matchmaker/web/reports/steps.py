"""The way from suggestion to deal, each step with the address of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.reporting.funnel import Step
from matchmaker.services.report_deals import Among, Amount
from matchmaker.web.filters import number, share
from matchmaker.web.reports.addresses import link, meetings_url, pairs_url, rows_url
from matchmaker.web.reports.wording import STEPS

if TYPE_CHECKING:
    from markupsafe import Markup

    from matchmaker.domain.reporting.fair_report import FairReport
    from matchmaker.services.fairs import FairFacts


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the funnel; ``url`` leads to its rows."""

    label: str
    value: int
    of_previous: str
    url: str


def step_lines(report: FairReport, fair: FairFacts) -> list[StepLine]:
    """The steps in their order, each with its share of the one before."""
    urls = {
        Step.SUGGESTED: pairs_url(fair, "suggested"),
        Step.REQUESTED: pairs_url(fair, "requested"),
        Step.ACCEPTED: pairs_url(fair, "accepted"),
        Step.SCHEDULED: meetings_url(fair, "scheduled"),
        Step.HELD: meetings_url(fair, "held"),
        Step.OUTCOME: meetings_url(fair, "with_outcome"),
        Step.DEAL: rows_url(fair, {}),
        Step.REALISED: rows_url(fair, {"amount": Amount.REALISED}),
    }
    return [
        StepLine(
            str(STEPS[one.step]),
            one.all.number,
            "" if one.kept is None else share(one.kept),
            urls[one.step],
        )
        for one in report.funnel
    ]


def from_outside(report: FairReport, fair: FairFacts) -> list[tuple[str, Markup]]:
    """The steps at which something came in that the step before knows nothing of, with how many."""
    urls = {
        Step.REQUESTED: pairs_url(fair, "unsuggested"),
        Step.SCHEDULED: meetings_url(fair, "set_up"),
        Step.HELD: meetings_url(fair, "walk_in"),
        Step.DEAL: rows_url(fair, {"among": Among.OUTSIDE}),
        Step.REALISED: rows_url(fair, {"amount": Amount.REALISED, "among": Among.OUTSIDE}),
    }
    return [
        (str(STEPS[one.step]), link(urls[one.step], number(count)))
        for one in report.funnel
        if (count := one.from_outside.number)
    ]
