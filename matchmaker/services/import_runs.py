"""Import small lists at once and leave large ones to the jobs process, with a page that says how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from matchmaker.services import company_uploads, jobs
from matchmaker.services.runs import UNDER_WAY, RunState

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from matchmaker.services.company_import import ImportCounts

# About a second of work; a request that takes longer would keep everyone else's changes waiting.
ROWS_AT_ONCE = 300
# Reading, writing, done: the rows come in all at once, so there is nothing in between to count.
STEPS = 3
LONGEST_RUN = timedelta(minutes=30)
JOB = "import_companies"


@dataclass(frozen=True, slots=True)
class ImportRun:
    """How far the import of one file is, in steps of STEPS."""

    state: RunState
    done: int
    rows: int
    started_at: datetime

    def is_under_way(self, now: datetime) -> bool:
        """Whether it is worth waiting for."""
        return self.state in UNDER_WAY and now - self.started_at <= LONGEST_RUN


def bring_in_or_queue(
    session: Session,
    *,
    fair_id: uuid.UUID,
    import_id: uuid.UUID,
    without_errors: bool,
    by: uuid.UUID,
    now: datetime,
) -> ImportCounts | None:
    """Import a kept spreadsheet and return what that did; None when the jobs process will do it.

    A click while it waits or works asks for nothing new. Raises as company_uploads.bring_in does, at once.
    """
    key = {"fair_id": fair_id, "import_id": import_id}
    run = run_of(session, **key)
    if run is not None and run.is_under_way(now):
        return None
    rows = company_uploads.rows_to_bring_in(session, **key, without_errors=without_errors)
    if rows <= ROWS_AT_ONCE:
        return company_uploads.bring_in(session, **key, without_errors=without_errors, by=by, now=now)
    _note(session, **key, state=RunState.WAITING, done=0, rows=rows, started_at=now.isoformat())
    jobs.enqueue(
        session,
        kind=JOB,
        once=f"{JOB} {import_id.hex}",
        now=now,
        fair_id=str(fair_id),
        import_id=str(import_id),
        without_errors=without_errors,
        by=str(by),
    )
    return None


def run_of(session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID) -> ImportRun | None:
    """Return how far an import by the jobs process is, or None where there is none; the file is not read for it."""
    noted = company_uploads.summary_of(session, fair_id=fair_id, import_id=import_id).get("run")
    if noted is None:
        return None
    return ImportRun(
        RunState(noted["state"]), noted["done"], noted["rows"], datetime.fromisoformat(noted["started_at"])
    )


def start_run(session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID) -> None:
    """Note that the jobs process has taken the import up. Raises NotFound when the file was given up meanwhile."""
    _note(session, fair_id=fair_id, import_id=import_id, state=RunState.RUNNING, done=1)


def finish_run(session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID) -> None:
    """Note, in the transaction that imported the rows, that it is done."""
    _note(session, fair_id=fair_id, import_id=import_id, state=RunState.DONE, done=STEPS)


def fail_run(session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID) -> None:
    """Note that it did not work; nothing was imported then."""
    _note(session, fair_id=fair_id, import_id=import_id, state=RunState.FAILED, done=0)


def _note(session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID, **facts: Any) -> None:
    noted = company_uploads.summary_of(session, fair_id=fair_id, import_id=import_id).get("run", {})
    company_uploads.note(session, fair_id=fair_id, import_id=import_id, run={**noted, **facts})
