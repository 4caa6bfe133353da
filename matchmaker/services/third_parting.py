"""Let two companies no longer sit in one meeting as the third company and one of the two it joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, or_, select

from matchmaker.domain.third_company import STANDING, TO_JOIN, ThirdState
from matchmaker.models import Meeting, Slot, ThirdCompany
from matchmaker.services import third_companies

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Membership
    from matchmaker.services.meetings import Acting


def _joins(third: str, side: str) -> ColumnElement[bool]:
    of_pair = or_(Meeting.exhibitor_id == bindparam(side), Meeting.buyer_id == bindparam(side))
    return and_(ThirdCompany.participation_id == bindparam(third), of_pair)


# A meeting that has begun stays as it is: they sit at the table.
BETWEEN = (
    select(ThirdCompany.meeting_id, ThirdCompany.participation_id, ThirdCompany.state)
    .join(Meeting, Meeting.id == ThirdCompany.meeting_id)
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Meeting.state.in_(sorted(TO_JOIN)),
        ThirdCompany.state.in_(sorted(STANDING)),
        or_(Slot.id.is_(None), Slot.starts_at > bindparam("now")),
        or_(_joins("mine", "other"), _joins("other", "mine")),
    )
    .order_by(ThirdCompany.meeting_id)
)


def part(session: Session, *, fair_id: uuid.UUID, me: Membership, other_id: uuid.UUID, now: datetime) -> None:
    """End what the reader's company and another have before them as third company and host, and tell whoever is in it.

    Where the reader's company is the third it declines or leaves; where the other one is, the invitation is taken back.
    """
    pair = {"fair_id": fair_id, "mine": me.participation_id, "other": other_id, "now": now}
    for meeting_id, third_id, state in session.execute(BETWEEN, pair).all():
        acting: Acting = {
            "fair_id": fair_id,
            "meeting_id": meeting_id,
            "participation_id": me.participation_id,
            "by": me.account_id,
            "now": now,
        }
        if third_id != me.participation_id:
            third_companies.take_back(session, **acting)
        elif state == ThirdState.ASKED:
            third_companies.decline(session, **acting)
        else:
            third_companies.leave(session, **acting)
