"""The rows behind a figure, as pages list them: deals by filter; meetings, companies and pairs by count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from flask_babel import gettext as _
from markupsafe import Markup

from matchmaker.domain.money.amount import Money
from matchmaker.domain.paging import page_shown
from matchmaker.extensions import db
from matchmaker.services import evidence
from matchmaker.services.report_deals import DealFilter, deal_rows
from matchmaker.services.report_pairs import pair_counts, pair_rows
from matchmaker.services.reports import meeting_counts, meetings_of
from matchmaker.web.filters import day, number
from matchmaker.web.fragments import drawn_by, fragment
from matchmaker.web.reports.addresses import companies_url, meetings_url, pairs_url, rows_url
from matchmaker.web.reports.companies import countries_of, names_of, names_with_countries
from matchmaker.web.reports.deal_lines import DealLine, deal_lines
from matchmaker.web.reports.parts import part
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
    from matchmaker.domain.reporting.rows import MeetingFate
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_deals import DealRow
    from matchmaker.services.reports import FairResults

PAGE = 50
# What the page offers to filter by; the other names are reached from the report's own figures.
OFFERED = ("stage", "evidence", "day")
MOST_CHOICES = 8
# An address may name many keys of one dimension, as the bar of all that are not shown by themselves does.
LONGEST_KEYS = 2000
FILTERED = frozenset(one.name for one in fields(DealFilter))
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
    choices: Markup


class MeetingLine(NamedTuple):
    """One meeting in a table; ``said`` is whether its outcome is known."""

    seller: Markup
    buyer: Markup
    third: str
    day: str
    fate: Markup
    said: str


class PairLine(NamedTuple):
    """One pair of companies in a table, with their countries."""

    seller: Markup
    buyer: Markup
    meetings: str
    deals: str


@dataclass(frozen=True, slots=True)
class Listing(Generic[Line]):
    """One page of the rows of one count, and the other counts that can be listed so, as links."""

    title: str
    lines: Sequence[Line]
    page: int
    pages: int
    count: int
    choices: Markup


def wanted_of(query: Mapping[str, str]) -> DealFilter:
    """Return the filter that an address asks for."""
    return DealFilter(**{name: text[:LONGEST_KEYS] for name, text in query.items() if name in FILTERED})


def deals_listed(results: FairResults, *, wanted: DealFilter, fair: FairFacts, page: int) -> DealList:
    """Return one page of the deals that a filter asks for."""
    rows, asked = deal_rows(results, wanted=wanted), wanted.given()
    page, pages = page_shown(page, rows=len(rows), a_page=PAGE)
    shown = rows[PAGE * (page - 1) : PAGE * page]
    documents = evidence.of_deals(db.session, deal_ids=[UUID(row.deal_id) for row in shown])

    def about_all() -> tuple[Money, Markup]:
        return _total(results, rows), _choices(results, rows, asked, fair=fair)

    # What all deals add up to and can be told apart by is the same for every page of them.
    total, choices = about_all() if asked else part(results, "all deals", about_all)
    return DealList(
        lines=deal_lines(results, shown, fair=fair, documents=documents),
        page=page,
        pages=pages,
        count=len(rows),
        total=total,
        amount=str(OF_A_YEAR) if wanted.year else key_text("amount", wanted.amount, sectors={}),
        given=[
            (
                str(FILTERS[name]),
                key_text(name, key, sectors=results.loaded.sectors),
                rows_url(fair, {**asked, name: ""}),
            )
            for name, key in asked.items()
        ],
        choices=choices,
    )


def meetings_listed(results: FairResults, *, of: str, fair: FairFacts, page: int) -> Listing[MeetingLine]:
    """Return one page of the meetings behind a count; an unknown name means those that were held."""
    of = of if of in MEETING_COUNTS else "held"
    rows = meetings_of(results, of=of)
    page, pages = page_shown(page, rows=len(rows), a_page=PAGE)
    named, day_of = names_of(results, fair), cache(day)
    fates, said = part(results, "fates", _fates), (_("none yet"), _("recorded"))
    return Listing(
        title=str(MEETING_COUNTS[of]),
        lines=[
            MeetingLine(
                named(about.seller),
                named(about.buyer),
                about.third.name if about.third else "",
                day_of(row.happens_on),
                fates[row.fate, row.is_walk_in],
                said[row.has_outcome],
            )
            for row, about in rows[PAGE * (page - 1) : PAGE * page]
        ],
        page=page,
        pages=pages,
        count=len(rows),
        choices=part(
            results,
            ("choices of meetings", of),
            lambda: _counts(
                _("Which meetings"),
                MEETING_COUNTS,
                meeting_counts(results.report),
                of=of,
                address=lambda name: meetings_url(fair, name),
            ),
        ),
    )


def companies_listed(results: FairResults, *, of: str, fair: FairFacts, page: int) -> Listing[tuple[Markup, Markup]]:
    """Return one page of the companies behind a count, each with its name and country.

    An unknown name means all that took part.
    """
    of = of if of in COMPANY_COUNTS else "all"
    counts = {name: getattr(results.report.companies, name) for name in COMPANY_COUNTS}
    parties = results.once(
        ("companies", of),
        lambda: sorted((results.loaded.companies[key] for key in counts[of].ids), key=lambda one: one.name),
    )
    page, pages = page_shown(page, rows=len(parties), a_page=PAGE)
    named, country_of = names_of(results, fair), countries_of(results)
    return Listing(
        title=str(COMPANY_COUNTS[of]),
        lines=[(named(party), country_of(party)) for party in parties[PAGE * (page - 1) : PAGE * page]],
        page=page,
        pages=pages,
        count=len(parties),
        choices=part(
            results,
            ("choices of companies", of),
            lambda: _counts(
                _("Which companies"), COMPANY_COUNTS, counts, of=of, address=lambda name: companies_url(fair, name)
            ),
        ),
    )


def pairs_listed(results: FairResults, *, of: str, fair: FairFacts, page: int) -> Listing[PairLine]:
    """Return one page of the pairs of companies behind a count; an unknown name means those that met."""
    of = of if of in PAIR_COUNTS else "met"
    rows = pair_rows(results, of=of)
    page, pages = page_shown(page, rows=len(rows), a_page=PAGE)
    named = names_with_countries(results, fair)
    return Listing(
        title=str(PAIR_COUNTS[of]),
        lines=[
            PairLine(named(row.seller), named(row.buyer), number(row.meetings), number(row.deals))
            for row in rows[PAGE * (page - 1) : PAGE * page]
        ],
        page=page,
        pages=pages,
        count=len(rows),
        choices=part(
            results,
            ("choices of pairs", of),
            lambda: _counts(
                _("Which pairs"),
                PAIR_COUNTS,
                pair_counts(results.report),
                of=of,
                address=lambda name: pairs_url(fair, name),
            ),
        ),
    )


def _fates() -> dict[tuple[MeetingFate, bool], Markup]:
    """What became of a meeting, drawn by that and by whether it was held outside the schedule."""
    outside = Markup(" ") + fragment("tag", "tag", _("outside the schedule"))
    drawn = {fate: fragment("tag", "status", str(words), *look) for fate, (words, *look) in FATES.items()}
    return {(fate, beside): one + outside if beside else one for fate, one in drawn.items() for beside in (False, True)}


def _counts(
    label: str,
    words: Mapping[str, LazyString],
    counts: Mapping[str, Count],
    *,
    of: str,
    address: Callable[[str], str],
) -> Markup:
    """The counts that have rows, and the one that is shown, as links."""
    items = [
        (str(text), address(name), counts[name].number, name == of)
        for name, text in words.items()
        if counts[name].number or name == of
    ]
    return drawn_by("components/chips.html", "filter_chips", label, items)


def _total(results: FairResults, rows: Sequence[DealRow]) -> Money:
    return Money.total((row.amount for row in rows if row.amount), currency=results.report.headline.value.currency)


def _choices(results: FairResults, rows: Sequence[DealRow], asked: Mapping[str, str], *, fair: FairFacts) -> Markup:
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
            offered.append(drawn_by("components/chips.html", "filter_chips", str(FILTERS[name]), items))
    return Markup().join(offered)


LISTED: Mapping[str, Callable[..., Listing[Any]]] = {
    "meetings": meetings_listed,
    "pairs": pairs_listed,
    "companies": companies_listed,
}
