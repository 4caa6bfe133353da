"""The same thing in the other language, so that "honey" finds who writes "mật ong"."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from matchmaker.domain.names import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA = Path(__file__).resolve().parents[2] / "data"
MOST_TERMS = 4


def in_other_language(text: str) -> tuple[str, ...]:
    """Return what a trade term is called in the other language; nothing for a text that is no known term."""
    return _terms().get(fold(text), ())


@lru_cache(maxsize=1)
def _terms() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    with (DATA / "vocabulary.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, strict=True):
            found[fold(row["vi"])].append(row["en"])
            found[fold(row["en"])].append(row["vi"])
    return {term: tuple(dict.fromkeys(others))[:MOST_TERMS] for term, others in found.items()}


@lru_cache(maxsize=1)
def category_words() -> Mapping[str, tuple[str, ...]]:
    """Return, by code, all that a category of the shipped tree is called: names and synonyms, with those above it."""
    with (DATA / "categories.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, strict=True))
    own = {
        row["code"]: (
            row["name_vi"],
            row["name_en"],
            *filter(None, row["synonyms_vi"].split("|")),
            *filter(None, row["synonyms_en"].split("|")),
        )
        for row in rows
    }
    return {row["code"]: (*own[row["code"]], *own.get(row["parent"], ())[:2]) for row in rows}
