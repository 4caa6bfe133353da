"""The units goods are counted in: what says the same in the other language, and which amounts can be compared."""

from __future__ import annotations

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
_KINDS = {one: vi[0] for vi, en in PAIRS for one in (*vi, *en)} | {"l": "lít", "t": "tấn"}
# How many of the unit on the right one of the unit on the left is.
_PARTS = {"tấn": (1000.0, "kg"), "tạ": (100.0, "kg"), "yến": (10.0, "kg"), "g": (0.001, "kg"), "ml": (0.001, "lít")}
# Rounding must not decide whether an order is reached: 1.001 tonnes are 1001 kg.
_PLACES = 9


def in_language(unit: str, lang: str) -> str:
    """The unit as readers of ``vi`` or ``en`` say it; one that nobody knows stays as it was typed."""
    return TO[lang].get(unit.strip().lower(), unit)


def measured(amount: float, unit: str) -> tuple[float, str]:
    """The amount in the unit it is compared in, with that unit: 2 tonnes are 2000 kg. An empty unit says nothing."""
    typed = unit.strip().lower()
    kind = _KINDS.get(typed, typed)
    times, base = _PARTS.get(kind, (1.0, kind))
    return round(amount * times, _PLACES), base


def reaches(wanted: float, wanted_unit: str, least: float, least_unit: str) -> bool | None:
    """Whether what is wanted is at least the smallest order; None where the two are counted in different units."""
    (much, one), (little, other) = measured(wanted, wanted_unit), measured(least, least_unit)
    return much >= little if one == other or not (one and other) else None
