"""The official report as one object, which the DOCX and the PDF both print.

The document itself is always written in Vietnamese; its English form says the same for whoever reads only that.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.money.amount import Money
from matchmaker.domain.names import fold
from matchmaker.domain.reporting.official import COMPARED, Section, points_of
from matchmaker.web.fair_view import days_text
from matchmaker.web.filters import country, datetime, money, number
from matchmaker.web.reports.official_words import COMPARISON, POINTS, SECTIONS, printed
from matchmaker.web.reports.wording import key_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matchmaker.domain.deals.ledger import Figure
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.reports import FairResults

OFFICIAL_LANGUAGE = "vi"
STAGES = {
    "quotations": Outcome.QUOTATION,
    "mous": Outcome.MOU,
    "contracts": Outcome.AGREEMENT,
    "orders": Outcome.ORDER,
}


# Beside all deals of a sector or a country: letters of intent and what binds, each with its own sum.
KINDS = (frozenset({Outcome.MOU}), frozenset({Outcome.AGREEMENT, Outcome.ORDER}))


@dataclass(frozen=True, slots=True)
class Annex:
    """A numbered table behind the document, with what its rows add up to where that can be said."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    total: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """The head, the numbered points by section, the annexes and the signature; what is empty is printed as dots.

    ``compared`` is what was registered beside what came of it, and stands below the section ``compared_below``.
    """

    lang: str
    stated: Mapping[str, str]
    fair_name: str
    as_of: str
    sections: list[tuple[str, list[tuple[str, str]]]]
    compared: Annex
    compared_below: str
    annexes: list[Annex]
    seal: str


def official_document(
    results: FairResults, *, fair: FairFacts, stated: Mapping[str, str], lang: str = OFFICIAL_LANGUAGE
) -> OfficialDocument:
    """Put together what the ledger knows and what the organizer stated, in the language of the authorities."""
    with force_locale(lang):
        known = _known(results, fair)
        said = {name: printed(name, text) for name, text in stated.items() if name in POINTS}
        seal = results.seal
        return OfficialDocument(
            lang=lang,
            stated=said,
            fair_name=fair.name_vi if lang == OFFICIAL_LANGUAGE else fair.name_en,
            as_of=datetime(results.report.as_of),
            sections=[
                (
                    str(SECTIONS[section]),
                    [(str(POINTS[one.name]), one.value) for one in points_of(section, known=known, stated=said)],
                )
                for section in Section
            ],
            compared=_compared({**said, **known}),
            compared_below=str(SECTIONS[Section.FAIR]),
            annexes=[_companies(results), *_deals(results)],
            seal=ngettext("%(num)s entry.", "%(num)s entries.", seal.position) + f" {seal.digest}" if seal else "",
        )


def _compared(said: Mapping[str, str]) -> Annex:
    rows = [
        (str(what), said.get(registered, ""), said.get(actual, ""))
        for what, (registered, actual) in zip(COMPARISON, COMPARED, strict=True)
    ]
    return Annex(_("Registered and as held"), ("", _("As registered"), _("As held")), rows)


def _known(results: FairResults, fair: FairFacts) -> dict[str, str]:
    report = results.report
    companies, meetings = report.companies, report.meetings
    most_first = sorted(companies.by_country.items(), key=lambda item: (-item[1].number, fold(country(item[0]))))
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
        "countries": ", ".join(f"{country(code)} {number(one.number)}" for code, one in most_first),
        "meetings_scheduled": number(meetings.scheduled.number),
        "meetings_held": number(meetings.held.number),
        "meetings_no_show": number(meetings.no_show.number),
        "meetings_walk_in": number(meetings.walk_in.number),
        **{name: worth.get(name, number(0)) for name in STAGES},
        "total_value": money(report.headline.value),
        "realised_value": money(report.realised.value),
    }


def _companies(results: FairResults) -> Annex:
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
    head = (_("Company"), _("Country"), _("Role"))
    return Annex(_("Companies that took part"), head, sorted(rows, key=lambda row: (fold(row[1]), fold(row[0]))))


def _deals(results: FairResults) -> list[Annex]:
    """Deals by sector and by country of the partner, the largest sum first."""
    titles = (
        (Dimension.SECTOR, _("Deals by sector"), _("Sector")),
        (Dimension.COUNTRY, _("Deals by country"), _("Country")),
    )
    return [_split(results, dimension, title, heading) for dimension, title, heading in titles]


def _split(results: FairResults, dimension: Dimension, title: str, heading: str) -> Annex:
    by_stage: dict[str, dict[str, Figure]] = defaultdict(dict)
    for (key, stage), figure in results.report.ledger.split(dimension, Dimension.STAGE).items():
        by_stage[key][stage] = figure
    whole = results.report.by_dimension[dimension]
    rows = [
        (key_text(str(dimension), key, sectors=results.loaded.sectors), *_sums(by_stage[key]))
        for key, _figure in sorted(whole.items(), key=lambda pair: (-pair[1].value.amount, pair[0]))
    ]
    head = (heading, _("All deals"), _("Of these, MoUs"), _("Of these, contracts and orders"))
    return Annex(title, head, rows, (_("Total"), *_sums(results.report.by_dimension[Dimension.STAGE])))


def _sums(by_stage: Mapping[str, Figure]) -> tuple[str, ...]:
    """All deals, and those of each kind."""
    of_kinds = ([one for stage, one in by_stage.items() if stage in stages] for stages in KINDS)
    return (_sum(list(by_stage.values())), *map(_sum, of_kinds))


def _sum(figures: Sequence[Figure]) -> str:
    """How many deals and what they are worth together."""
    if not figures:
        return number(0)
    value = Money.total((one.value for one in figures), currency=figures[0].value.currency)
    return _("%(n)s, worth %(value)s", n=number(sum(one.count for one in figures)), value=money(value))
