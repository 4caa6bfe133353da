"""What would help a profile most, in words. The numbers are counted by the matcher; nothing is promised beyond them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

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
    return _by_field(role, facts).get(advice["field"], "")


def _by_field(role: str, facts: Mapping[str, str]) -> dict[str, str]:
    quantity = (
        _("Say your smallest order. %(count)s of %(others)s buyers say how much they need.", **facts)
        if role == "exhibitor"
        else _("Say how much you need. %(count)s of %(others)s exhibitors name a smallest order.", **facts)
    )
    return {
        "offers": _("Say what you offer. %(count)s of %(others)s buyers say what they look for.", **facts),
        "needs": _("Say what you look for. %(count)s of %(others)s exhibitors say what they offer.", **facts),
        "categories": _("Choose a category for your items. %(count)s of %(others)s companies name theirs.", **facts),
        "stage": _("Say your stage in the value chain. %(count)s of %(others)s companies name theirs.", **facts),
        "certificates": _("Say which certificates you ask for. %(count)s of %(others)s exhibitors hold some.", **facts),
        "quantity": quantity,
        "languages": _("Say which languages you speak. %(count)s of %(others)s companies name theirs.", **facts),
    }


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
