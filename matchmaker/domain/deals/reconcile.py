"""Two private reports of one deal made into one value, so that no deal is counted twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from matchmaker.domain.deals.evidence import FILED, Evidence, EvidenceLevel, Label, strength
from matchmaker.domain.deals.reports import Horizon, OutcomeReport, Side, YearAmount
from matchmaker.domain.deals.stages import Outcome, rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.domain.money.amount import Money
    from matchmaker.domain.money.rates import FixedRates

# Two values closer than a fifth of the larger one are two tellings of the same value.
TOLERANCE = Decimal("0.20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What counts of a deal.

    ``value`` is in the report currency, None when nobody at the deal's stage named one. ``original`` is the same value
    in the currency it was stated in, or ``value`` itself when the two sides used different currencies. ``seller_value``
    and ``buyer_value`` are what each side's standing report states at whatever stage, converted, for the naive sum.
    ``report_ids`` are the reports the value rests on; ``do_stages_differ`` says that a side stands lower.
    """

    stage: Outcome
    value: Money | None
    original: Money | None
    label: Label
    level: EvidenceLevel
    evidence: Evidence
    has_file: bool
    horizon: Horizon | None
    per_year: tuple[YearAmount, ...]
    seller_value: Money | None
    buyer_value: Money | None
    report_ids: tuple[str, ...]
    do_stages_differ: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """A report with its value and that value in the report currency."""

    report: OutcomeReport
    stated: Money
    converted: Money


def are_within_tolerance(left: Decimal, right: Decimal) -> bool:
    """Whether two amounts differ by at most a fifth of the larger."""
    return abs(left - right) <= TOLERANCE * max(left, right)


def reconcile(
    *,
    seller_report: OutcomeReport | None,
    buyer_report: OutcomeReport | None,
    rates: FixedRates,
    organizer_report: OutcomeReport | None = None,
) -> Reconciled | None:
    """One value from the standing reports of a deal, None when there is no report.

    The stage is the highest any report names, and only reports of that stage speak for the value: a contract replaces
    the memorandum before it even while the other side still stands at the memorandum. Values are converted first. Two
    sides within 20 % give the mean, ``two_sided``; further apart the lower, ``disputed``; a single one is
    ``one_sided``. A register speaks where the two sides do not both, and its level is ``register``.
    Raises ``MissingRate`` when a currency has no fixed rate.
    """
    present = [report for report in (seller_report, buyer_report, organizer_report) if report is not None]
    if not present:
        return None
    stage = max((report.outcome for report in present), key=rank)
    speaking = _speaking([report for report in present if report.outcome is stage])
    statements = [_statement(report, report.value, rates) for report in speaking if report.value is not None]
    label, counted = _judged(statements, has_two_reports=len(speaking) > 1)
    rests_on = [statement.report for statement in counted] or speaking
    value = _value(counted)
    is_register = label is Label.ONE_SIDED and rests_on[0].evidence is Evidence.REGISTER
    return Reconciled(
        stage=stage,
        value=value,
        original=_original(counted, value),
        label=label,
        level=EvidenceLevel.REGISTER if is_register else EvidenceLevel(label),
        evidence=max((report.evidence for report in rests_on), key=strength),
        has_file=any(report.evidence in FILED for report in rests_on),
        horizon=_horizon(counted),
        per_year=_per_year(counted, value),
        seller_value=_converted(seller_report, rates),
        buyer_value=_converted(buyer_report, rates),
        report_ids=tuple(sorted(report.report_id for report in rests_on)),
        do_stages_differ=any(report.outcome is not stage for report in present),
    )


def _speaking(at_stage: list[OutcomeReport]) -> list[OutcomeReport]:
    """The reports that decide: both sides if both name a value, else the register, else whoever spoke."""
    register = [report for report in at_stage if report.stated_by is Side.ORGANIZER]
    sides = [report for report in at_stage if report.stated_by is not Side.ORGANIZER]
    do_both_name_values = len([report for report in sides if report.value is not None]) > 1
    return sides if do_both_name_values or not register else register


def _statement(report: OutcomeReport, value: Money, rates: FixedRates) -> _Statement:
    return _Statement(report=report, stated=value, converted=rates.convert(value))


def _judged(statements: list[_Statement], *, has_two_reports: bool) -> tuple[Label, list[_Statement]]:
    """The label and the statements the value rests on."""
    if not statements:
        return (Label.TWO_SIDED if has_two_reports else Label.ONE_SIDED), []
    lower = min(statements, key=lambda statement: (statement.converted.amount, statement.report.report_id))
    higher = max(statements, key=lambda statement: (statement.converted.amount, statement.report.report_id))
    if lower is higher:
        return Label.ONE_SIDED, [lower]
    if are_within_tolerance(lower.converted.amount, higher.converted.amount):
        return Label.TWO_SIDED, [lower, higher]
    return Label.DISPUTED, [lower]


def _value(counted: Sequence[_Statement]) -> Money | None:
    if not counted:
        return None
    return counted[0].converted.mean_with(counted[-1].converted)


def _original(counted: Sequence[_Statement], value: Money | None) -> Money | None:
    """The value as stated; two statements in different currencies have no common original but the value itself."""
    if not counted or counted[0].stated.currency != counted[-1].stated.currency:
        return value
    return counted[0].stated.mean_with(counted[-1].stated)


def _horizon(counted: Sequence[_Statement]) -> Horizon | None:
    """The later of two horizons, because the cautious reading of a value is that it takes longer."""
    horizons = [statement.report.horizon for statement in counted if statement.report.horizon is not None]
    return max(horizons, key=tuple(Horizon).index, default=None)


def _per_year(counted: Sequence[_Statement], value: Money | None) -> tuple[YearAmount, ...]:
    """The value shared out over the years in proportion to what the statements say, summing exactly to it."""
    shares: dict[int, Decimal] = defaultdict(Decimal)
    for statement in counted:
        for part in statement.report.per_year:
            shares[part.year] += part.amount / statement.stated.amount
    if value is None or not shares:
        return ()
    years = sorted(shares)
    parts = value.split([shares[year] for year in years])
    return tuple(YearAmount(year=year, amount=part.amount) for year, part in zip(years, parts, strict=True))


def _converted(report: OutcomeReport | None, rates: FixedRates) -> Money | None:
    return None if report is None or report.value is None else rates.convert(report.value)
