"""The words of the profile's pages: choices, refusals and what is said of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.company_codes import CompanyForm
from matchmaker.domain.profiles import ItemKind, SizeClass, Stage

if TYPE_CHECKING:
    from flask_babel import LazyString

STEPS: dict[str, LazyString] = {
    "company": _l("Company"),
    "items": _l("Offers and needs"),
    "availability": _l("Availability"),
}
STAGES: dict[str, LazyString] = {
    Stage.RAW_MATERIAL: _l("Raw material"),
    Stage.MANUFACTURE: _l("Manufacture"),
    Stage.DISTRIBUTION: _l("Distribution"),
    Stage.RETAIL: _l("Retail"),
    Stage.RECYCLING: _l("Recycling"),
    Stage.SERVICE: _l("Service"),
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
    SizeClass.MICRO: _l("Micro"),
    SizeClass.SMALL: _l("Small"),
    SizeClass.MEDIUM: _l("Medium"),
    SizeClass.LARGE: _l("Large"),
}
LEGAL_FORMS: dict[str, LazyString] = {
    CompanyForm.ENTERPRISE: _l("Enterprise"),
    CompanyForm.COOPERATIVE: _l("Cooperative"),
    CompanyForm.COOP_GROUP: _l("Cooperative group"),
    CompanyForm.HOUSEHOLD_BUSINESS: _l("Household business"),
    CompanyForm.ESTABLISHMENT: _l("Production establishment"),
}
