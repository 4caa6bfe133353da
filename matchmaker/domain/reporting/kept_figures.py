"""A fair's figures for a roll-up as one text, and the figures again from that text."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from matchmaker.domain.deals.chain import canonical
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.meetings import PAIR_MARK
from matchmaker.domain.reporting.roll_up import Cell, FairFigures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def text_of(figures: FairFigures) -> str:
    """Return figures as canonical JSON. Companies are listed once and named by their place in the list."""
    pairs = {name: [key.split(PAIR_MARK) for key in getattr(figures, name)] for name in ("pairs", "deal_pairs")}
    listed = sorted(
        {key for keys in (*figures.companies.values(), figures.foreign) for key in keys}
        | {key for both in pairs.values() for pair in both for key in pair}
    )
    place = {key: number for number, key in enumerate(listed)}
    return canonical(
        {
            "listed": listed,
            "meetings": dict(figures.meetings),
            "with_outcome": figures.with_outcome,
            "companies": {name: _places(keys, place) for name, keys in figures.companies.items()},
            "foreign": _places(figures.foreign, place),
            **{name: sorted([place[one], place[other]] for one, other in both) for name, both in pairs.items()},
            "currency": figures.realised.value.currency,
            "cells": [[*key, *_plain(cell)] for key, cell in sorted(figures.cells.items())],
            "realised": _plain(figures.realised),
        }
    )


def figures_from(text: str) -> FairFigures:
    """Return the figures that a text holds."""
    kept = json.loads(text)
    listed, currency = kept["listed"], kept["currency"]
    return FairFigures(
        meetings=kept["meetings"],
        with_outcome=kept["with_outcome"],
        companies={name: _keys(places, listed) for name, places in kept["companies"].items()},
        foreign=_keys(kept["foreign"], listed),
        pairs=_pairs(kept["pairs"], listed),
        deal_pairs=_pairs(kept["deal_pairs"], listed),
        cells={(stage, level): _cell(plain, currency) for stage, level, *plain in kept["cells"]},
        realised=_cell(kept["realised"], currency),
    )


def _places(keys: Iterable[str], place: Mapping[str, int]) -> list[int]:
    return sorted(place[key] for key in keys)


def _keys(places: Iterable[int], listed: Sequence[str]) -> frozenset[str]:
    return frozenset(listed[place] for place in places)


def _pairs(pairs: Iterable[tuple[int, int]], listed: Sequence[str]) -> frozenset[str]:
    """The list is sorted and so are the two of a pair, which is how a pair is written."""
    return frozenset(listed[one] + PAIR_MARK + listed[other] for one, other in pairs)


def _plain(cell: Cell) -> list[Any]:
    return [cell.count, format(cell.value.amount, "f"), format(cell.naive.amount, "f")]


def _cell(plain: Sequence[Any], currency: str) -> Cell:
    count, value, naive = plain
    return Cell(
        count=count,
        value=Money(amount=Decimal(value), currency=currency),
        naive=Money(amount=Decimal(naive), currency=currency),
    )
