"""What of a table may be shown to everyone: no figure of fewer than three companies, nor one that can be worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.deals.deal import Reach
from matchmaker.domain.deals.ledger import Dimension

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FEWEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table whose cells add up to a total that is shown; ``weight`` orders cells by size.

    ``companies`` are those behind it on the thinner side, the sellers or the buyers.
    """

    key: str
    companies: int
    weight: int


def hidden_keys(cells: Sequence[Cell], *, fewest: int = FEWEST) -> frozenset[str]:
    """The cells to hide: those of fewer than ``fewest`` companies, and as many more as keep them from being worked out.

    Total less shown cells gives the sum of the hidden ones. So that sum must hold at least two cells with a value,
    one of them of enough companies; the smallest are taken first. A cell of nobody tells nothing and is shown. Where
    no such cell is left, all are hidden and the sum is the total, which ``is_hidden`` decides on.
    """
    filled = sorted((cell for cell in cells if cell.companies), key=lambda cell: (cell.weight, cell.key))
    hidden = [cell for cell in filled if is_hidden(cell.companies, fewest=fewest)]
    if not hidden:
        return frozenset()
    for cell in (cell for cell in filled if cell not in hidden and cell.weight):
        if _is_blurred(hidden, fewest):
            break
        hidden.append(cell)
    return frozenset(cell.key for cell in (hidden if _is_blurred(hidden, fewest) else filled))


def hidden_by_dimension(
    tables: Mapping[str, Sequence[Cell]], *, home_country: str, fewest: int = FEWEST
) -> dict[str, frozenset[str]]:
    """The cells to hide of several tables that split one total.

    Deals within the fair's country make up one cell by reach and the same one by country. Where it is hidden among
    the countries, to keep a smaller one from being worked out, reach must not tell it.
    """
    hidden = {dimension: hidden_keys(cells, fewest=fewest) for dimension, cells in tables.items()}
    if home_country in hidden.get(Dimension.COUNTRY, ()) and Dimension.REACH in hidden:
        hidden[Dimension.REACH] = frozenset(Reach)
    return hidden


def is_hidden(companies: int, *, fewest: int = FEWEST) -> bool:
    """Whether a figure is one of too few companies to be shown by itself."""
    return 0 < companies < fewest


def _is_blurred(hidden: Sequence[Cell], fewest: int) -> bool:
    """Whether the sum of these cells gives none of them away.

    The same company may stand behind several cells, so the sum is known to have no more of them than its largest.
    """
    valued = [cell for cell in hidden if cell.weight]
    return len(valued) > 1 and max(cell.companies for cell in valued) >= fewest
