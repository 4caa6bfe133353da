"""Publish a fair's schedule: the fair moves on, and everyone concerned is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from matchmaker.domain.errors import Conflict
from matchmaker.domain.fairs import Phase
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Account, Fair, Meeting, MeetingAttendee, Representative
from matchmaker.services import history, notices

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

BEFORE_FAIR = (Phase.PROFILES, Phase.PREFERENCES, Phase.SCHEDULING, Phase.PROVISIONAL)


def publish(session: Session, *, fair: FairFacts, run_id: uuid.UUID, by: uuid.UUID, now: datetime) -> int:
    """Publish the plan of a run and return how many people are told.

    Publishing the same run again tells nobody twice. Raises Conflict('nothing_scheduled') without any placed meeting.
    """
    people = session.execute(
        select(Account.id, func.count(Meeting.id))
        .join(Representative, Representative.account_id == Account.id)
        .join(MeetingAttendee, MeetingAttendee.representative_id == Representative.id)
        .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
        .where(Meeting.fair_id == fair.id, Meeting.state == MeetingState.SCHEDULED)
        .group_by(Account.id)
        .order_by(Account.id)
    ).all()
    if not people:
        raise Conflict("nothing_scheduled")
    if fair.phase in BEFORE_FAIR:
        session.execute(update(Fair).where(Fair.id == fair.id).values(phase=Phase.FINAL))
    for account_id, count in people:
        notices.queue(
            session,
            account_id=account_id,
            fair_id=fair.id,
            kind="schedule_published",
            once=f"schedule_published {run_id} {account_id}",
            now=now,
            path=f"/fairs/{fair.slug}/agenda",
            meetings=count,
            fair_vi=fair.name_vi,
            fair_en=fair.name_en,
        )
    history.record(
        session,
        action="schedule_published",
        subject_kind="schedule_run",
        subject_id=run_id,
        by=by,
        now=now,
        fair_id=fair.id,
    )
    return len(people)
