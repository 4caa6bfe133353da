"""What becomes of an invitation to a third company when the meeting it was for is called off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from matchmaker.domain.third_company import ThirdState
from matchmaker.models import ThirdCompany
from matchmaker.services.meeting_notices import tell_third

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.meeting_notices import MeetingFacts


def withdraw(
    session: Session,
    *,
    meeting: MeetingFacts,
    by: uuid.UUID | None,
    now: datetime,
    besides: uuid.UUID | None = None,
) -> None:
    """Withdraw the invitation that still waits for an answer, and tell the company that was asked.

    That of one company may be left to it.
    A company that has joined stays in the meeting's record and hears of it as the two do.
    """
    left = () if besides is None else (ThirdCompany.participation_id != besides,)
    asked = session.scalars(
        update(ThirdCompany)
        .where(ThirdCompany.meeting_id == meeting.id, ThirdCompany.state == ThirdState.ASKED, *left)
        .values(state=ThirdState.WITHDRAWN, answered_at=now)
        .returning(ThirdCompany.participation_id)
    ).all()
    for participation_id in asked:
        tell_third(session, meeting=meeting, participation_id=participation_id, by=by, now=now, part="withdrawn")
