"""The results of a programme: each fair's own report, drawn up one after the other and put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.money.errors import MissingRate
from matchmaker.domain.reporting.roll_up import RollUp, figures_of, roll_up
from matchmaker.services import programmes, reports

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.domain.reporting.roll_up import FairFigures
    from matchmaker.services.programmes import Edition, ProgrammeFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeResults:
    """A programme's figures as of a moment; ``left_out`` wait for the named currency's rate."""

    as_of: datetime
    rates: FixedRates
    editions: Sequence[Edition]
    left_out: Sequence[tuple[Edition, str]]
    figures: RollUp


def results_of(session: Session, *, programme: ProgrammeFacts, now: datetime) -> ProgrammeResults:
    """Draw up a programme's results as they stand now, fair by fair.

    Of each fair only the figures are kept before the next one is read, so that memory does not grow with the rows.
    """
    rates = programmes.fixed_rates(session, programme=programme)
    editions = programmes.editions(session, programme_id=programme.id)
    counted: list[FairFigures] = []
    left_out: list[tuple[Edition, str]] = []
    for edition in editions:
        try:
            counted.append(_figures(session, edition, rates, now=now))
        except MissingRate as missing:
            left_out.append((edition, str(missing.facts["currency"])))
    return ProgrammeResults(
        as_of=now,
        rates=rates,
        editions=editions,
        left_out=left_out,
        figures=roll_up(counted, currency=programme.report_currency),
    )


def _figures(session: Session, edition: Edition, rates: FixedRates, *, now: datetime) -> FairFigures:
    """What a programme keeps of one fair. Raises MissingRate before anything is read where the rate is missing."""
    if not rates.covers(edition.fair.report_currency):
        raise MissingRate(currency=edition.fair.report_currency, report_currency=rates.report_currency)
    report = reports.results_of(session, fair=edition.fair, now=now).report
    return figures_of(report, fair_id=str(edition.fair.id), year=edition.year, branch=edition.branch, rates=rates)
