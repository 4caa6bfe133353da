"""Companies as the lists of a report name them: for those who may open a company's page, as a link to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, url_for
from markupsafe import Markup

from matchmaker.web.filters import country
from matchmaker.web.fragments import fragment
from matchmaker.web.reports.parts import part

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_rows import Party
    from matchmaker.services.reports import FairResults

    Named = Callable[[Party], Markup]

NAME, LINK = Markup('<span translate="no">{}</span>'), Markup('<a href="{}" translate="no">{}</a>')
WITH_COUNTRY, COUNTRY = Markup('{} <span class="vh">{}</span> {}'), Markup("{} {}")


def names_of(results: FairResults, fair: FairFacts) -> Named:
    """Return what names a company: a link to its page, but for those who only read the report, as it names people."""

    def draw(one: Party) -> Markup:
        if g.get("is_reader_page"):
            return NAME.format(one.name)
        url = url_for("companies.organizer_company", slug=fair.slug, participation_id=one.participation_id)
        return LINK.format(url, one.name)

    return _once_each(results, "name", draw)


def names_with_countries(results: FairResults, fair: FairFacts) -> Named:
    """Return what names a company behind its country."""
    named = names_of(results, fair)

    def draw(one: Party) -> Markup:
        return WITH_COUNTRY.format(fragment("mark", "country", one.country), country(one.country), named(one))

    return _once_each(results, "name with country", draw)


def countries_of(results: FairResults) -> Named:
    """Return what writes a company's country, by its letters and its name."""
    return _once_each(
        results, "country", lambda one: COUNTRY.format(fragment("mark", "country", one.country), country(one.country))
    )


def _once_each(results: FairResults, name: str, draw: Named) -> Named:
    """Let each company be drawn once for as long as the report is kept: a list names the same ones again and again."""
    kept: dict[UUID, Markup] = part(results, name, dict)

    def drawn(party: Party) -> Markup:
        found = kept.get(party.participation_id)
        if found is None:
            found = kept[party.participation_id] = draw(party)
        return found

    return drawn
