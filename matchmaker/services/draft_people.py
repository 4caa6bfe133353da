"""Take people who are gone out of drafts of the schedule, so that a draft can still become the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, or_, select

from matchmaker.models import DraftPlace, DraftStep

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def forget(session: Session, *, representative_ids: Sequence[uuid.UUID]) -> None:
    """Let drafts name nobody for the meetings in which these people were to sit; those who sit there then come."""
    if not representative_ids:
        return
    gone = {str(key) for key in representative_ids}
    for place in session.scalars(select(DraftPlace).where(_names(DraftPlace.people, gone))):
        place.people = _without(place.people, gone)
    for step in session.scalars(select(DraftStep).where(_names(DraftStep.before, gone))):
        step.before = {name: _without(value, gone) for name, value in step.before.items()}
    session.flush()


def _names(column: Any, gone: set[str]) -> Any:
    return or_(*(cast(column, String).contains(key) for key in sorted(gone)))


def _without(value: Any, gone: set[str]) -> Any:
    """A JSON value in which every list of sides that names one of them is empty, at any depth."""
    if not isinstance(value, dict):
        return value
    if any(isinstance(people, list) and gone & set(map(str, people)) for people in value.values()):
        return {}
    return {name: _without(inner, gone) for name, inner in value.items()}
