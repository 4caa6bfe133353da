"""The organizer's list of companies shaped for its page: filters with counts, and rows that are drawn once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask_babel import gettext as _

from matchmaker.web.blanks import together
from matchmaker.web.companies.wording import ROLE_FILTERS, STATUSES
from matchmaker.web.filters import country
from matchmaker.web.fragments import drawn_forms, same_page_for_all
from matchmaker.web.links import links_to
from matchmaker.web.page_address import address_with

if TYPE_CHECKING:
    import uuid

    from markupsafe import Markup

    from matchmaker.services.company_list import CompanyFilter, CompanyPage
    from matchmaker.services.fairs import FairFacts
    from matchmaker.web.blanks import Tokenless
    from matchmaker.web.page_address import Chip

LIST_PARTS = "companies/list_parts.html"


def drawn(found: CompanyPage, wanted: CompanyFilter, unconfirmed: frozenset[uuid.UUID], fair: FairFacts) -> Markup:
    """Return all of the page but its frame."""
    return together((_drawn(fair.slug, request.query_string, found, wanted, unconfirmed),))


# The rows name companies, never persons. A page that was read anew is another key.
@same_page_for_all
def _drawn(
    slug: str, _query: bytes, found: CompanyPage, wanted: CompanyFilter, unconfirmed: frozenset[uuid.UUID]
) -> Tokenless:
    names = {row.country: country(row.country) for row in found.rows}
    url_of = links_to("companies.organizer_company", "participation_id", slug=slug)
    filters = list_filters(found, wanted)
    return drawn_forms(LIST_PARTS, "whole_list", found, wanted, filters, unconfirmed, names, url_of, slug)


def list_filters(found: CompanyPage, wanted: CompanyFilter) -> list[tuple[str, list[Chip]]]:
    """Return each kind of filter with its choices as links: the countries by how many they show, most first."""
    everyone = (
        _("All"),
        address_with({"role": None, "missing": None}),
        None,
        not (wanted.role or wanted.without_items),
    )
    missing = address_with({"missing": None if wanted.without_items else "items"})
    roles = [
        _chip("role", role, str(words), found.by_role.get(role, 0), wanted.role) for role, words in ROLE_FILTERS.items()
    ]
    statuses = [
        _chip("status", status, str(words), found.by_status[status], wanted.status)
        for status, (words, _tone) in STATUSES.items()
        if found.by_status.get(status)
    ]
    ranked = sorted((-count, country(code), code) for code, count in found.by_country.items())
    countries = [_chip("country", code, name, -count, wanted.country) for count, name, code in ranked]
    filters = [
        (
            _("Filter by role"),
            [everyone, *roles, (_("Without offers and needs"), missing, found.without_items, wanted.without_items)],
        )
    ]
    if len(statuses) > 1 or wanted.status:
        filters.append((_("Filter by status"), statuses))
    if len(countries) > 1 or wanted.country:
        filters.append((_("Filter by country"), countries))
    return filters


def _chip(kind: str, value: str, words: str, count: int, chosen: str) -> Chip:
    return words, address_with({kind: None if chosen == value else value}), count, chosen == value
