"""What a host sees of a third company at the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Act, check_phase
from matchmaker.domain.third_company import ThirdState
from matchmaker.models import ThirdCompany
from matchmaker.services import history, meetings

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts


def note(
    session: Session, *, fair: FairFacts, meeting_id: uuid.UUID, is_present: bool, by: uuid.UUID, now: datetime
) -> None:
    """Keep whether the third company of a meeting is there; it does not decide whether the meeting was held.

    Raises NotFound for a meeting without a third company, NotAllowed('not_in_phase') before the fair's days.
    """
    check_phase(fair.phase, Act.CHECK_IN)
    meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=None)
    noted = session.scalar(
        update(ThirdCompany)
        .where(ThirdCompany.meeting_id == meeting.id, ThirdCompany.state == ThirdState.JOINED)
        .values(is_present=is_present)
        .returning(ThirdCompany.participation_id)
    )
    if noted is None:
        raise NotFound("no_such_meeting")
    history.record(
        session,
        action="third_company_seen",
        subject_kind="meeting",
        subject_id=meeting.id,
        by=by,
        now=now,
        fair_id=fair.id,
        is_present=is_present,
    )
