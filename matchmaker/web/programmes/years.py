"""The years of a programme side by side: the same figures by the same rules in each, and over all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.reporting.roll_up import Cell

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from flask_babel import LazyString

    from matchmaker.domain.money.amount import Money
    from matchmaker.domain.reporting.roll_up import RollUp, Totals

    Figure = int | Money | Decimal | None

BINDING = (Outcome.AGREEMENT, Outcome.ORDER)
FIGURES: tuple[tuple[LazyString, Callable[[Totals], Figure]], ...] = (
    (_l("Fairs"), lambda of: of.fairs),
    (_l("Of these, linkage chains"), lambda of: of.chains),
    (_l("Companies"), lambda of: of.companies["all"]),
    (_l("Exhibitors"), lambda of: of.companies["sellers"]),
    (_l("Buyers"), lambda of: of.companies["buyers"]),
    (_l("Registered abroad"), lambda of: of.foreign),
    (_l("Meetings scheduled"), lambda of: of.meetings["scheduled"]),
    (_l("Meetings held"), lambda of: of.meetings["held"]),
    (_l("Meetings to which a side did not come"), lambda of: of.meetings["no_show"]),
    (_l("Pairs of companies that met"), lambda of: of.pairs),
    (_l("Pairs with a deal"), lambda of: of.deal_pairs),
    (_l("Deals"), lambda of: of.headline.count),
    (_l("Value"), lambda of: of.headline.value),
    (_l("Of these, MoUs"), lambda of: _of_stages(of, (Outcome.MOU,))),
    (_l("Of these, contracts and orders"), lambda of: _of_stages(of, BINDING)),
    (_l("Delivered or paid"), lambda of: of.realised.value),
    (_l("Share of meetings held with an outcome"), lambda of: of.reporting_rate),
)


def year_lines(figures: RollUp) -> list[tuple[str, list[Figure]]]:
    """Each figure with its value in every year and, last, over all of them; a share is a Decimal, or None."""
    columns = [*figures.years.values(), figures.whole]
    return [(str(label), [read(totals) for totals in columns]) for label, read in FIGURES]


def _of_stages(totals: Totals, stages: tuple[Outcome, ...]) -> Money:
    cells = (cell for (stage, _), cell in totals.cells.items() if stage in stages)
    return Cell.total(cells, currency=totals.currency).value
