"""The company pairs behind a count of a report: suggested, asked for, met, with a deal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.reporting.funnel import Step
from matchmaker.domain.reporting.meetings import pair_key
from matchmaker.domain.reporting.rows import MeetingFate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matchmaker.domain.reporting.fair_report import FairReport
    from matchmaker.domain.reporting.figures import Count
    from matchmaker.services.report_rows import Party
    from matchmaker.services.reports import FairResults


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair of companies, how often the two met, and how many deals of the total are theirs."""

    seller: Party
    buyer: Party
    meetings: int
    deals: int


def pair_counts(report: FairReport) -> Mapping[str, Count]:
    """The counts of a report whose rows are pairs, each under the name that its list is asked for by.

    A suggestion and a request is one row each, so a pair may stand there twice; those who met or have a deal once.
    """
    steps = {step.step: step for step in report.funnel}
    return {
        "suggested": steps[Step.SUGGESTED].all,
        "requested": steps[Step.REQUESTED].all,
        "unsuggested": steps[Step.REQUESTED].from_outside,
        "accepted": steps[Step.ACCEPTED].all,
        "met": report.meetings.pairs,
        "deals": report.deal_pairs,
    }


def pair_rows(results: FairResults, *, of: str) -> Sequence[PairRow]:
    """Return the pairs behind a count, by name; raises KeyError for a count there is none of."""
    return results.once(("pairs", of), lambda: _pair_rows(results, of))


def _pair_rows(results: FairResults, of: str) -> list[PairRow]:
    rows, ids = results.loaded.rows, set(pair_counts(results.report)[of].ids)
    held = [row for row in rows.meetings if row.fate is MeetingFate.HELD]
    deals = [settled.deal for settled in results.report.ledger.deals]
    found: dict[str, tuple[str, str]] = {}
    if of == "suggested":
        found = {row.suggestion_id: (row.seller_id, row.buyer_id) for row in rows.suggestions}
    elif of in {"requested", "unsuggested", "accepted"}:
        found = {row.request_id: (row.seller_id, row.buyer_id) for row in rows.requests}
    else:
        for row in held if of == "met" else deals:
            found.setdefault(pair_key(row.seller_id, row.buyer_id), (row.seller_id, row.buyer_id))
    met = Counter(pair_key(row.seller_id, row.buyer_id) for row in held)
    dealt = Counter(pair_key(deal.seller_id, deal.buyer_id) for deal in deals)
    companies = results.loaded.companies
    pairs = [
        PairRow(companies[one], companies[other], met[pair_key(one, other)], dealt[pair_key(one, other)])
        for key, (one, other) in found.items()
        if key in ids
    ]
    return sorted(pairs, key=lambda pair: (pair.seller.name, pair.buyer.name))
