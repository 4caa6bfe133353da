"""The words of the official report: its sections and points."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812 - The filter of this name is used here too.
from decimal import Decimal
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.reporting.official import Kind, Section
from matchmaker.domain.reporting.official_entries import KINDS, NotRead, entry_of
from matchmaker.web.filters import date, number

if TYPE_CHECKING:
    from flask_babel import LazyString

SECTIONS: dict[Section, LazyString] = {
    Section.ORGANIZER: _l("The organizer"),
    Section.FAIR: _l("The trade fair"),
    Section.TAKING_PART: _l("Exhibitors and visitors"),
    Section.TRADE: _l("Results of trade"),
    Section.CONDUCT: _l("Side events, violations and incidents"),
    Section.ASSESSMENT: _l("Assessment and proposals"),
}
POINTS: dict[str, LazyString] = {
    "place_line": _l("Place and date of signing"),
    "document_no": _l("Number of the document"),
    "addressee": _l("To"),
    "superior_body": _l("Superior body of the organizer"),
    "organizer_name": _l("Name of the organizing trader"),
    "organizer_address": _l("Head office address"),
    "organizer_tax_code": _l("Tax code"),
    "organizer_contact": _l("Contact person, phone, e-mail"),
    "registration_no": _l("Number of the registration confirmation"),
    "registration_date": _l("Date of the registration confirmation"),
    "theme": _l("Theme of the fair"),
    "registered_time": _l("Time as registered"),
    "registered_place": _l("Place as registered"),
    "place": _l("Place of the fair"),
    "registered_scale": _l("Scale as registered"),
    "actual_scale": _l("Scale as held"),
    "net_area": _l("Net area (m²)"),
    "gross_area": _l("Gross area (m²)"),
    "standard_booths": _l("Standard booths"),
    "visitors": _l("Visitors (identified persons)"),
    "visits": _l("Visits, repeat entries included"),
    "trade_visitors": _l("Of these, trade visitors"),
    "foreign_visitors": _l("Of these, visitors from abroad"),
    "delegations": _l("Delegations"),
    "retail_sales": _l("Retail sales on site (not part of the deals)"),
    "side_events": _l("Side events"),
    "violations": _l("Violations and how they were dealt with"),
    "ip_complaints": _l("Complaints about intellectual property"),
    "incidents": _l("Incidents"),
    "assessment": _l("General assessment"),
    "proposals": _l("Proposals"),
    "signer_title": _l("Title of the signer"),
    "signer_name": _l("Name of the signer"),
    "fair_name_vi": _l("Name of the fair in Vietnamese"),
    "fair_name_en": _l("Name of the fair in English"),
    "actual_time": _l("Time as held"),
    "exhibitors": _l("Exhibitors"),
    "buyers": _l("Buyers"),
    "exhibitors_domestic": _l("Companies registered in the fair’s country"),
    "exhibitors_foreign": _l("Companies registered abroad"),
    "countries": _l("Countries"),
    "meetings_scheduled": _l("Meetings scheduled"),
    "meetings_held": _l("Meetings held"),
    "meetings_no_show": _l("Meetings to which a side did not come"),
    "meetings_walk_in": _l("Meetings held outside the schedule"),
    "quotations": _l("Quotations and samples"),
    "mous": _l("MoUs"),
    "contracts": _l("Contracts"),
    "orders": _l("Orders"),
    "total_value": _l("Estimated value of all deals"),
    "realised_value": _l("Delivered or paid"),
}
# What a text of a kind is refused for, and what to write.
REFUSALS: dict[str, LazyString] = {
    "not_a_number": _l("Write a number, as in 1200."),
    "not_a_date": _l("Write a day that exists as day/month/year, as in 15/10/2025."),
}
COMPARISON: tuple[LazyString, ...] = (_l("Time of the fair"), _l("Place of the fair"), _l("Scale of the fair"))


def printed(name: str, kept: str) -> str:
    """What is kept of a point as the page's language writes it; what is no number or date is left as it is."""
    return _written(name, kept, is_typed=False)


def typed(name: str, kept: str) -> str:
    """What is kept of a point as it is typed in: days are day/month/year in both languages."""
    return _written(name, kept, is_typed=True)


def _written(name: str, kept: str, *, is_typed: bool) -> str:
    try:
        entry = entry_of(name, kept)
    except NotRead:
        return kept
    if not entry or KINDS[name] in {Kind.LINE, Kind.TEXT}:
        return entry
    if KINDS[name] is not Kind.DATE:
        return number(Decimal(entry))
    day = Date.fromisoformat(entry)
    return f"{day:%d/%m/%Y}" if is_typed else date(day)
