"""What becomes of the third company when the two of a meeting sit down on the spot, outside the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.services import meetings, third_companies, third_invitations
from matchmaker.services.meeting_notices import tell_third

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session


def settle(
    session: Session, *, fair_id: uuid.UUID, meeting_id: uuid.UUID, comes: bool, by: uuid.UUID | None, now: datetime
) -> None:
    """Tell a third company that has joined to come now, or, where its people can't, let it go and tell everyone.

    An invitation without an answer ends: nobody joins a meeting that has begun.
    """
    meeting = meetings.facts_of(session, fair_id=fair_id, meeting_id=meeting_id)
    third_invitations.withdraw(session, meeting=meeting, by=by, now=now)
    if meeting.third_id is None:
        return
    part = "comes_now" if comes else "without_it"
    tell_third(session, meeting=meeting, participation_id=meeting.third_id, by=by, now=now, part=part)
    if not comes:
        third_companies.drop(
            session, fair_id=fair_id, meeting_id=meeting_id, participation_id=meeting.third_id, by=by, now=now
        )
