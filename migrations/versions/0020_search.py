"""The directory's search: documents, facets, and their words in the form each database searches best."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "search_document",
        sa.Column("id", sa.Integer() if is_sqlite else sa.BigInteger(), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("sort_key", sa.String(length=250, collation=None if is_sqlite else "C"), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("vocabulary", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_search_document_participation_id_participation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_search_document_fair_id_fair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
        sa.UniqueConstraint("participation_id", name=op.f("uq_search_document_participation_id")),
    )
    for column in (["sort_key", "id"], ["digest"]):
        columns = ["fair_id", "role", "is_listed", *column]
        op.create_index(op.f(f"ix_search_document_{'_'.join(columns)}"), "search_document", columns)
    op.create_table(
        "search_facet",
        sa.Column("document_id", sa.Integer() if is_sqlite else sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["search_document.id"],
            name=op.f("fk_search_facet_document_id_search_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "kind", "value", name=op.f("pk_search_facet")),
    )
    op.create_index(op.f("ix_search_facet_kind_value"), "search_facet", ["kind", "value"])
    for statement in SQLITE if is_sqlite else POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE search_words")
    op.drop_table("search_facet")
    op.drop_table("search_document")


SQLITE = (
    (
        "CREATE VIRTUAL TABLE search_words USING fts5(name, items, categories, about, spelled, "
        "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\")"
    ),
    (
        "CREATE TRIGGER search_words_forget AFTER DELETE ON search_document "
        "BEGIN DELETE FROM search_words WHERE rowid = OLD.id; END"
    ),
)
POSTGRES = (
    (
        "CREATE TABLE search_words (document_id BIGINT PRIMARY KEY REFERENCES search_document ON DELETE CASCADE, "
        "words TSVECTOR NOT NULL, spelled TSVECTOR NOT NULL)"
    ),
    "CREATE INDEX ix_search_words_words ON search_words USING gin (words)",
)
