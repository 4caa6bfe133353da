"""What a run of the matcher and a run of the scheduler have in common: they wait, are under way, and end."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from matchmaker.models import MatchRun, MatchTrial, ScheduleRun

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

# A fair of two thousand companies takes a minute or two. What has not ended after this long never will: its
# process was killed, and the page must offer to start again instead of waiting for it.
LONGEST_RUN = timedelta(minutes=15)


class RunState(StrEnum):
    """How far a run has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNDER_WAY = frozenset({RunState.WAITING, RunState.RUNNING})
Table = type[MatchRun] | type[MatchTrial] | type[ScheduleRun]


def is_under_way(*, state: str, started_at: datetime, now: datetime) -> bool:
    """Whether a run still waits or works, so that it is worth waiting for."""
    return state in UNDER_WAY and now - started_at <= LONGEST_RUN


def under_way(session: Session, table: Table, *, fair_id: uuid.UUID, now: datetime) -> uuid.UUID | None:
    """Return the run of a fair that waits or works, or None."""
    return session.scalar(
        select(table.id)
        .where(table.fair_id == fair_id, table.state.in_(sorted(UNDER_WAY)), table.started_at >= now - LONGEST_RUN)
        .order_by(table.started_at.desc(), table.id.desc())
        .limit(1)
    )


def start(session: Session, table: Table, *, run_id: uuid.UUID) -> bool:
    """Note that a run is being done; False when nothing is left to do.

    That is so when it is done already (a job is done again after a crash), when a newer run was asked for
    since, and when the fair is gone with its runs.
    """
    run = session.execute(select(table.fair_id, table.state).where(table.id == run_id)).one_or_none()
    if run is None or run.state == RunState.DONE:
        return False
    newest = select(table.id).where(table.fair_id == run.fair_id).order_by(table.started_at.desc(), table.id.desc())
    if session.scalar(newest.limit(1)) != run_id:
        return False
    session.execute(update(table).where(table.id == run_id).values(state=RunState.RUNNING, finished_at=None))
    return True


def fail(session: Session, table: Table, *, run_id: uuid.UUID, now: datetime) -> None:
    """Note that a run gave up; what the one before it left stays."""
    session.execute(update(table).where(table.id == run_id).values(state=RunState.FAILED, finished_at=now))
