"""Which profiles have changed since they were matched, and asking for one company to be matched again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.models import Participation
from matchmaker.services import jobs

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

JOB = "rematch_company"


def profile_changed(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, now: datetime) -> None:
    """Note that a profile is another one now, and ask the jobs process to match it again.

    A company that waits to be let in is matched too: it sees whom it would meet, and nobody sees it.
    """
    changed = (
        update(Participation)
        .where(Participation.id == participation_id)
        .values(profile_changed_at=now)
        .returning(Participation.status)
    )
    status = session.execute(changed, execution_options={"synchronize_session": False}).scalar_one()
    if ParticipationStatus(status).prepares:
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
    """Whether a profile has changed since its suggestions were made; not where there is no such profile any more."""
    stamps = session.execute(
        select(Participation.profile_changed_at, Participation.matched_at).where(Participation.id == participation_id)
    ).one_or_none()
    return stamps is not None and (stamps.matched_at is None or stamps.matched_at < stamps.profile_changed_at)


def note_matched(session: Session, *, participation_id: uuid.UUID, changed_at: datetime) -> None:
    """Note that a profile was matched as it was at a moment."""
    session.execute(update(Participation).where(Participation.id == participation_id).values(matched_at=changed_at))


def note_run(session: Session, *, fair_id: uuid.UUID, changed_at: Mapping[uuid.UUID, datetime], now: datetime) -> None:
    """Note of which moment the profiles of a run were, and ask for those it missed.

    A run takes a while, and companies write meanwhile; those that wait to be let in are not part of it at all, and
    lost their own suggestions to it.
    """
    if not changed_at:
        return
    session.execute(update(Participation), [{"id": key, "matched_at": moment} for key, moment in changed_at.items()])
    here = (Participation.fair_id == fair_id, Participation.status != ParticipationStatus.REFUSED)
    missed = update(Participation).where(
        *here, Participation.matched_at.is_not(None), Participation.id.not_in(changed_at)
    )
    again = set(
        session.scalars(
            missed.values(matched_at=None).returning(Participation.id),
            execution_options={"synchronize_session": False},
        )
    )
    again.update(
        session.scalars(
            select(Participation.id).where(*here, Participation.matched_at < Participation.profile_changed_at)
        )
    )
    for participation_id in sorted(again):
        request_rematch(session, fair_id=fair_id, participation_id=participation_id, now=now)
