"""The results of a programme: each fair counted as in its own report, one after the other, and put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.money.errors import MissingRate
from matchmaker.domain.reporting.roll_up import Place, RollUp, figures_of, in_currency, roll_up
from matchmaker.services import deals, kept_figures, programmes, report_rows

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.domain.reporting.roll_up import FairFigures
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.programmes import Edition, ProgrammeFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeResults:
    """A programme's figures as of a moment; ``left_out`` wait for the named currency's rate."""

    as_of: datetime
    rates: FixedRates
    editions: Sequence[Edition]
    left_out: Sequence[tuple[Edition, str]]
    figures: RollUp


@dataclass(frozen=True, slots=True)
class Counted:
    """A fair's figures in its own currency, and the state they were counted at."""

    fair_id: uuid.UUID
    state: str
    figures: FairFigures


def results_of(session: Session, *, programme: ProgrammeFacts, now: datetime) -> ProgrammeResults:
    """Draw up a programme's results as they stand now, in nine statements at most however many fairs it has."""
    rates = programmes.fixed_rates(session, programme=programme)
    editions = programmes.editions(session, programme_id=programme.id)
    places = {one.fair.id: Place(fair_id=str(one.fair.id), year=one.year, branch=one.branch) for one in editions}
    left_out = {one.fair.id: one.fair.report_currency for one in editions if not rates.covers(one.fair.report_currency)}
    known = [one.fair for one in editions if one.fair.id not in left_out]
    counted = (
        (places[fair_id], in_currency(figures, rates=rates))
        for fair_id, figures in _figures(session, known, left_out, now=now)
    )
    figures = roll_up(counted, currency=programme.report_currency)
    return ProgrammeResults(
        as_of=now,
        rates=rates,
        editions=editions,
        left_out=[(one, left_out[one.fair.id]) for one in editions if one.fair.id in left_out],
        figures=figures,
    )


def changed(session: Session, *, now: datetime) -> list[FairFacts]:
    """Return the fairs of programmes whose kept figures no longer hold, or that have none."""
    known = {fair.id: fair for fair in programmes.fairs_of_programmes(session)}
    rates = deals.fixed_rates_of(session, fairs=list(known.values()))
    return [known[one.fair_id] for one in kept_figures.look(session, rates=rates, now=now) if one.content is None]


def counted(session: Session, *, fair: FairFacts, now: datetime) -> Counted | None:
    """Count a fair anew; None where one of its values can't be converted at its own rates."""
    rates = deals.fixed_rates_of(session, fairs=[fair])
    (kept,) = kept_figures.look(session, rates=rates, now=now)
    found = dict(_count(session, [fair], rates, {}, now=now))
    return Counted(fair.id, kept.state, found[fair.id]) if found else None


def keep(session: Session, *, counted: Counted, now: datetime) -> None:
    """Keep what was counted. It holds as long as the fair is in that state, so a change meanwhile does no harm."""
    kept_figures.keep(session, fair_id=counted.fair_id, state=counted.state, figures=counted.figures, now=now)


def _figures(
    session: Session, known: Sequence[FairFacts], left_out: dict[uuid.UUID, str], *, now: datetime
) -> Iterator[tuple[uuid.UUID, FairFigures]]:
    """Yield each fair's figures: those that are kept and hold, then those of the others, counted from their rows."""
    rates = deals.fixed_rates_of(session, fairs=known)
    to_count: set[uuid.UUID] = set()
    for kept in kept_figures.look(session, rates=rates, now=now):
        if (figures := kept.figures) is not None:
            yield kept.fair_id, figures
        else:
            to_count.add(kept.fair_id)
    yield from _count(session, [fair for fair in known if fair.id in to_count], rates, left_out, now=now)


def _count(
    session: Session,
    counting: Sequence[FairFacts],
    rates: Mapping[uuid.UUID, FixedRates],
    left_out: dict[uuid.UUID, str],
    *,
    now: datetime,
) -> Iterator[tuple[uuid.UUID, FairFigures]]:
    """Count fairs from their rows; one with a value whose rate is missing goes to those left out instead."""
    if not counting:
        return
    for fair, rows in report_rows.rows_of_fairs(session, fairs=counting):
        try:
            figures = figures_of(rows, home_country=fair.country, rates=rates[fair.id], as_of=now)
        except MissingRate as missing:
            left_out[fair.id] = str(missing.facts["currency"])
        else:
            yield fair.id, figures
