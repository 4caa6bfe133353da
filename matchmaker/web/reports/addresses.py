"""Where the rows behind a figure of the report stand, and figures as links to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matchmaker.services.fairs import FairFacts


def link(url: str, text: str) -> Markup:
    """A figure as a link to its rows."""
    return Markup('<a href="{}">{}</a>').format(url, text)


def rows_url(fair: FairFacts, wanted: Mapping[str, str]) -> str:
    """The page of the deals that a filter asks for; what is empty is left out."""
    given: dict[str, Any] = {name: key for name, key in wanted.items() if key}
    return url_for("reports.rows", slug=fair.slug, **given)


def meetings_url(fair: FairFacts, of: str) -> str:
    """The page of the meetings behind a count."""
    return url_for("reports.meetings", slug=fair.slug, of=of)


def companies_url(fair: FairFacts, of: str) -> str:
    """The page of the companies behind a count."""
    return url_for("reports.companies", slug=fair.slug, of=of)


def pairs_url(fair: FairFacts, of: str) -> str:
    """The page of the pairs of companies behind a count."""
    return url_for("reports.pairs", slug=fair.slug, of=of)


def values_url(fair: FairFacts, by: str) -> str:
    """The page with the whole table of the value by one thing."""
    return url_for("reports.values", slug=fair.slug, by=by)
