"""The official result report of a trade fair: its sections, what the ledger fills in and what only the organizer knows.

The sections cover Form 14 of Decree 81/2018 and what city and ministry ask for beside it. What nobody has stated is
left open in the document and never made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Section(StrEnum):
    """The parts of the document, in order."""

    ORGANIZER = "organizer"
    FAIR = "fair"
    TAKING_PART = "taking_part"
    TRADE = "trade"
    CONDUCT = "conduct"
    ASSESSMENT = "assessment"


class Kind(StrEnum):
    """How a statement of the organizer is typed in."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    COUNT = "count"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing only the organizer can state."""

    name: str
    section: Section
    kind: Kind


@dataclass(frozen=True, slots=True)
class Point:
    """One numbered point of the document; ``value`` is empty where nobody has stated it."""

    name: str
    value: str


ASKED: tuple[Asked, ...] = (
    Asked("place_line", Section.ORGANIZER, Kind.LINE),
    Asked("document_no", Section.ORGANIZER, Kind.LINE),
    Asked("addressee", Section.ORGANIZER, Kind.LINE),
    Asked("superior_body", Section.ORGANIZER, Kind.LINE),
    Asked("organizer_name", Section.ORGANIZER, Kind.LINE),
    Asked("organizer_address", Section.ORGANIZER, Kind.LINE),
    Asked("organizer_tax_code", Section.ORGANIZER, Kind.LINE),
    Asked("organizer_contact", Section.ORGANIZER, Kind.LINE),
    Asked("registration_no", Section.FAIR, Kind.LINE),
    Asked("registration_date", Section.FAIR, Kind.DATE),
    Asked("theme", Section.FAIR, Kind.LINE),
    Asked("registered_time", Section.FAIR, Kind.LINE),
    Asked("registered_place", Section.FAIR, Kind.LINE),
    Asked("place", Section.FAIR, Kind.LINE),
    Asked("registered_scale", Section.FAIR, Kind.LINE),
    Asked("actual_scale", Section.FAIR, Kind.LINE),
    Asked("net_area", Section.FAIR, Kind.AREA),
    Asked("gross_area", Section.FAIR, Kind.AREA),
    Asked("standard_booths", Section.FAIR, Kind.COUNT),
    Asked("visitors", Section.TAKING_PART, Kind.COUNT),
    Asked("visits", Section.TAKING_PART, Kind.COUNT),
    Asked("trade_visitors", Section.TAKING_PART, Kind.COUNT),
    Asked("foreign_visitors", Section.TAKING_PART, Kind.COUNT),
    Asked("delegations", Section.TAKING_PART, Kind.TEXT),
    Asked("retail_sales", Section.TRADE, Kind.LINE),
    Asked("side_events", Section.CONDUCT, Kind.TEXT),
    Asked("violations", Section.CONDUCT, Kind.TEXT),
    Asked("ip_complaints", Section.CONDUCT, Kind.TEXT),
    Asked("incidents", Section.CONDUCT, Kind.TEXT),
    Asked("assessment", Section.ASSESSMENT, Kind.TEXT),
    Asked("proposals", Section.ASSESSMENT, Kind.TEXT),
    Asked("signer_title", Section.ASSESSMENT, Kind.LINE),
    Asked("signer_name", Section.ASSESSMENT, Kind.LINE),
)
# These stand in the head and the signature of the document, not among its points.
FRAME = frozenset({"place_line", "document_no", "addressee", "superior_body", "signer_title", "signer_name"})
# What was registered beside what came of it: a table of its own below the section on the fair.
COMPARED = (("registered_time", "actual_time"), ("registered_place", "place"), ("registered_scale", "actual_scale"))
IN_TABLE = frozenset(name for pair in COMPARED for name in pair)
# How to reach the organizer's own people is for the authority, and not for whoever may read a fair's figures.
PERSONAL = frozenset({"organizer_contact"})
# What the ledger fills in, by section, before or after what the organizer states.
KNOWN: Mapping[Section, tuple[str, ...]] = {
    Section.FAIR: ("fair_name_vi", "fair_name_en", "actual_time"),
    Section.TAKING_PART: ("exhibitors", "buyers", "exhibitors_domestic", "exhibitors_foreign", "countries"),
    Section.TRADE: (
        *("meetings_scheduled", "meetings_held", "meetings_no_show", "meetings_walk_in", "quotations", "mous"),
        *("contracts", "orders", "total_value", "realised_value"),
    ),
}


def points_of(section: Section, *, known: Mapping[str, str], stated: Mapping[str, str]) -> list[Point]:
    """The points of a section: first what the ledger knows, then what the organizer stated or left open."""
    asked = [one.name for one in ASKED if one.section is section]
    said = {**{name: stated.get(name, "") for name in asked}, **known}
    return [Point(name, said[name]) for name in (*KNOWN.get(section, ()), *asked) if name not in FRAME | IN_TABLE]


def for_readers(stated: Mapping[str, str]) -> dict[str, str]:
    """What is stated without what is for the authority alone."""
    return {name: text for name, text in stated.items() if name not in PERSONAL}


def missing(stated: Mapping[str, str]) -> tuple[str, ...]:
    """What the organizer has not stated yet."""
    return tuple(one.name for one in ASKED if not stated.get(one.name))
