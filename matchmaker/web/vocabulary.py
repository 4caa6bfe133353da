"""The terms an interpreter prepares for some companies, from the vocabulary that comes with the program."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from matchmaker.domain.term_lists import terms_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.services.sheets import CompanyBrief

VOCABULARY = Path(__file__).resolve().parents[1] / "data" / "vocabulary.csv"
TERMS = 24


def terms_of(companies: Sequence[CompanyBrief]) -> list[tuple[str, str]]:
    """Return pairs (Vietnamese, English): the categories of these companies, then the terms their texts call for."""
    named = dict.fromkeys(pair for one in companies for pair in one.categories)
    texts = [text for one in companies for pair in (*one.items, *one.categories) for text in pair]
    found = terms_for(texts, _vocabulary(), most=TERMS)
    return [*named, *(pair for pair in found if pair not in named)][:TERMS]


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[tuple[str, str], ...]:
    with VOCABULARY.open(encoding="utf-8", newline="") as file:
        return tuple((row["vi"], row["en"]) for row in csv.DictReader(file))
