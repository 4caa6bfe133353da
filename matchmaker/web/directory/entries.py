"""What the directory says to everyone alike: the filters with their counts, and each company with what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matchmaker.domain.search.words import words_met
from matchmaker.web.filters import country, tongue, whereabouts
from matchmaker.web.language import language
from matchmaker.web.passages import passage
from matchmaker.web.reasons import stage_name

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping, Sequence

    from matchmaker.services.directory import DirectoryPage, Found, Wanted
    from matchmaker.web.page_address import Chip
    from matchmaker.web.passages import Passage

    Address = Callable[..., str]

SHOWN_ITEMS = 3
SHOWN_VALUES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One company, as everyone sees it."""

    id: str
    name: str
    url: str
    country: str
    place: str
    stage: str
    items: list[Passage]
    more_items: int
    logo: uuid.UUID | None
    is_verified: bool


def entry_of(row: Found, asked: Sequence[str], url: str) -> Entry:
    """Return a company in the page's language; of its offers and needs those first that say what was asked."""
    # What was searched for goes ahead, so that a card shows why it was found; the sort keeps all else in its order.
    said = sorted(row.items, key=lambda texts: -words_met(asked, texts=texts)) if asked else row.items
    items = [text for vi, en in said if (text := passage(vi, en)) is not None]
    return Entry(
        id=row.participation_id.hex[:12],
        name=row.name,
        url=url,
        country=row.country,
        place=whereabouts(row.city, row.country),
        stage=_stage(row.stage) if row.stage else "",
        items=items[:SHOWN_ITEMS],
        more_items=max(0, len(items) - SHOWN_ITEMS),
        logo=row.logo,
        is_verified=row.is_verified,
    )


def filters_of(wanted: Wanted, found: DirectoryPage, address: Address) -> list[tuple[str, list[Chip]]]:
    """Each kind of filter as links with counts, the most frequent values first; none where there is no choice."""
    sectors = found.sectors["vi" if language() == "vi" else "en"]
    # What is filed under a category is counted under every one above it; only the fair's sectors are a choice here.
    counted = {code: count for code, count in found.counts["sector"].items() if code in sectors}
    counts = {**found.counts, "sector": counted}
    kinds: list[tuple[str, str, Callable[[str], str]]] = [
        ("sector", _("Sector"), lambda value: sectors.get(value, value)),
        ("country", _("Country"), country),
        ("stage", _("Stage"), _stage),
        ("certificate", _("Certificate"), str),
        ("trait", _("Material"), _trait),
        ("tongue", _("Language"), tongue),
    ]
    return [
        (label, chips)
        for kind, label, name in kinds
        if len(chips := _chips(wanted.chosen.get(kind, ""), kind, counts[kind], name, address)) > 1
        or kind in wanted.chosen
    ]


def _chips(
    chosen: str, kind: str, counts: Mapping[str, int], name: Callable[[str], str], address: Address
) -> list[Chip]:
    ranked = sorted(counts.items(), key=lambda item: (item[0] != chosen, -item[1], name(item[0])))
    if chosen and chosen not in counts:
        ranked.insert(0, (chosen, 0))
    return [
        (name(value), address(**{kind: "" if value == chosen else value}), count, value == chosen)
        for value, count in ranked[:SHOWN_VALUES]
    ]


def _trait(name: str) -> str:
    names = {"by_product": _("By-product"), "recycled": _("Recycled"), "renewable": _("Renewable")}
    return names.get(name, name)


def _stage(code: str) -> str:
    words = stage_name(code) or code
    return words[:1].upper() + words[1:]
