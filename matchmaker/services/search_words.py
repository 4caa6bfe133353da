"""The words of the search as each database keeps them: FTS5 on SQLite, text vectors on PostgreSQL.

Everything that differs between the two stands here. What is looked for reaches the database as one bound text whose
words are quoted one by one, so nothing that a visitor types is read as a search operator.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, column, delete, insert, literal_column, select, table, text

from matchmaker.domain.search.words import BREAK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from matchmaker.domain.search.words import Document, Query

FIELDS = {"name": "A", "items": "B", "categories": "C", "about": "D"}
# What a company is found by, the most telling first: each doubles the ones below it, and order within is by name.
WEIGHTS = {"spelled": 16, "by_name": 8, "by_phrase": 4, "by_items": 2, "by_categories": 1}
LAST_POSITION = 16_000
GAP = 5

SQLITE = table("search_words", column("rowid"), *map(column, (*FIELDS, "spelled")))
POSTGRES = table("search_words", column("document_id"), column("words"), column("spelled"))
INSERT_POSTGRES = text(
    "INSERT INTO search_words (document_id, words, spelled) "
    "VALUES (:document_id, CAST(:words AS tsvector), CAST(:spelled AS tsvector)) "
    "ON CONFLICT (document_id) DO UPDATE SET words = EXCLUDED.words, spelled = EXCLUDED.spelled"
)


@dataclass(frozen=True, slots=True)
class Matching:
    """How statements ask for the words: the ids of documents that match, and how well each does."""

    ids: Any
    rank: Any


@lru_cache(maxsize=2)
def matching(dialect: str) -> Matching:
    """Return the parts of a statement that search; its values are those of ``asked_values``."""
    hits = _sqlite_hits if dialect == "sqlite" else _postgres_hits
    rank: Any = 0
    for name, weight in WEIGHTS.items():
        rank = rank + case((literal_column("search_document.id").in_(hits(name)), weight), else_=0)
    return Matching(ids=hits("anywhere"), rank=rank)


def asked_values(dialect: str, query: Query) -> dict[str, str]:
    """Return what a query binds: one search text for each thing that counts."""
    sides = _Sqlite() if dialect == "sqlite" else _Postgres()
    words = query.words
    others = [sides.phrase(phrase, "items", is_start=False) for phrase in query.others]
    anywhere = [sides.phrase(phrase, "", is_start=False) for phrase in query.others]
    return {
        "anywhere": sides.any([sides.all(words, "", is_start=query.is_start), *anywhere]),
        "by_name": sides.all(words, "name", is_start=query.is_start),
        "by_phrase": sides.phrase(words, "items", is_start=query.is_start),
        "by_items": sides.any([sides.all(words, "items", is_start=query.is_start), *others]),
        "by_categories": sides.all(words, "categories", is_start=query.is_start),
        # Without marks every spelling is as good as any other, and the rank of all stays the same.
        "spelled": sides.all(query.spelled or words, "spelled", is_start=query.is_start),
    }


def write(session: Session, *, documents: Mapping[int, Document]) -> None:
    """Keep the words of some documents, in place of those kept before."""
    if not documents:
        return
    if session.get_bind().dialect.name == "sqlite":
        session.execute(delete(SQLITE).where(SQLITE.c.rowid.in_(list(documents))))
        session.execute(insert(SQLITE), [_sqlite_row(key, document) for key, document in documents.items()])
    else:
        session.execute(INSERT_POSTGRES, [_postgres_row(key, document) for key, document in documents.items()])


class _Sqlite:
    """Search texts of FTS5."""

    def all(self, words: Sequence[str], field: str, *, is_start: bool) -> str:
        quoted = [f'"{word}"' for word in words]
        return self._within(field, " AND ".join(quoted) + (" *" if is_start else ""))

    def phrase(self, words: Sequence[str], field: str, *, is_start: bool) -> str:
        return self._within(field, f'"{" ".join(words)}"' + (" *" if is_start else ""))

    @staticmethod
    def any(parts: Iterable[str]) -> str:
        return " OR ".join(f"({part})" for part in parts)

    @staticmethod
    def _within(field: str, expression: str) -> str:
        return f"{{{field or ' '.join(FIELDS)}}} : ({expression})"


class _Postgres:
    """Search texts of ``tsquery``, written out so that no configuration of the server changes a word."""

    def all(self, words: Sequence[str], field: str, *, is_start: bool) -> str:
        return " & ".join(self._words(words, field, is_start=is_start))

    def phrase(self, words: Sequence[str], field: str, *, is_start: bool) -> str:
        return " <-> ".join(self._words(words, field, is_start=is_start))

    @staticmethod
    def any(parts: Iterable[str]) -> str:
        return " | ".join(f"({part})" for part in parts)

    @staticmethod
    def _words(words: Sequence[str], field: str, *, is_start: bool) -> list[str]:
        weight = FIELDS.get(field, "")
        last = len(words) - 1
        marks = [("*" if is_start and place == last else "") + weight for place in range(len(words))]
        return [f"'{word}'" + (f":{mark}" if mark else "") for word, mark in zip(words, marks, strict=True)]


def _sqlite_hits(name: str) -> Any:
    return select(SQLITE.c.rowid).where(literal_column("search_words").op("MATCH")(bindparam(name)))


def _postgres_hits(name: str) -> Any:
    vector = POSTGRES.c.spelled if name == "spelled" else POSTGRES.c.words
    return select(POSTGRES.c.document_id).where(vector.op("@@")(text(f"CAST(:{name} AS tsquery)")))


def _sqlite_row(key: int, document: Document) -> dict[str, Any]:
    fields = {name: " ".join(getattr(document, name)) for name in (*FIELDS, "spelled")}
    return {"rowid": key, **fields}


def _postgres_row(key: int, document: Document) -> dict[str, Any]:
    position = 1
    lexemes: list[str] = []
    for field, weight in FIELDS.items():
        written, position = _lexemes(getattr(document, field), position, weight)
        lexemes.extend(written)
    spelled, _ = _lexemes(document.spelled, 1, "")
    return {"document_id": key, "words": " ".join(lexemes), "spelled": " ".join(spelled)}


def _lexemes(words: Iterable[str], position: int, weight: str) -> tuple[list[str], int]:
    """Words with their places; a break leaves a gap that no phrase bridges."""
    written = []
    for word in words:
        if word == BREAK:
            position += GAP
            continue
        written.append(f"'{word}':{min(position, LAST_POSITION)}{weight}")
        position += 1
    return written, position + GAP
