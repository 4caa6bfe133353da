"""How the value of a fair is spread over its deals: a sum alone hides one deal that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.figures import Count, count_of, ratio_of

if TYPE_CHECKING:
    from decimal import Decimal

    from matchmaker.domain.deals.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSpread:
    """Median and maximum of the headline deals that name a value, and what the largest tenth of them holds.

    ``middle`` are the deals the median is of, one or two; ``largest`` is the one that has the maximum, the first by id
    where several have. ``top_tenth`` are the largest tenth of those deals, rounded up to whole deals;
    ``top_tenth_share`` is their part of the headline to four decimals. Amounts and share are None when no deal names a
    value. ``per_held_meeting`` is the headline divided by the meetings held, the figure other programmes are compared
    by; None without a meeting.
    """

    valued: Count
    middle: Count
    median: Money | None
    largest: Count
    maximum: Money | None
    top_tenth: Count
    top_tenth_share: Decimal | None
    per_held_meeting: Money | None


def spread_of(ledger: Ledger, *, held_meetings: int) -> ValueSpread:
    """The spread of a ledger's headline; of an even number of deals the median is the mean of the middle two."""
    valued = ledger.valued
    amounts = [value for _, value in valued]
    middle = len(amounts) // 2
    halves = (valued[middle], valued[-middle - 1]) if valued else ()
    top = valued[: (len(valued) + 9) // 10]
    top_value = Money.total((value for _, value in top), currency=ledger.report_currency)
    headline = ledger.headline.value
    return ValueSpread(
        valued=count_of("deals.valued", (deal_id for deal_id, _ in valued)),
        middle=count_of("deals.middle", (deal_id for deal_id, _ in halves)),
        median=amounts[middle].mean_with(amounts[-middle - 1]) if amounts else None,
        largest=count_of("deals.largest", (deal_id for deal_id, _ in valued[:1])),
        maximum=amounts[0] if amounts else None,
        top_tenth=count_of("deals.top_tenth", (deal_id for deal_id, _ in top)),
        top_tenth_share=ratio_of(top_value.amount, headline.amount),
        per_held_meeting=headline.divided_by(held_meetings) if held_meetings else None,
    )
