"""The rows behind a figure, as pages list them: deals by filter; meetings, companies and pairs by count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import UUID

from matchmaker.domain.money.amount import Money
from matchmaker.domain.paging import page_shown
from matchmaker.extensions import db
from matchmaker.services import evidence
from matchmaker.services.report_deals import DealFilter, deal_rows
from matchmaker.services.report_pairs import pair_counts, pair_rows
from matchmaker.services.reports import meeting_counts, meetings_of
from matchmaker.web.filters import day
from matchmaker.web.reports.addresses import companies_url, company_url, meetings_url, pairs_url, rows_url
from matchmaker.web.reports.deal_lines import DealLine, deal_lines
from matchmaker.web.reports.wording import (
    COMPANY_COUNTS,
    FATES,
    FILTERS,
    MEETING_COUNTS,
    OF_A_YEAR,
    PAIR_COUNTS,
    key_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask_babel import LazyString

    from matchmaker.domain.reporting.figures import Count
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_deals import DealRow
    from matchmaker.services.report_pairs import PairRow
    from matchmaker.services.reports import FairResults

PAGE = 50
# What the page offers to filter by; the other names are reached from the report's own figures.
OFFERED = ("stage", "evidence", "day")
MOST_CHOICES = 8
# An address may name many keys of one dimension, as the bar of all that are not shown by themselves does.
LONGEST_KEYS = 2000
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class DealList:
    """One page of deals, the filters that hold and those that can be chosen, and what all of them add up to."""

    lines: Sequence[DealLine]
    page: int
    pages: int
    count: int
    total: Money
    amount: str
    given: Sequence[tuple[str, str, str]]
    choices: Sequence[tuple[str, Sequence[tuple[str, str, int, bool]]]]


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting in a table."""

    seller: str
    seller_url: str
    buyer: str
    buyer_url: str
    third: str
    day: str
    fate: tuple[str, str, str]
    is_walk_in: bool
    has_outcome: bool


@dataclass(frozen=True, slots=True)
class PairLine:
    """One pair of companies in a table, with their countries."""

    seller: tuple[str, str, str]
    buyer: tuple[str, str, str]
    meetings: int
    deals: int


@dataclass(frozen=True, slots=True)
class Listing(Generic[Line]):
    """One page of the rows of one count, and the other counts that can be listed so."""

    title: str
    lines: Sequence[Line]
    page: int
    pages: int
    count: int
    choices: Sequence[tuple[str, str, int, bool]]


def wanted_of(query: Mapping[str, str]) -> DealFilter:
    """Return the filter that an address asks for."""
    return DealFilter(**{one.name: query.get(one.name, "")[:LONGEST_KEYS] for one in fields(DealFilter)})


def deals_listed(results: FairResults, *, wanted: DealFilter, fair: FairFacts, page: int) -> DealList:
    """Return one page of the deals that a filter asks for."""
    rows = deal_rows(results, wanted=wanted)
    page, pages = page_shown(page, rows=len(rows), a_page=PAGE)
    shown = rows[PAGE * (page - 1) : PAGE * page]
    documents = evidence.of_deals(db.session, deal_ids=[UUID(row.deal_id) for row in shown])
    asked = wanted.given()
    currency = results.report.headline.value.currency
    return DealList(
        lines=deal_lines(shown, fair=fair, documents=documents),
        page=page,
        pages=pages,
        count=len(rows),
        total=Money.total((row.amount for row in rows if row.amount), currency=currency),
        amount=str(OF_A_YEAR) if wanted.year else key_text("amount", wanted.amount, sectors={}),
        given=[
            (
                str(FILTERS[name]),
                key_text(name, key, sectors=results.loaded.sectors),
                rows_url(fair, {**asked, name: ""}),
            )
            for name, key in asked.items()
        ],
        choices=_choices(results, rows, asked, fair=fair),
    )


def meetings_listed(results: FairResults, *, of: str, fair: FairFacts, page: int) -> Listing[MeetingLine]:
    """Return one page of the meetings behind a count; an unknown name means those that were held."""
    of = of if of in MEETING_COUNTS else "held"
    counts = meeting_counts(results.report)
    rows = meetings_of(results, of=of)
    page, pages = page_shown(page, rows=len(rows), a_page=PAGE)
    return Listing(
        title=str(MEETING_COUNTS[of]),
        lines=[
            MeetingLine(
                seller=about.seller.name,
                seller_url=company_url(fair, about.seller.participation_id),
                buyer=about.buyer.name,
                buyer_url=company_url(fair, about.buyer.participation_id),
                third=about.third.name if about.third else "",
                day=day(row.happens_on),
                fate=(str(FATES[row.fate][0]), *FATES[row.fate][1:]),
                is_walk_in=row.is_walk_in,
                has_outcome=row.has_outcome,
            )
            for row, about in rows[PAGE * (page - 1) : PAGE * page]
        ],
        page=page,
        pages=pages,
        count=len(rows),
        choices=_counts(MEETING_COUNTS, counts, of=of, address=lambda name: meetings_url(fair, name)),
    )


def companies_listed(results: FairResults, *, of: str, fair: FairFacts, page: int) -> Listing[tuple[str, str, str]]:
    """Return one page of the companies behind a count, each with name, country code and address.

    An unknown name means all that took part.
    """
    of = of if of in COMPANY_COUNTS else "all"
    counts = {name: getattr(results.report.companies, name) for name in COMPANY_COUNTS}
    parties = results.once(
        ("companies", of),
        lambda: sorted((results.loaded.companies[key] for key in counts[of].ids), key=lambda one: one.name),
    )
    page, pages = page_shown(page, rows=len(parties), a_page=PAGE)
    return Listing(
        title=str(COMPANY_COUNTS[of]),
        lines=[
            (party.name, party.country, company_url(fair, party.participation_id))
            for party in parties[PAGE * (page - 1) : PAGE * page]
        ],
        page=page,
        pages=pages,
        count=len(parties),
        choices=_counts(COMPANY_COUNTS, counts, of=of, address=lambda name: companies_url(fair, name)),
    )


def pairs_listed(results: FairResults, *, of: str, fair: FairFacts, page: int) -> Listing[PairLine]:
    """Return one page of the pairs of companies behind a count; an unknown name means those that met."""
    of = of if of in PAIR_COUNTS else "met"
    rows = pair_rows(results, of=of)
    page, pages = page_shown(page, rows=len(rows), a_page=PAGE)
    return Listing(
        title=str(PAIR_COUNTS[of]),
        lines=[_pair_line(row, fair) for row in rows[PAGE * (page - 1) : PAGE * page]],
        page=page,
        pages=pages,
        count=len(rows),
        choices=_counts(PAIR_COUNTS, pair_counts(results.report), of=of, address=lambda name: pairs_url(fair, name)),
    )


def _pair_line(row: PairRow, fair: FairFacts) -> PairLine:
    seller, buyer = (
        (party.name, party.country, company_url(fair, party.participation_id)) for party in (row.seller, row.buyer)
    )
    return PairLine(seller, buyer, row.meetings, row.deals)


def _counts(
    words: Mapping[str, LazyString], counts: Mapping[str, Count], *, of: str, address: Callable[[str], str]
) -> list[tuple[str, str, int, bool]]:
    """The counts that have rows, and the one that is shown."""
    return [
        (str(text), address(name), counts[name].number, name == of)
        for name, text in words.items()
        if counts[name].number or name == of
    ]


def _choices(
    results: FairResults, rows: Sequence[DealRow], asked: Mapping[str, str], *, fair: FairFacts
) -> list[tuple[str, list[tuple[str, str, int, bool]]]]:
    """For each dimension that is still open, its keys among the rows that are left, if they tell anything apart."""
    offered = []
    for name in OFFERED:
        keys = Counter(row.keys[name] for row in rows)
        if name not in asked and 1 < len(keys) <= MOST_CHOICES:
            items = [
                (
                    key_text(name, key, sectors=results.loaded.sectors),
                    rows_url(fair, {**asked, name: key}),
                    count,
                    False,
                )
                for key, count in sorted(keys.items())
            ]
            offered.append((str(FILTERS[name]), items))
    return offered
