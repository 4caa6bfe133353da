"""A deal of two companies: its reports, the meetings it came from, and where it belongs in a table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.deals.reconcile import Reconciled, reconcile
from matchmaker.domain.deals.reports import Attribution, OutcomeReport, Side, Standing, standing_reports
from matchmaker.domain.deals.stages import HEADLINE

if TYPE_CHECKING:
    from datetime import date, datetime

    from matchmaker.domain.money.amount import Money
    from matchmaker.domain.money.rates import FixedRates


class Direction(StrEnum):
    """Which way the goods go, seen from the country of the fair."""

    DOMESTIC = "domestic"
    EXPORT = "export"
    IMPORT = "import"
    THIRD_COUNTRY = "third_country"


class Reach(StrEnum):
    """Whether both companies are registered in the country of the fair."""

    DOMESTIC = "domestic"
    INTERNATIONAL = "international"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """One deal of one pair; it may come from several meetings, and a registered contract from none.

    Countries are ISO 3166 codes of registration, ``happened_on`` is the day of the deal's first held meeting (of the
    award for a registered contract) in the fair's time zone, ``sector`` a category code or None. ``reports`` are all
    entries of all sides in any order.
    """

    deal_id: str
    seller_id: str
    buyer_id: str
    seller_country: str
    buyer_country: str
    happened_on: date
    sector: str | None = None
    held_meeting_ids: tuple[str, ...] = ()
    reports: tuple[OutcomeReport, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledDeal:
    """A deal with what counts of it: its rung of the ladder, and apart from that what was realised and saved."""

    deal: Deal
    reconciled: Reconciled | None
    realised: Reconciled | None
    is_reopened: bool
    attribution: Attribution | None
    saving: Money | None = None

    @property
    def is_in_headline(self) -> bool:
        """Whether the deal has reached a rung whose values make the headline, be a value named or not."""
        return self.reconciled is not None and self.reconciled.stage in HEADLINE


def settle(deal: Deal, *, rates: FixedRates, as_of: datetime | None = None) -> SettledDeal:
    """Reconcile a deal's standing reports in both columns, as they stood at ``as_of`` (now, when None)."""
    ladder = standing_reports(deal.reports, as_of=as_of)
    delivered = standing_reports(deal.reports, realised=True, as_of=as_of)
    return SettledDeal(
        deal=deal,
        reconciled=reconcile(
            seller_report=ladder.seller, buyer_report=ladder.buyer, organizer_report=ladder.organizer, rates=rates
        ),
        realised=reconcile(
            seller_report=delivered.seller,
            buyer_report=delivered.buyer,
            organizer_report=delivered.organizer,
            rates=rates,
        ),
        is_reopened=_is_reopened(deal, ladder),
        attribution=_attribution(deal, as_of=as_of),
        saving=rates.convert(ladder.buyer.saving) if ladder.buyer and ladder.buyer.saving else None,
    )


def _is_reopened(deal: Deal, ladder: Standing) -> bool:
    """Whether a side changed its stage or value after the other side last spoke, other than to what that side said."""
    if ladder.seller is None or ladder.buyer is None:
        return False
    first, newest = sorted((ladder.seller, ladder.buyer), key=lambda report: (report.stated_at, report.report_id))
    before = standing_reports(
        (report for report in deal.reports if report.stated_by is newest.stated_by), as_of=first.stated_at
    )
    earlier = before.seller if newest.stated_by is Side.SELLER else before.buyer
    said = (newest.outcome, newest.value)
    return earlier is not None and said not in {(earlier.outcome, earlier.value), (first.outcome, first.value)}


def _attribution(deal: Deal, *, as_of: datetime | None) -> Attribution | None:
    """The newest answer any side gave to whether the deal would have come about without the fair."""
    answered = [
        report
        for report in deal.reports
        if report.attribution is not None and (as_of is None or report.stated_at <= as_of)
    ]
    newest = max(answered, key=lambda report: (report.stated_at, report.report_id), default=None)
    return newest.attribution if newest else None


def direction_of(deal: Deal, *, home_country: str) -> Direction:
    """Which way the goods go, by the countries of registration."""
    is_seller_home = deal.seller_country == home_country
    is_buyer_home = deal.buyer_country == home_country
    if is_seller_home:
        return Direction.DOMESTIC if is_buyer_home else Direction.EXPORT
    return Direction.IMPORT if is_buyer_home else Direction.THIRD_COUNTRY


def reach_of(deal: Deal, *, home_country: str) -> Reach:
    """Domestic when both companies are registered in the country of the fair."""
    is_domestic = deal.seller_country == deal.buyer_country == home_country
    return Reach.DOMESTIC if is_domestic else Reach.INTERNATIONAL


def partner_country_of(deal: Deal, *, home_country: str) -> str:
    """The one country a deal is listed under: the buyer's if the buyer is foreign, else the seller's."""
    return deal.buyer_country if deal.buyer_country != home_country else deal.seller_country
