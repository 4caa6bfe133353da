"""Quantities with their unit in the page's language, where it is one of those that most goods are counted in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.domain.units import in_language
from matchmaker.web.filters import number
from matchmaker.web.language import language

if TYPE_CHECKING:
    from decimal import Decimal


def amount(quantity: Decimal | float, unit: str) -> str:
    """A quantity with its unit: 1,300 pcs where 1.300 chiếc was said. A unit nobody knows stays as it was typed."""
    return f"{number(quantity)} {in_language(unit, language())}".strip()
