"""What goods are made of, as a filter of the directory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None
TRAITS = ("by_product", "recycled", "renewable")


def upgrade() -> None:
    document, facet = (
        sa.table("search_document", sa.column("id"), sa.column("participation_id")),
        sa.table("search_facet", sa.column("document_id"), sa.column("kind"), sa.column("value")),
    )
    for trait in TRAITS:
        items = [
            sa.table(name, sa.column("participation_id"), sa.column(f"is_{trait}", sa.Boolean()))
            for name in ("offer", "need")
        ]
        said = sa.union(*(sa.select(one.c.participation_id).where(one.c[f"is_{trait}"]) for one in items))
        found = sa.select(document.c.id, sa.literal("trait"), sa.literal(trait)).where(
            document.c.participation_id.in_(said)
        )
        op.execute(facet.insert().from_select(["document_id", "kind", "value"], found))


def downgrade() -> None:
    op.execute("DELETE FROM search_facet WHERE kind = 'trait'")
