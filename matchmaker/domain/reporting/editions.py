"""Editions of one fair side by side, each by the same few figures with the same definitions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from matchmaker.domain.deals.ledger import build_ledger
from matchmaker.domain.reporting.figures import ratio_of
from matchmaker.domain.reporting.meetings import count_meetings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from matchmaker.domain.money.amount import Money
    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.domain.reporting.lines import Line
    from matchmaker.domain.reporting.rows import FairRows


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionFigures:
    """What editions are compared by: how each stood at closing, and what was known of it later.

    ``reporting_rate`` is of the meetings held, ``realisation_rate`` what was delivered or paid by the value known at
    that time, both to four decimals and None where there is nothing to divide by. Amounts are in the edition's own
    report currency.
    """

    companies: int
    held: int
    pairs: int
    deals: int
    value: Money
    reporting_rate: Decimal | None
    value_since: Money
    realised: Money
    realisation_rate: Decimal | None


def edition_of(*, at_closing: Mapping[str, Line], since: Mapping[str, Line]) -> EditionFigures:
    """Read an edition's figures from the lines of its report at closing and of the newest one after it."""
    held = at_closing["meetings.held"].count
    value, value_since, realised = (_value(one) for one in (at_closing["deals"], since["deals"], since["realised"]))
    return EditionFigures(
        companies=at_closing["companies.all"].count,
        held=held,
        pairs=at_closing["meetings.pairs"].count,
        deals=at_closing["deals"].count,
        value=value,
        reporting_rate=ratio_of(Decimal(at_closing["meetings.with_outcome"].count), Decimal(held)),
        value_since=value_since,
        realised=realised,
        realisation_rate=ratio_of(realised.amount, value_since.amount),
    )


def edition_from(rows: FairRows, *, rates: FixedRates, home_country: str, as_of: datetime) -> EditionFigures:
    """Work an edition's figures out as its report would at ``as_of``, from companies, meetings and deals alone.

    Raises ``MissingRate`` when a value's currency has no fixed rate.
    """
    ledger = build_ledger(rows.deals, rates=rates, home_country=home_country, as_of=as_of)
    meetings = count_meetings(rows.meetings, home_country=home_country)
    value, realised = ledger.headline.value, ledger.realised.value
    return EditionFigures(
        companies=len({row.company_id for row in rows.companies}),
        held=meetings.held.number,
        pairs=meetings.pairs.number,
        deals=ledger.headline.count,
        value=value,
        reporting_rate=meetings.reporting_rate.ratio,
        value_since=value,
        realised=realised,
        realisation_rate=ratio_of(realised.amount, value.amount),
    )


def _value(line: Line) -> Money:
    if line.value is None:
        raise ValueError(f"the line {line.key} has no value")
    return line.value
