"""Match one company again when its profile changed, without touching anyone else's pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.models import Participation
from matchmaker.services import jobs

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

JOB = "rematch_company"


def profile_changed(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, now: datetime) -> None:
    """Note that a profile is another one now, and ask the jobs process to match it again.

    A company that the organizer has not let in is matched once it is: see request_rematch.
    """
    changed = (
        update(Participation)
        .where(Participation.id == participation_id)
        .values(profile_changed_at=now)
        .returning(Participation.status)
    )
    status = session.execute(changed, execution_options={"synchronize_session": False}).scalar_one()
    if status == ParticipationStatus.APPROVED:
        request_rematch(session, fair_id=fair_id, participation_id=participation_id, now=now)


def request_rematch(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, now: datetime) -> None:
    """Ask for one company to be matched again.

    Each change has a job of its own, since one that is being done may have read the profile before the change. A job
    that finds the newest profile matched already has nothing to do.
    """
    jobs.enqueue(
        session,
        kind=JOB,
        once=f"{JOB} {participation_id} {now.isoformat()}",
        now=now,
        fair_id=str(fair_id),
        participation_id=str(participation_id),
    )


def is_waiting(session: Session, *, participation_id: uuid.UUID) -> bool:
    """Whether a profile has changed since its suggestions were made."""
    row = session.execute(
        select(Participation.profile_changed_at, Participation.matched_at).where(Participation.id == participation_id)
    ).one()
    return row.matched_at is None or row.matched_at < row.profile_changed_at
