"""Deals as lines of a table: on the page of the report, on paper, and in the lists behind its figures."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.formatting import format_number
from matchmaker.services.report_deals import deal_rows
from matchmaker.web.filters import date
from matchmaker.web.fragments import fragment
from matchmaker.web.language import language
from matchmaker.web.outcomes import LEVEL_MARKS, LEVELS, OUTCOME_TONES, OUTCOMES
from matchmaker.web.reports.companies import names_of, names_with_countries
from matchmaker.web.reports.parts import part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markupsafe import Markup

    from matchmaker.domain.deals.evidence import EvidenceLevel
    from matchmaker.domain.deals.stages import Outcome
    from matchmaker.services.evidence import Document
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_deals import DealRow
    from matchmaker.services.reports import FairResults

NO_DOCUMENTS: Mapping[UUID, Sequence[Document]] = MappingProxyType({})
# A printed list of more deals than this takes minutes to lay out, and nobody reads it; the workbook has them all.
MOST_ON_PAPER = 500


class DealLine(NamedTuple):
    """One deal in a table: its two sides, its kind and its confirmation are drawn already."""

    seller: Markup
    buyer: Markup
    title: str
    stage: Markup
    level: Markup
    day: str
    amount: str
    documents: Sequence[Document]


class PaperLine(NamedTuple):
    """One deal on paper, where nothing leads anywhere."""

    seller: str
    buyer: str
    buyer_country: str
    title: str
    stage: str
    level: str
    day: str
    amount: str


@dataclass(frozen=True, slots=True)
class Annex:
    """The deals of the total on paper, largest first; ``left_out`` are the smaller ones there is no room for."""

    lines: Sequence[PaperLine]
    left_out: int
    left_out_value: Money


def annex_of(results: FairResults) -> Annex:
    """Every deal of the total, or the largest of very many with what the others are worth together."""
    rows = deal_rows(results)
    rest = rows[MOST_ON_PAPER:]
    value = Money.total((row.amount for row in rest if row.amount), currency=results.report.headline.value.currency)
    return Annex([_on_paper(row) for row in rows[:MOST_ON_PAPER]], len(rest), value)


def deal_lines(
    results: FairResults,
    rows: Iterable[DealRow],
    *,
    fair: FairFacts,
    documents: Mapping[UUID, Sequence[Document]] = NO_DOCUMENTS,
) -> list[DealLine]:
    """Deals as lines of a table, with the documents on file where they are given."""
    named, with_country = names_of(results, fair), names_with_countries(results, fair)
    stages, levels = part(results, "stages", _stages), part(results, "levels", _levels)
    return [
        DealLine(
            named(row.about.seller),
            with_country(row.about.buyer),
            row.about.title,
            stages[row.counted.stage],
            levels[row.counted.level],
            date(row.settled.deal.happened_on),
            _amount(row),
            documents.get(UUID(row.deal_id), ()) if documents else (),
        )
        for row in rows
    ]


def _on_paper(row: DealRow) -> PaperLine:
    about, counted = row.about, row.counted
    return PaperLine(
        about.seller.name,
        about.buyer.name,
        about.buyer.country,
        about.title,
        str(OUTCOMES[counted.stage]),
        str(LEVELS[counted.level]),
        date(row.settled.deal.happened_on),
        _amount(row),
    )


def _amount(row: DealRow) -> str:
    return format_number(row.amount.amount, lang=language()) if row.amount else "–"


def _stages() -> dict[Outcome, Markup]:
    return {
        stage: fragment("tag", "tag", str(words), OUTCOME_TONES.get(stage, "")) for stage, words in OUTCOMES.items()
    }


def _levels() -> dict[EvidenceLevel, Markup]:
    return {level: fragment("tag", "status", str(words), *LEVEL_MARKS[level]) for level, words in LEVELS.items()}
