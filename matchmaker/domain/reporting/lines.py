"""The figures of a report as one flat list, each under a key that stays: what versions keep, compare and publish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.deals.ledger import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matchmaker.domain.deals.ledger import Figure, Ledger
    from matchmaker.domain.money.amount import Money
    from matchmaker.domain.reporting.fair_report import FairReport

MEETINGS = (
    *("scheduled", "held", "held_as_scheduled", "walk_in", "cancelled", "no_show", "no_show_seller", "no_show_buyer"),
    *("pending", "online", "with_outcome", "pairs"),
)
COMPANIES = ("all", "sellers", "buyers", "domestic", "foreign", "hosted", "supported", "without_meeting")
# What is shown to everyone; days and currencies single deals out and tell the public little.
PUBLIC = (Dimension.STAGE, Dimension.EVIDENCE, Dimension.REACH, Dimension.SECTOR, Dimension.COUNTRY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure: how many, and of deals their value and how many companies stand behind it on the thinner side."""

    key: str
    count: int
    value: Money | None = None
    companies: int | None = None


def lines_of(report: FairReport) -> tuple[Line, ...]:
    """The figures of a report in their order: deals, deals by each dimension, meetings, companies, steps."""
    ledger = report.ledger
    return (
        _deals("deals", report.headline, ledger),
        _deals("realised", report.realised, ledger),
        *(
            _deals(f"deals.{dimension}.{key}", figure, ledger)
            for dimension, figures in report.by_dimension.items()
            for key, figure in figures.items()
        ),
        Line(key="naive", count=report.headline.count, value=report.headline.naive),
        *(Line(key=f"meetings.{name}", count=getattr(report.meetings, name).number) for name in MEETINGS),
        *(Line(key=f"companies.{name}", count=getattr(report.companies, name).number) for name in COMPANIES),
        *(Line(key=f"funnel.{step.step}", count=step.all.number) for step in report.funnel),
        Line(key="pairs.deals", count=report.deal_pairs.number),
    )


def _deals(key: str, figure: Figure, ledger: Ledger) -> Line:
    return Line(key=key, count=figure.count, value=figure.value, companies=_behind(figure.deal_ids, ledger))


def _behind(deal_ids: Iterable[str], ledger: Ledger) -> int:
    """How many companies sell or how many buy in these deals, whichever is fewer.

    A figure of one seller tells every other side what that seller sold, however many bought from it.
    """
    wanted = frozenset(deal_ids)
    deals = [row.deal for row in (*ledger.deals, *ledger.realised_deals) if row.deal.deal_id in wanted]
    return min(len({deal.seller_id for deal in deals}), len({deal.buyer_id for deal in deals}))
