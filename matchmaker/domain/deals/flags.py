"""Values that deserve a second look before a report is published."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.deals.reports import Side, standing_reports
from matchmaker.domain.money.amount import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from matchmaker.domain.deals.deal import Deal
    from matchmaker.domain.deals.ledger import Ledger
    from matchmaker.domain.deals.reports import OutcomeReport
    from matchmaker.domain.money.rates import FixedRates

    Valued = tuple[Deal, OutcomeReport, Money]


class FlagCode(StrEnum):
    """What the counting rules ask an organizer to look at."""

    LARGE_SHARE = "large_share"
    LARGE_WITHOUT_FILE = "large_without_file"
    SAME_AMOUNT = "same_amount"
    ONE_AUTHOR = "one_author"
    ENTERED_BY_STAFF = "entered_by_staff"
    VALUE_WITHOUT_MEETING = "value_without_meeting"


LARGE_SHARE = Decimal("0.10")
LARGE_VALUE = Money(amount=Decimal(1_000_000), currency="USD")
# The same amount in so many deals of one company looks typed, not agreed.
SAME_AMOUNT_DEALS = 3
# A person who states values for so many companies speaks for them by a mandate, or types what nobody said.
ONE_AUTHOR_COMPANIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One flag: the deals it concerns, the value that raised it, and the company that stated it, where one did."""

    code: FlagCode
    deal_ids: tuple[str, ...]
    value: Money | None = None
    company_id: str | None = None


def raise_flags(
    ledger: Ledger,
    *,
    deals: Iterable[Deal],
    rates: FixedRates,
    large_value: Money = LARGE_VALUE,
    as_of: datetime | None = None,
    staff: frozenset[str] = frozenset(),
) -> tuple[Flag, ...]:
    """All flags of a fair, sorted by code and deal.

    A deal above a tenth of the headline; one above ``large_value`` without a file; the same amount typed by one
    company in three deals or more, or in two with one partner, which looks like one deal entered twice; values typed by
    one person for both sides of a deal or for three companies and more; a value that the fair's ``staff`` entered on a
    side's behalf; a value refused because no meeting was held.
    ``ledger`` must have been built from ``deals`` with the same ``rates`` and ``as_of``. The second flag needs a rate
    for the currency of ``large_value`` (``MissingRate``), so a fair without a dollar rate names its limit in its own.
    """
    valued = tuple(_valued(deals, as_of=as_of))
    flags = [
        *_large_shares(ledger),
        *_large_without_file(ledger, limit=rates.convert(large_value)),
        *_same_amounts(valued),
        *_one_author(valued),
        *_entered_by_staff(valued, staff=staff),
        *(Flag(code=FlagCode.VALUE_WITHOUT_MEETING, deal_ids=(deal_id,)) for deal_id in ledger.refused_ids),
    ]
    return tuple(sorted(flags, key=lambda flag: (flag.code, flag.deal_ids, flag.company_id or "")))


def _large_shares(ledger: Ledger) -> list[Flag]:
    limit = ledger.headline.value.amount * LARGE_SHARE
    return [
        Flag(code=FlagCode.LARGE_SHARE, deal_ids=(deal_id,), value=value)
        for deal_id, value in ledger.valued
        if value.amount > limit
    ]


def _large_without_file(ledger: Ledger, *, limit: Money) -> list[Flag]:
    return [
        Flag(code=FlagCode.LARGE_WITHOUT_FILE, deal_ids=(settled.deal.deal_id,), value=settled.reconciled.value)
        for settled in ledger.deals
        if settled.reconciled is not None
        and settled.reconciled.value is not None
        and settled.reconciled.value > limit
        and not settled.reconciled.has_file
    ]


def _valued(deals: Iterable[Deal], *, as_of: datetime | None) -> Iterator[Valued]:
    """The standing reports in which a side names a value, each with its deal."""
    for deal in deals:
        for report in standing_reports(deal.reports, as_of=as_of).present:
            if report.value is not None and report.stated_by is not Side.ORGANIZER:
                yield deal, report, report.value


def _same_amounts(valued: Iterable[Valued]) -> list[Flag]:
    """Amounts one company typed again and again; both of its roles count together."""
    seen: dict[tuple[str, str, Decimal], dict[str, frozenset[str]]] = defaultdict(dict)
    for deal, report, value in valued:
        same = seen[_author(deal, report), value.currency, value.amount]
        same[deal.deal_id] = frozenset((deal.seller_id, deal.buyer_id))
    return [
        Flag(
            code=FlagCode.SAME_AMOUNT,
            deal_ids=tuple(sorted(pairs)),
            value=Money(amount=amount, currency=currency),
            company_id=company_id,
        )
        for (company_id, currency, amount), pairs in seen.items()
        if len(pairs) >= SAME_AMOUNT_DEALS or len(set(pairs.values())) < len(pairs)
    ]


def _one_author(valued: Iterable[Valued]) -> list[Flag]:
    """Values that one person typed for many companies, or for both sides of one deal."""
    spoken: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for deal, report, _ in valued:
        if report.author:
            spoken[report.author][deal.deal_id].add(_author(deal, report))
    flags = []
    for by_deal in spoken.values():
        if len(set().union(*by_deal.values())) >= ONE_AUTHOR_COMPANIES:
            flags.append(Flag(code=FlagCode.ONE_AUTHOR, deal_ids=tuple(sorted(by_deal))))
        else:
            both = sorted(deal_id for deal_id, companies in by_deal.items() if len(companies) > 1)
            flags += [Flag(code=FlagCode.ONE_AUTHOR, deal_ids=(deal_id,)) for deal_id in both]
    return flags


def _entered_by_staff(valued: Iterable[Valued], *, staff: frozenset[str]) -> list[Flag]:
    """Values that a host or an organizer typed as what a side said."""
    return [
        Flag(code=FlagCode.ENTERED_BY_STAFF, deal_ids=(deal.deal_id,), value=value)
        for deal, report, value in valued
        if report.author in staff
    ]


def _author(deal: Deal, report: OutcomeReport) -> str:
    return deal.seller_id if report.stated_by is Side.SELLER else deal.buyer_id
