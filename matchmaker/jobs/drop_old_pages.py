"""Make the database file itself forget what was erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matchmaker.extensions import db
from matchmaker.models.engine import drop_old_pages

if TYPE_CHECKING:
    from collections.abc import Callable


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Drop older pages; while a reader holds them the job fails, and so is tried again."""
    del facts, renew
    db.session.rollback()  # An open look at the database would hold the very pages that are to go.
    if not drop_old_pages(db.engine):
        raise TimeoutError("a reader still holds older pages")
