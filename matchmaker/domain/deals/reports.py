"""One report: what one side says came of a deal, once, with when and on what evidence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.deals.errors import InvalidReport, ValueWithoutMeeting
from matchmaker.domain.deals.evidence import Evidence
from matchmaker.domain.deals.stages import COUNT_ONLY, Outcome
from matchmaker.domain.money.amount import rounded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from matchmaker.domain.money.amount import Money

LARGEST_VALUE = Decimal(10) ** 15


class Side(StrEnum):
    """Who states a report; the organizer speaks only for a contract register."""

    SELLER = "seller"
    BUYER = "buyer"
    ORGANIZER = "organizer"


class Horizon(StrEnum):
    """When the value is expected to be traded, soonest first."""

    IMMEDIATE = "immediate"
    TWELVE_MONTHS = "12m"
    MULTI_YEAR = "multi_year"


class Attribution(StrEnum):
    """The answer to "would this have happened without the fair?"."""

    YES = "yes"
    LATER = "later"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearAmount:
    """The part of a multi-year value that falls into one calendar year, in the currency of the report."""

    year: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeReport:
    """One entry of one side about one deal; entries are never changed, a newer one takes the older one's place.

    ``value`` is more than nought and under 10^15 in its currency's minor unit, belongs to outcomes from quotation
    upwards, and comes with a ``horizon`` (``per_year`` sums exactly to it when given, and only for several years).
    ``saving`` is what a buyer says it saves; it is counted apart and never part of a total.
    ``stated_at`` carries a time zone, ``author`` is the key of the person who typed it, where known. Anything else
    raises ``InvalidReport``.
    """

    report_id: str
    deal_id: str
    stated_by: Side
    outcome: Outcome
    stated_at: datetime
    value: Money | None = None
    horizon: Horizon | None = None
    per_year: tuple[YearAmount, ...] = ()
    evidence: Evidence = Evidence.STATED
    attribution: Attribution | None = None
    author: str = ""
    saving: Money | None = None

    def __post_init__(self) -> None:
        if self.stated_at.utcoffset() is None:
            raise InvalidReport("stated_at_without_zone", field="stated_at")
        if (self.stated_by is Side.ORGANIZER) != (self.evidence is Evidence.REGISTER):
            raise InvalidReport("register_speaks_through_organizer", field="evidence")
        if self.value is None:
            if self.horizon is not None or self.per_year:
                raise InvalidReport("horizon_without_value", field="horizon")
        else:
            _check_value(self, self.value)

    @property
    def is_realised(self) -> bool:
        """Whether the entry belongs to the column of goods delivered or paid."""
        return self.outcome is Outcome.REALISED


def _check_value(report: OutcomeReport, value: Money) -> None:
    if report.outcome in COUNT_ONLY:
        raise InvalidReport("outcome_has_no_value", field="value", outcome=report.outcome)
    if value.amount <= 0:
        raise InvalidReport("value_not_positive", field="value")
    if value.amount >= LARGEST_VALUE:
        raise InvalidReport("value_too_large", field="value")
    if rounded(value.amount, currency=value.currency) != value.amount:
        raise InvalidReport("value_finer_than_currency", field="value", currency=value.currency)
    if report.horizon is None:
        raise InvalidReport("value_without_horizon", field="horizon")
    if report.per_year:
        _check_years(report, value)


def _check_years(report: OutcomeReport, value: Money) -> None:
    years = [part.year for part in report.per_year]
    if report.horizon is not Horizon.MULTI_YEAR or len(set(years)) != len(years):
        raise InvalidReport("years_do_not_fit", field="per_year")
    amounts = [part.amount for part in report.per_year]
    if min(amounts) < 0 or sum(amounts, Decimal(0)) != value.amount:
        raise InvalidReport("years_do_not_sum_to_value", field="per_year")


def require_held_meeting(report: OutcomeReport, *, is_held: bool) -> None:
    """Refuse a side's value for a deal none of whose meetings was held, with ``ValueWithoutMeeting``.

    A contract the organizer takes from a register stands without a meeting of this fair.
    """
    if report.value is not None and report.stated_by is not Side.ORGANIZER and not is_held:
        raise ValueWithoutMeeting(report_id=report.report_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The newest entry of each voice in one column; None where a voice has not spoken."""

    seller: OutcomeReport | None = None
    buyer: OutcomeReport | None = None
    organizer: OutcomeReport | None = None

    @property
    def present(self) -> tuple[OutcomeReport, ...]:
        """The entries there are: seller, buyer, organizer."""
        return tuple(report for report in (self.seller, self.buyer, self.organizer) if report is not None)


def standing_reports(
    reports: Iterable[OutcomeReport], *, realised: bool = False, as_of: datetime | None = None
) -> Standing:
    """The newest entry of each side in the ladder's column, or in the column of realised values.

    Entries after ``as_of`` are left out, so that an earlier version of a report can be drawn up again. Of two entries
    of the same instant the one with the greater id is newer, whatever order they come in.
    """
    newest: dict[Side, OutcomeReport] = {}
    for report in reports:
        if report.is_realised is not realised or (as_of is not None and report.stated_at > as_of):
            continue
        known = newest.get(report.stated_by)
        if known is None or _age(known) < _age(report):
            newest[report.stated_by] = report
    return Standing(seller=newest.get(Side.SELLER), buyer=newest.get(Side.BUYER), organizer=newest.get(Side.ORGANIZER))


def _age(report: OutcomeReport) -> tuple[datetime, str]:
    return report.stated_at, report.report_id
