"""What would help a profile most, in words. The numbers are counted by the matcher; nothing is promised beyond them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.domain.profiles import CERTIFICATES
from matchmaker.web.filters import country, number

if TYPE_CHECKING:
    from collections.abc import Mapping

STEP_OF_FIELD = {
    "offers": "items",
    "needs": "items",
    "categories": "items",
    "quantity": "items",
    "stage": "company",
    "certificates": "company",
    "markets": "company",
    "languages": "company",
}
# What an exhibitor is told to say, and where a buyer is told something else, that.
WORDS = {
    "offers": _l("Say what you offer. %(count)s of %(others)s buyers say what they look for."),
    "needs": _l("Say what you look for. %(count)s of %(others)s exhibitors say what they offer."),
    "categories": _l("Choose a category for your items. %(count)s of %(others)s companies name theirs."),
    "stage": _l("Say your stage in the value chain. %(count)s of %(others)s companies name theirs."),
    "certificates": _l("Say which certificates you ask for. %(count)s of %(others)s exhibitors hold some."),
    "quantity": _l("Say your smallest order. %(count)s of %(others)s buyers say how much they need."),
    "quantity_of_buyers": _l("Say how much you need. %(count)s of %(others)s exhibitors name a smallest order."),
    "languages": _l("Say which languages you speak. %(count)s of %(others)s companies name theirs."),
}


def advice_words(advice: Mapping[str, Any], *, role: str) -> str:
    """The one thing that would help most and with how many companies, said to the company itself; or nothing."""
    if not advice.get("field"):
        return ""
    facts = {"count": number(advice["count"]), "others": number(advice["others"])}
    value = advice["value"]
    if advice["field"] == "certificates" and value:
        name = CERTIFICATES.get(value, value)
        return _("Do you hold %(name)s? %(count)s of %(others)s buyers ask for it.", name=name, **facts)
    if advice["field"] == "markets":
        return _(
            "If you also look to %(name)s, you share a market with %(count)s more of %(others)s companies.",
            name=country(value),
            **facts,
        )
    field = "quantity_of_buyers" if advice["field"] == "quantity" and role != "exhibitor" else advice["field"]
    return str(WORDS[field]) % facts if field in WORDS else ""


def field_words(field: str) -> str:
    """The name of a field that a profile lacks, for the organizer."""
    return {
        "offers": _("What it offers"),
        "needs": _("What it looks for"),
        "categories": _("Category of its items"),
        "stage": _("Stage in the value chain"),
        "certificates": _("Certificates"),
        "markets": _("Markets"),
        "quantity": _("Quantity or smallest order"),
        "languages": _("Languages"),
    }.get(field, "")
