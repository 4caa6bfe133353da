"""The value of the deals by one thing as bars: the largest keys and the rest as one, each linked to its deals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.deals.deal import Reach
from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.money.amount import Money
from matchmaker.web.filters import money_short, number
from matchmaker.web.reports.addresses import link, rows_url
from matchmaker.web.reports.wording import HELP, OTHERS, YEAR, key_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matchmaker.domain.deals.ledger import Figure
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.reports import FairResults

SHOWN_ROWS = 8
REACH_COLOURS = ((Reach.INTERNATIONAL, "f2"), (Reach.DOMESTIC, "f1"))
HUNDRED = 100
# Keys of a dimension shown as one bar, with their value and number of deals.
Group = tuple[tuple[str, ...], Money, int]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart."""

    label: str
    parts: Sequence[tuple[str, float]]
    value: str
    side: str = ""
    code: str = ""


def percent_of(part: Money, whole: Money) -> float:
    """A share for the width of a bar; money itself is never computed in floats."""
    return float(part.amount / whole.amount * HUNDRED) if whole.amount else 0.0


def bars_of(results: FairResults, fair: FairFacts, dimension: Dimension, *, shown: int = SHOWN_ROWS) -> list[Bar]:
    """The largest keys of a dimension and the rest as one, in the colours of international and domestic."""
    report = results.report
    figures = sorted(report.by_dimension[dimension].items(), key=lambda item: (-item[1].value.amount, item[0]))
    split = report.ledger.split(dimension, Dimension.REACH)
    rest = figures[shown - 1 :] if len(figures) > shown else []
    kept = figures[: shown - 1] if rest else figures
    groups: list[Group] = [((key,), figure.value, figure.count) for key, figure in kept]
    if rest:
        value = Money.total((figure.value for _key, figure in rest), currency=report.headline.value.currency)
        groups.append((tuple(key for key, _figure in rest), value, sum(figure.count for _key, figure in rest)))
    most = max((value for _keys, value, _count in groups), default=None, key=lambda value: value.amount)
    return [_bar(results, fair, dimension, group, most=most or group[1], split=split) for group in groups]


def help_bars(results: FairResults, fair: FairFacts) -> list[Bar]:
    """The deals of companies whose journey was paid or that a programme supported, of the whole value."""
    whole = results.report.headline.value
    return [
        Bar(
            str(HELP[name]),
            [("f1", percent_of(figure.value, whole))],
            link(rows_url(fair, {"help": name}), money_short(figure.value)),
            number(figure.count),
        )
        for name, figure in results.report.by_help.items()
        if figure.count
    ]


def year_bars(results: FairResults, fair: FairFacts, *, shown: int) -> list[Bar]:
    """What the deals over several years bring in each, the earliest first and those after the last shown as one."""
    figures = list(results.report.by_year.items())
    kept = figures if len(figures) <= shown else figures[: shown - 1]
    rest = figures[len(kept) :]
    currency = results.report.headline.value.currency
    groups: list[Group] = [((year,), figure.value, figure.count) for year, figure in kept]
    if rest:
        value = Money.total((figure.value for _year, figure in rest), currency=currency)
        deals = {deal_id for _year, figure in rest for deal_id in figure.deal_ids}
        groups.append((tuple(year for year, _figure in rest), value, len(deals)))
    most = max((value for _years, value, _count in groups), default=None, key=lambda value: value.amount)
    return [
        Bar(
            key_text(YEAR, years[0], sectors={}) if len(years) == 1 else str(OTHERS),
            [("f1", percent_of(value, most or value))],
            link(rows_url(fair, {YEAR: ",".join(years)}), money_short(value)),
            number(count),
        )
        for years, value, count in groups
    ]


def _bar(
    results: FairResults,
    fair: FairFacts,
    dimension: Dimension,
    group: Group,
    *,
    most: Money,
    split: Mapping[tuple[str, ...], Figure],
) -> Bar:
    keys, value, count = group
    parts = []
    for reach, colour in REACH_COLOURS:
        found = [split[key, reach].value for key in keys if (key, reach) in split]
        if found:
            parts.append((colour, percent_of(Money.total(found, currency=value.currency), most)))
    is_one = len(keys) == 1
    label = key_text(str(dimension), keys[0], sectors=results.loaded.sectors) if is_one else str(OTHERS)
    code = keys[0] if dimension is Dimension.COUNTRY and is_one else ""
    shown = link(rows_url(fair, {str(dimension): ",".join(keys)}), money_short(value))
    return Bar(label, parts, shown, number(count), code)
