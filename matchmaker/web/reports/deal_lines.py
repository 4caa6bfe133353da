"""Deals as lines of a table: on the page of the report, on paper, and in the lists behind its figures."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.formatting import format_number
from matchmaker.services.report_deals import deal_rows
from matchmaker.web.filters import date
from matchmaker.web.language import language
from matchmaker.web.outcomes import LEVEL_MARKS, LEVELS, OUTCOME_TONES, OUTCOMES
from matchmaker.web.reports.addresses import company_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matchmaker.services.evidence import Document
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_deals import DealRow
    from matchmaker.services.reports import FairResults

NO_DOCUMENTS: Mapping[UUID, Sequence[Document]] = MappingProxyType({})


# A printed list of more deals than this takes minutes to lay out, and nobody reads it; the workbook has them all.
MOST_ON_PAPER = 500


@dataclass(frozen=True, slots=True)
class DealLine:
    """One deal in a table."""

    seller: str
    seller_url: str
    buyer: str
    buyer_url: str
    buyer_country: str
    title: str
    stage: str
    stage_tone: str
    level: tuple[str, str, str]
    day: str
    amount: str
    documents: Sequence[Document] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """The deals of the total on paper, largest first; ``left_out`` are the smaller ones there is no room for."""

    lines: Sequence[DealLine]
    left_out: int
    left_out_value: Money


def annex_of(results: FairResults, *, fair: FairFacts) -> Annex:
    """Every deal of the total, or the largest of very many with what the others are worth together."""
    rows = deal_rows(results)
    rest = rows[MOST_ON_PAPER:]
    value = Money.total((row.amount for row in rest if row.amount), currency=results.report.headline.value.currency)
    return Annex(deal_lines(rows[:MOST_ON_PAPER], fair=fair), len(rest), value)


def deal_lines(
    rows: Iterable[DealRow], *, fair: FairFacts, documents: Mapping[UUID, Sequence[Document]] = NO_DOCUMENTS
) -> list[DealLine]:
    """Deals as lines of a table, with the documents on file where they are given."""
    return [
        DealLine(
            seller=row.about.seller.name,
            seller_url=company_url(fair, row.about.seller.participation_id),
            buyer=row.about.buyer.name,
            buyer_url=company_url(fair, row.about.buyer.participation_id),
            buyer_country=row.about.buyer.country,
            title=row.about.title,
            stage=str(OUTCOMES[row.counted.stage]),
            stage_tone=OUTCOME_TONES.get(row.counted.stage, ""),
            level=(str(LEVELS[row.counted.level]), *LEVEL_MARKS[row.counted.level]),
            day=date(row.settled.deal.happened_on),
            amount=format_number(row.amount.amount, lang=language()) if row.amount else "–",
            documents=documents.get(UUID(row.deal_id), ()),
        )
        for row in rows
    ]
