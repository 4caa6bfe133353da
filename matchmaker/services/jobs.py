"""Work for the jobs process: queued with the change that asks for it, done under a lease."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.models import Job

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection

    from sqlalchemy.orm import Session

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
LONG_AGO = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TakenJob:
    """A job that this process may do until its lease runs out."""

    id: uuid.UUID
    kind: str
    facts: dict[str, Any]
    attempts: int


def enqueue(session: Session, *, kind: str, once: str, now: datetime, **facts: Any) -> None:
    """Queue a job, unless the same one waits already. ``once`` names the work, not the request for it."""
    waiting = session.scalar(select(Job.id).where(Job.once == once, Job.finished_at.is_(None)))
    if waiting is not None:
        return
    try:
        with session.begin_nested():
            session.add(Job(kind=kind, facts=facts, once=once, due_at=now, leased_until=now - LONG_AGO, created_at=now))
    except IntegrityError as error:
        if not _is_waiting(error):
            raise


def _is_waiting(error: IntegrityError) -> bool:
    """Whether someone has queued the same in this very moment, and nothing else is wrong with the job."""
    said = str(error.orig)
    return "uq_job_waiting" in said or "UNIQUE constraint failed: job.once" in said


def take(session: Session, *, now: datetime, count: int = 1, besides: Collection[str] = ()) -> list[TakenJob]:
    """Take due jobs under a lease, of any kind ``besides`` some. A worker that dies leaves its job to the next one."""
    due = (
        select(Job.id)
        .where(Job.finished_at.is_(None), Job.due_at <= now, Job.leased_until < now, Job.kind.not_in(besides))
        .order_by(Job.due_at, Job.id)
        .limit(count)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(due))
    rows = session.execute(
        update(Job)
        .where(Job.id.in_(ids))
        .values(leased_until=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job.id, Job.kind, Job.facts, Job.attempts)
    )
    return sorted((TakenJob(*row) for row in rows), key=lambda job: ids.index(job.id))


def renew(session: Session, *, job_id: uuid.UUID, now: datetime) -> None:
    """Lengthen the lease of a job that is still being done."""
    session.execute(update(Job).where(Job.id == job_id).values(leased_until=now + LEASE))


def finish(session: Session, *, job_id: uuid.UUID, now: datetime) -> None:
    """Note that a job is done. What it was told is forgotten, for it may name people."""
    session.execute(update(Job).where(Job.id == job_id).values(finished_at=now, failure="", facts={}))


def fail(session: Session, *, job_id: uuid.UUID, attempts: int, reason: str, now: datetime) -> None:
    """Put a failed job back with a growing pause; after the last attempt it is finished with its failure kept.

    What a finished one was told is forgotten, for it may name people.
    """
    is_dead = attempts >= MOST_ATTEMPTS
    pause = timedelta(seconds=10 * 2**attempts)
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(
            failure=reason[:500],
            due_at=now + pause,
            leased_until=now - LONG_AGO,
            finished_at=now if is_dead else None,
            **({"facts": {}} if is_dead else {}),
        )
    )
