"""The words of the profile's pages: choices, refusals and what is said of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.profiles import ItemKind

if TYPE_CHECKING:
    from flask_babel import LazyString

STEPS: dict[str, LazyString] = {
    "company": _l("Company"),
    "items": _l("Offers and needs"),
    "availability": _l("Availability"),
}
STAGES: dict[str, LazyString] = {
    "raw_material": _l("Raw material"),
    "manufacture": _l("Manufacture"),
    "distribution": _l("Distribution"),
    "retail": _l("Retail"),
    "recycling": _l("Recycling"),
    "service": _l("Service"),
}
KIND_TITLES: dict[ItemKind, LazyString] = {
    ItemKind.OFFER: _l("What you offer"),
    ItemKind.NEED: _l("What you look for"),
}
NEW_TITLES: dict[ItemKind, LazyString] = {
    ItemKind.OFFER: _l("Add something you offer"),
    ItemKind.NEED: _l("Add something you look for"),
}
EDIT_TITLES: dict[ItemKind, LazyString] = {
    ItemKind.OFFER: _l("Change what you offer"),
    ItemKind.NEED: _l("Change what you look for"),
}
REFUSALS: dict[str, LazyString] = {
    "too_many_items": _l("A profile holds at most 30 of these. Remove one that matters less first."),
    "too_many_certificates": _l("A company lists at most 30 certificates. Remove one first."),
    "no_such_category": _l("This category is not in the list. Choose one of those shown."),
}
SIZES: dict[str, LazyString] = {
    "micro": _l("Micro"),
    "small": _l("Small"),
    "medium": _l("Medium"),
    "large": _l("Large"),
}
LEGAL_FORMS: dict[str, LazyString] = {
    "enterprise": _l("Enterprise"),
    "cooperative": _l("Cooperative"),
    "coop_group": _l("Cooperative group"),
    "household_business": _l("Household business"),
    "establishment": _l("Production establishment"),
}
