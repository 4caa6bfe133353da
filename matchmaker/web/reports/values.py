"""The whole table of the value by one thing: every key with its deals, value, share, and what both sides state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.domain.deals.ledger import Dimension, Figure, YearFigure
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.money.amount import Money
from matchmaker.web.filters import money, number, share
from matchmaker.web.reports.addresses import link, rows_url, values_url
from matchmaker.web.reports.parts import drawn, part
from matchmaker.web.reports.wording import BY_YEAR, FILTERS, HELP, YEAR, key_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask_babel import LazyString
    from markupsafe import Markup

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.reports import FairResults

# Everything the value is split by; a table of several dimensions names one in each column.
SPLIT = (
    Dimension.STAGE,
    Dimension.EVIDENCE,
    Dimension.DAY,
    Dimension.SECTOR,
    Dimension.COUNTRY,
    Dimension.REACH,
    Dimension.DIRECTION,
    Dimension.HORIZON,
    Dimension.CURRENCY,
    Dimension.ATTRIBUTION,
)
BOTH = (Dimension.STAGE, Dimension.EVIDENCE)
DEEP = (Dimension.STAGE, Dimension.EVIDENCE, Dimension.HORIZON)
OVERLAPPING = "help"
TABLES: dict[str, LazyString] = {
    **{str(dimension): FILTERS[str(dimension)] for dimension in SPLIT},
    "both": _l("Kind and confirmation"),
    "deep": _l("Kind, confirmation and horizon"),
    OVERLAPPING: _l("Companies that came with help"),
    YEAR: BY_YEAR,
}


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One key of a table, with its figures as links to its deals."""

    label: str
    count: Markup
    value: Markup
    naive: str
    share: str


@dataclass(frozen=True, slots=True)
class ValueTable:
    """The headline, or its deals over several years, by one thing.

    The lines add up to the values of ``total``, but for companies that came with help.
    """

    title: str
    lines: Sequence[ValueLine]
    total: ValueLine
    adds_up: bool
    is_by_year: bool
    choices: Sequence[tuple[str, str, None, bool]]


def values_shown(results: FairResults, *, by: str, fair: FairFacts) -> tuple[str, Markup]:
    """Return the title of the table by one thing, and the table; a name nobody knows means by kind."""
    by = by if by in TABLES else str(Dimension.STAGE)
    table = part(
        results,
        ("values", by),
        lambda: drawn("reports/value_table.html", table=_value_table(results, by=by, fair=fair)),
    )
    return str(TABLES[by]), table


def _value_table(results: FairResults, *, by: str, fair: FairFacts) -> ValueTable:
    words, whole, asked = _total(results, by)

    def line(label: str, figure: Figure | YearFigure, wanted: Mapping[str, str]) -> ValueLine:
        url, most = rows_url(fair, wanted), whole.value.amount
        part = share(figure.value.amount / most if most else None, 1)
        naive = money(figure.naive) if isinstance(figure, Figure) else "–"
        return ValueLine(label, link(url, number(figure.count)), link(url, money(figure.value)), naive, part)

    return ValueTable(
        title=str(TABLES[by]),
        lines=[line(label, figure, wanted) for label, figure, wanted in _figures(results, by)],
        total=line(words, whole, asked),
        adds_up=by != OVERLAPPING,
        is_by_year=by == YEAR,
        choices=[(str(words), values_url(fair, name), None, name == by) for name, words in TABLES.items()],
    )


def _total(results: FairResults, by: str) -> tuple[str, Figure, Mapping[str, str]]:
    """What a table adds up to, in words, with its figure and the filter that asks for its deals."""
    ledger = results.report.ledger
    if by != YEAR:
        return _("All deals"), ledger.headline, {}
    horizon = str(Horizon.MULTI_YEAR)
    found = results.report.by_dimension[Dimension.HORIZON].get(horizon)
    nothing = Money.zero(ledger.report_currency)
    return (
        key_text("horizon", horizon, sectors={}),
        found or Figure(value=nothing, naive=nothing, deal_ids=()),
        {"horizon": horizon},
    )


def _figures(results: FairResults, by: str) -> Iterable[tuple[str, Figure | YearFigure, Mapping[str, str]]]:
    """Each key in words, with its figure and the filter that asks for its deals."""
    report, sectors = results.report, results.loaded.sectors
    if by == OVERLAPPING:
        for name, figure in report.by_help.items():
            yield str(HELP[name]), figure, {"help": name}
        return
    if by == YEAR:
        for year, part in report.by_year.items():
            yield key_text(YEAR, year, sectors={}), part, {YEAR: year}
        return
    dimensions = {"both": BOTH, "deep": DEEP}.get(by) or (Dimension(by),)
    for keys, figure in report.ledger.split(*dimensions).items():
        wanted = {str(dimension): key for dimension, key in zip(dimensions, keys, strict=True)}
        yield " · ".join(key_text(name, key, sectors=sectors) for name, key in wanted.items()), figure, wanted
