"""The bilingual category tree that offers, needs and sectors are filed under."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from matchmaker.models import Category

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

CATEGORIES_CSV = Path(__file__).resolve().parent.parent / "data" / "categories.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedCategories:
    """What loading the tree did, as numbers of categories."""

    created: int
    updated: int
    unchanged: int


ROOTS = (
    select(Category.code, Category.name_vi, Category.name_en)
    .where(Category.fair_id.is_(None), Category.parent_code.is_(None))
    .order_by(Category.position, Category.code)
)

NAMES_VI, NAMES_EN = (
    select(Category.code, name).order_by(Category.position, Category.code)
    for name in (Category.name_vi, Category.name_en)
)


def category_rows(path: Path = CATEGORIES_CSV) -> list[dict[str, str]]:
    """Return the rows of a category file; its first line names the columns."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def load_categories(session: Session, *, rows: Iterable[Mapping[str, str]]) -> LoadedCategories:
    """Bring the table to what the rows say; loading the same rows again changes nothing.

    A row has code, parent (empty at a root; parents come before their children), name_vi, name_en and stage.
    Categories that no row names stay, because offers may be filed under them.
    """
    known = {category.code: category for category in session.scalars(select(Category))}
    created = updated = total = 0
    for position, row in enumerate(rows):
        total += 1
        values = {
            "parent_code": row["parent"] or None,
            "name_vi": row["name_vi"],
            "name_en": row["name_en"],
            "stage": row["stage"],
            "position": position,
            "hs_prefixes": row.get("hs_prefixes", ""),
        }
        category = known.get(row["code"])
        if category is None:
            session.add(Category(code=row["code"], **values))
            session.flush()  # A child refers to its parent, and a self-reference is not sorted by the session.
            created += 1
        elif any(getattr(category, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(category, name, value)
            updated += 1
    session.flush()
    return LoadedCategories(created=created, updated=updated, unchanged=total - created - updated)


def root_names(session: Session, *, lang: str) -> list[tuple[str, str]]:
    """Return the code and the name in one language of each root of the shared tree, in its order."""
    is_vi = lang == "vi"
    return [(code, name_vi if is_vi else name_en) for code, name_vi, name_en in session.execute(ROOTS)]


def category_names(session: Session, *, lang: str) -> dict[str, str]:
    """Return the name of every category in one language, by code, in the order of the tree."""
    return dict(session.execute(NAMES_VI if lang == "vi" else NAMES_EN).all())
