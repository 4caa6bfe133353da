"""The official report as one object, which the DOCX and the PDF both print. It is always written in Vietnamese."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.reporting.official import Section, points_of
from matchmaker.web.fair_view import days_text
from matchmaker.web.filters import country, datetime, money, number
from matchmaker.web.reports.official_words import POINTS, SECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.reports import FairResults

OFFICIAL_LANGUAGE = "vi"
STAGES = {
    "quotations": Outcome.QUOTATION,
    "mous": Outcome.MOU,
    "contracts": Outcome.AGREEMENT,
    "orders": Outcome.ORDER,
}


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """The head, the numbered points by section, the annex and the signature; what is empty is printed as dots."""

    stated: Mapping[str, str]
    fair_name: str
    as_of: str
    sections: list[tuple[str, list[tuple[str, str]]]]
    annex: list[tuple[str, str, str]]
    seal: str


def official_document(results: FairResults, *, fair: FairFacts, stated: Mapping[str, str]) -> OfficialDocument:
    """Put together what the ledger knows and what the organizer stated, in the language of the authorities."""
    with force_locale(OFFICIAL_LANGUAGE):
        known = _known(results, fair)
        seal = results.seal
        return OfficialDocument(
            stated=stated,
            fair_name=fair.name_vi,
            as_of=datetime(results.report.as_of),
            sections=[
                (
                    str(SECTIONS[section]),
                    [(str(POINTS[one.name]), one.value) for one in points_of(section, known=known, stated=stated)],
                )
                for section in Section
            ],
            annex=_annex(results),
            seal=ngettext("%(num)s entry.", "%(num)s entries.", seal.position) + f" {seal.digest}" if seal else "",
        )


def _known(results: FairResults, fair: FairFacts) -> dict[str, str]:
    report = results.report
    companies, meetings = report.companies, report.meetings
    by_stage = report.by_dimension[Dimension.STAGE]
    worth = {
        name: _("%(n)s, worth %(value)s", n=number(found.count), value=money(found.value))
        for name, stage in STAGES.items()
        if (found := by_stage.get(str(stage)))
    }
    return {
        "fair_name_vi": fair.name_vi,
        "fair_name_en": fair.name_en,
        "actual_time": days_text(fair.opens_on, fair.closes_on),
        "exhibitors": number(companies.sellers.number),
        "buyers": number(companies.buyers.number),
        "exhibitors_domestic": number(companies.domestic.number),
        "exhibitors_foreign": number(companies.foreign.number),
        "countries": ", ".join(f"{country(code)} {number(one.number)}" for code, one in companies.by_country.items()),
        "meetings_scheduled": number(meetings.scheduled.number),
        "meetings_held": number(meetings.held.number),
        "meetings_no_show": number(meetings.no_show.number),
        "meetings_walk_in": number(meetings.walk_in.number),
        **{name: worth.get(name, number(0)) for name in STAGES},
        "total_value": money(report.headline.value),
        "realised_value": money(report.realised.value),
    }


def _annex(results: FairResults) -> list[tuple[str, str, str]]:
    """Every company that took part: name, country, whether it exhibited, bought or both."""
    names = results.loaded.companies
    roles = {
        (True, True): _("Exhibitor and buyer"),
        (True, False): _("Exhibitor"),
        (False, True): _("Buyer"),
    }
    rows = [
        (names[row.company_id].name, country(row.country), roles[row.is_seller, row.is_buyer])
        for row in results.loaded.rows.companies
    ]
    return sorted(rows, key=lambda row: (row[1], row[0]))
