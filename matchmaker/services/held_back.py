"""What is held back while who did it may still undo it: neither shown nor sent to anyone else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, not_

from matchmaker.domain.requests import UNDO

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

LONG_BEFORE, JUST_NOW, SOON = "untold_since", "untold_now", "untold_until"


def is_told(requested_at: Any) -> ColumnElement[bool]:
    """Whether the other side may know of a request; give the statement what untold() returns."""
    return not_(and_(requested_at > bindparam(LONG_BEFORE), requested_at <= bindparam(JUST_NOW)))


def is_shown(created_at: Any) -> ColumnElement[bool]:
    """Whether a notice is not one of those that begin to count in a moment; give the statement untold()."""
    return not_(and_(created_at > bindparam(JUST_NOW), created_at <= bindparam(SOON)))


def untold(now: datetime) -> dict[str, datetime]:
    """Return the values that both conditions ask for.

    Both look at the last and the next seconds alone: what a clock that was set back left further ahead is shown.
    """
    return {LONG_BEFORE: now - UNDO, JUST_NOW: now, SOON: now + UNDO}
