"""Reading bilingual labels and categories from text the caller opened."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matchmaker.domain.matching.profiles import Category, LabelPair


def read_categories(lines: Iterable[str]) -> list[Category]:
    """The category tree from CSV lines with a header; synonyms and the like are separated by `|`.

    Raises KeyError when a column is missing.
    """
    return [
        Category(
            code=row["code"],
            parent=row["parent"] or None,
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            synonyms_vi=_split(row["synonyms_vi"]),
            synonyms_en=_split(row["synonyms_en"]),
            stage=row["stage"] or None,
        )
        for row in csv.DictReader(lines)
    ]


def read_vocabulary(lines: Iterable[str]) -> list[LabelPair]:
    """Trade terms from CSV lines with the columns `vi` and `en`."""
    return [LabelPair(vi=row["vi"], en=row["en"]) for row in csv.DictReader(lines) if row["vi"] and row["en"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorTerm:
    """A trade term in both languages with the sector it belongs to, a root of the category tree."""

    vi: str
    en: str
    sector: str


def read_sector_terms(lines: Iterable[str]) -> list[SectorTerm]:
    """The same terms as `read_vocabulary`, each with its sector."""
    return [
        SectorTerm(vi=row["vi"], en=row["en"], sector=row["sector"])
        for row in csv.DictReader(lines)
        if row["vi"] and row["en"]
    ]


def read_taxonomy(vi: Iterable[str], en: Iterable[str]) -> list[LabelPair]:
    """Labels of two parallel files, lines `id : name`, joined by id.

    A category's path (`A > B > C`) teaches its last name; an attribute value (`Red [Colour]`) teaches the value. Lines
    without an id, and ids in one file only, are passed over.
    """
    names = _names(vi)
    return [LabelPair(vi=names[key], en=name) for key, name in sorted(_names(en).items()) if key in names]


def _names(lines: Iterable[str]) -> Mapping[str, str]:
    found = {}
    for line in lines:
        key, separator, name = line.partition(" : ")
        if separator and not line.startswith("#"):
            last = name.strip().rsplit(" > ", 1)[-1]
            found[key.strip()] = last.rsplit(" [", 1)[0] if last.endswith("]") else last
    return found


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())
