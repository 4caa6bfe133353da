"""On which side of the meeting that a statement reads a participation is, the third company's included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, literal

from matchmaker.domain.third_company import THIRD
from matchmaker.models import Meeting, Participation

if TYPE_CHECKING:
    from sqlalchemy import Case, ColumnElement

SIDES = (Meeting.exhibitor_id, Meeting.buyer_id, Meeting.third_id)


def is_in(participation_id: Any) -> ColumnElement[bool]:
    """Whether a participation is one of the two, or has joined them."""
    found: ColumnElement[bool] = participation_id.in_(SIDES)
    return found


def on_side(participation: Any = Participation) -> Case[Any]:
    """The side of one who is in the meeting: the third company's own role at the fair puts it on neither of the two."""
    return case((Meeting.third_id == participation.id, literal(THIRD)), else_=participation.role)
