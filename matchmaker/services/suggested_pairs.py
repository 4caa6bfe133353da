"""The pairs that stand on the matcher's lists, as what an organizer proposes to everyone at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from matchmaker.models import Suggestion

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

LISTED = (
    select(Suggestion.exhibitor_id, Suggestion.buyer_id)
    .where(
        Suggestion.fair_id == bindparam("fair_id"),
        or_(Suggestion.exhibitor_rank <= bindparam("places"), Suggestion.buyer_rank <= bindparam("places")),
    )
    .order_by(Suggestion.score.desc(), Suggestion.exhibitor_id, Suggestion.buyer_id)
)


def suggested_pairs(session: Session, *, fair_id: uuid.UUID, places: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (exhibitor, buyer) of each pair within the first places of either one's list, the best first."""
    found = session.execute(LISTED, {"fair_id": fair_id, "places": places})
    return [(exhibitor_id, buyer_id) for exhibitor_id, buyer_id in found]
