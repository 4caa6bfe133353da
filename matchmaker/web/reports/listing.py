"""The rows behind a figure, as pages list them: deals by filter, meetings by count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from datetime import date as Date  # noqa: N812 - the filter of that name is not used here.
from typing import TYPE_CHECKING
from uuid import UUID

from flask import url_for

from matchmaker.domain.money.amount import Money
from matchmaker.extensions import db
from matchmaker.services import evidence
from matchmaker.services.reports import DealFilter, deal_rows, meeting_rows
from matchmaker.web.filters import day
from matchmaker.web.reports.page import DealLine, company_url, deal_lines, rows_url
from matchmaker.web.reports.wording import COMPANY_COUNTS, FATES, FILTERS, MEETING_COUNTS, key_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.reports import DealRow, FairResults

PAGE = 50
# What the page offers to filter by; the other names are reached from the report's own figures.
OFFERED = ("stage", "evidence", "day")
MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class DealList:
    """One page of deals, the filters that hold and those that can be chosen, and what all of them add up to."""

    lines: Sequence[DealLine]
    page: int
    pages: int
    count: int
    total: Money
    given: Sequence[tuple[str, str, str]]
    choices: Sequence[tuple[str, Sequence[tuple[str, str, int, bool]]]]


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting in a table."""

    seller: str
    seller_url: str
    buyer: str
    buyer_url: str
    day: str
    fate: tuple[str, str, str]
    is_walk_in: bool
    has_outcome: bool


@dataclass(frozen=True, slots=True)
class CompanyList:
    """One page of companies of one count: name, country code and address of each."""

    title: str
    lines: Sequence[tuple[str, str, str]]
    page: int
    pages: int
    count: int
    choices: Sequence[tuple[str, str, int, bool]]


@dataclass(frozen=True, slots=True)
class MeetingList:
    """One page of meetings of one count."""

    title: str
    lines: Sequence[MeetingLine]
    page: int
    pages: int
    count: int
    choices: Sequence[tuple[str, str, int, bool]]


def wanted_of(query: Mapping[str, str]) -> DealFilter:
    """Return the filter that an address asks for."""
    return DealFilter(**{one.name: query.get(one.name, "")[:60] for one in fields(DealFilter)})


def deals_listed(results: FairResults, *, wanted: DealFilter, fair: FairFacts, page: int) -> DealList:
    """Return one page of the deals that a filter asks for."""
    rows = deal_rows(results, wanted=wanted)
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    shown = rows[PAGE * (page - 1) : PAGE * page]
    documents = evidence.of_deals(db.session, deal_ids=[UUID(row.deal_id) for row in shown])
    asked = wanted.given()
    total = Money.total(
        (row.counted.value for row in rows if row.counted.value), currency=results.report.headline.value.currency
    )
    return DealList(
        lines=deal_lines(shown, fair=fair, documents=documents),
        page=page,
        pages=pages,
        count=len(rows),
        total=total,
        given=[
            (str(FILTERS[name]), _text(results, name, key), _address(fair, asked, name, ""))
            for name, key in asked.items()
        ],
        choices=_choices(results, rows, asked, fair=fair),
    )


def meetings_listed(results: FairResults, *, of: str, fair: FairFacts, page: int) -> MeetingList:
    """Return one page of the meetings behind a count; an unknown name means those that were held."""
    of = of if of in MEETING_COUNTS else "held"
    counts = results.report.meetings
    rows = meeting_rows(results, ids=frozenset(getattr(counts, of).ids))
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    return MeetingList(
        title=str(MEETING_COUNTS[of]),
        lines=[
            MeetingLine(
                seller=about.seller.name,
                seller_url=company_url(fair, about.seller.participation_id),
                buyer=about.buyer.name,
                buyer_url=company_url(fair, about.buyer.participation_id),
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
        choices=[
            (str(words), url_for("reports.meetings", slug=fair.slug, of=name), getattr(counts, name).number, name == of)
            for name, words in MEETING_COUNTS.items()
            if getattr(counts, name).number or name == of
        ],
    )


def companies_listed(results: FairResults, *, of: str, fair: FairFacts, page: int) -> CompanyList:
    """Return one page of the companies behind a count; an unknown name means all that took part."""
    of = of if of in COMPANY_COUNTS else "all"
    counts = results.report.companies
    parties = sorted((results.loaded.companies[key] for key in getattr(counts, of).ids), key=lambda one: one.name)
    pages = max(1, -(-len(parties) // PAGE))
    page = min(max(page, 1), pages)
    return CompanyList(
        title=str(COMPANY_COUNTS[of]),
        lines=[
            (party.name, party.country, company_url(fair, party.participation_id))
            for party in parties[PAGE * (page - 1) : PAGE * page]
        ],
        page=page,
        pages=pages,
        count=len(parties),
        choices=[
            (
                str(words),
                url_for("reports.companies", slug=fair.slug, of=name),
                getattr(counts, name).number,
                name == of,
            )
            for name, words in COMPANY_COUNTS.items()
            if getattr(counts, name).number or name == of
        ],
    )


def _choices(
    results: FairResults, rows: Sequence[DealRow], asked: Mapping[str, str], *, fair: FairFacts
) -> list[tuple[str, list[tuple[str, str, int, bool]]]]:
    """For each dimension that is still open, its keys among the rows that are left, if they tell anything apart."""
    offered = []
    for name in OFFERED:
        keys = Counter(row.keys[name] for row in rows)
        if name not in asked and 1 < len(keys) <= MOST_CHOICES:
            items = [
                (_text(results, name, key), _address(fair, asked, name, key), count, False)
                for key, count in sorted(keys.items())
            ]
            offered.append((str(FILTERS[name]), items))
    return offered


def _address(fair: FairFacts, asked: Mapping[str, str], name: str, key: str) -> str:
    return rows_url(fair, {**asked, name: key})


def _text(results: FairResults, name: str, key: str) -> str:
    if name == "day":
        try:
            return day(Date.fromisoformat(key))
        except ValueError:
            return key
    return key_text(name, key, sectors=results.loaded.sectors)
