"""Quantities with their unit in the page's language, where it is one of those that most goods are counted in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.web.filters import number
from matchmaker.web.language import language

if TYPE_CHECKING:
    from decimal import Decimal

# A unit is typed freely. What stands first is shown to readers of the other language; all others lead to it.
PAIRS = (
    (("cái", "chiếc"), ("pcs", "pieces", "piece", "pc", "units", "unit")),
    (("bộ",), ("sets", "set", "kits", "kit")),
    (("hộp",), ("boxes", "box")),
    (("thùng",), ("cartons", "carton")),
    (("gói",), ("packs", "pack", "packets")),
    (("chai",), ("bottles", "bottle")),
    (("túi", "bao"), ("bags", "bag")),
    (("đôi",), ("pairs", "pair")),
    (("cuộn",), ("rolls", "roll")),
    (("tờ",), ("sheets", "sheet")),
    (("tấn",), ("tonnes", "tonne", "tons", "ton")),
    (("lít",), ("litres", "litre", "liters", "liter")),
    (("suất",), ("meals", "meal")),
    (("chi tiết",), ("parts", "part")),
    (("sản phẩm",), ("products", "product")),
    (("mẫu",), ("samples", "sample")),
)
TO = {
    "en": {one: en[0] for vi, en in PAIRS for one in vi},
    "vi": {one: vi[0] for vi, en in PAIRS for one in en},
}


def amount(quantity: Decimal, unit: str) -> str:
    """A quantity with its unit: 1,300 pcs where 1.300 chiếc was said. A unit nobody knows stays as it was typed."""
    return f"{number(quantity)} {TO[language()].get(unit.strip().lower(), unit)}".strip()
