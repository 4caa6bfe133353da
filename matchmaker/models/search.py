"""What the directory is searched by.

The words themselves stand beside it in ``search_words``: an FTS5 table on SQLite, text vectors on PostgreSQL, made by
the migration. Every row is derived from other tables and can be built anew.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import DDL, BigInteger, ForeignKey, Index, Integer, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, reference

# Both databases order by the letters' codes, so that a page begins where the one before it ended.
SORTED = String(250).with_variant(String(250, collation="C"), "postgresql")
WORDS_TABLE = "search_words"
SQLITE_WORDS = (
    "CREATE VIRTUAL TABLE search_words USING fts5(name, items, categories, about, spelled, "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\")"
)
SQLITE_FORGET = (
    "CREATE TRIGGER search_words_forget AFTER DELETE ON search_document "
    "BEGIN DELETE FROM search_words WHERE rowid = OLD.id; END"
)
POSTGRES_WORDS = (
    "CREATE TABLE search_words (document_id BIGINT PRIMARY KEY REFERENCES search_document ON DELETE CASCADE, "
    "words TSVECTOR NOT NULL, spelled TSVECTOR NOT NULL)"
)
POSTGRES_INDEX = "CREATE INDEX ix_search_words_words ON search_words USING gin (words)"


class SearchDocument(Base):
    """One company at one fair as the directory knows it.

    ``digest`` is a number made of all that it says: the sum over a fair tells whether anything changed.
    ``is_listed`` says whether the other side may see it; the organizer finds every one.
    """

    __tablename__ = "search_document"
    __table_args__ = (
        Index(None, "fair_id", "role", "is_listed", "sort_key", "id"),
        Index(None, "fair_id", "role", "is_listed", "digest"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    participation_id: Mapped[uuid.UUID] = reference("participation.id", index=False, unique=True)
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    role: Mapped[Code]
    is_listed: Mapped[bool]
    sort_key: Mapped[str] = mapped_column(SORTED)
    digest: Mapped[int] = mapped_column(BigInteger())
    vocabulary: Mapped[str] = mapped_column(Text())


class SearchFacet(Base):
    """One thing that a company can be filtered by, such as its country or a certificate."""

    __tablename__ = "search_facet"
    __table_args__ = (Index(None, "kind", "value"),)

    document_id: Mapped[int] = mapped_column(
        ForeignKey("search_document.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[Code] = mapped_column(primary_key=True)


# Tables made from the models alone, without the migrations, get the words as well.
MADE_WITH_IT = {"sqlite": (SQLITE_WORDS, SQLITE_FORGET), "postgresql": (POSTGRES_WORDS, POSTGRES_INDEX)}
for _dialect, _statements in MADE_WITH_IT.items():
    for _statement in _statements:
        _words: Any = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(SearchDocument.__table__, "after_create", _words.execute_if(dialect=_dialect))
