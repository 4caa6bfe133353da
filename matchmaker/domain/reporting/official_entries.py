"""What the organizer types for the official report: read by its kind, checked, and two savings of it merged."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from matchmaker.domain.reporting.official import ASKED, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {one.name: one.kind for one in ASKED}
NUMBER = re.compile(r"(\d{1,12}|\d{1,3}(?:([.,\s\u00a0\u202f])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,2}))?", re.ASCII)
DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
FIRST_YEAR = 1990
# What is a part of something else, and so never more than it.
PARTS = {
    "net_area": "gross_area",
    "visitors": "visits",
    "trade_visitors": "visitors",
    "foreign_visitors": "visitors",
}


class NotRead(ValueError):
    """A text that is no number or no date; ``code`` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def entry_of(name: str, typed: str) -> str:
    """Return what is kept of a text: whole numbers and areas as digits, dates as year-month-day, the rest as it is.

    Thousands may be set apart by points, commas or spaces, and an area may have two decimal places. Raises NotRead
    for anything else. What is kept is read again as itself.
    """
    text, kind = typed.strip(), KINDS[name]
    if not text or kind in {Kind.LINE, Kind.TEXT}:
        return text
    return _date(text) if kind is Kind.DATE else _number(text, has_places=kind is Kind.AREA)


def contradictions(entries: Mapping[str, str]) -> dict[str, str]:
    """Return each part that is more than its whole, with the name of the whole."""
    return {
        part: whole
        for part, whole in PARTS.items()
        if entries.get(part) and entries.get(whole) and Decimal(entries[part]) > Decimal(entries[whole])
    }


def merged(
    base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Put two savings of the same beginning together; return the entries and the names on which they differ.

    Where one alone changed something, that holds. Where both did, mine holds and is named.
    """
    entries, clashes = {}, []
    for name in KINDS:
        before, one, other = (said.get(name, "") for said in (base, mine, theirs))
        entries[name] = other if one == before else one
        if one not in {before, other} and other != before:
            clashes.append(name)
    return entries, tuple(clashes)


def _number(text: str, *, has_places: bool) -> str:
    found = NUMBER.fullmatch(text)
    if found is None or (found[3] and (not has_places or found[3] == found[2])):
        raise NotRead("not_a_number")
    whole = str(int(re.sub(r"\D", "", found[1])))
    places = (found[4] or "").rstrip("0")
    return f"{whole}.{places}" if places else whole


def _date(text: str) -> str:
    found = DATE.fullmatch(text)
    try:
        day = date(*(int(part) for part in reversed(found.groups()))) if found else date.fromisoformat(text)
    except ValueError:
        raise NotRead("not_a_date") from None
    if day.year < FIRST_YEAR:
        raise NotRead("not_a_date")
    return day.isoformat()
