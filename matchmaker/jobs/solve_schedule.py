"""Make a fair's schedule. Reading, solving and writing are three steps, and only the last one locks the tables."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.domain.scheduling import Stage
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import draft_runs, outlooks, schedule_problem, scheduling

if TYPE_CHECKING:
    from collections.abc import Callable

    from matchmaker.domain.scheduling import Progress
    from matchmaker.services.scheduling import Placed

SECONDS_BETWEEN_NOTES = 1.0
# While companies answer all the time, a plan is out of date now and then by the time it is found.
MOST_TRIES = 3
STAGES = tuple(Stage)


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Do the run that the job names; after a crash it is done again, unless it had been finished."""
    run_id = uuid.UUID(facts["run_id"])
    furthest = 0

    def note(progress: Progress) -> None:
        nonlocal furthest
        furthest = max(furthest, STAGES.index(progress.stage))
        begin_writing(db.session)
        scheduling.advance_run(db.session, run_id=run_id, progress={"done": furthest, "total": len(STAGES)})
        db.session.commit()
        renew()

    make_schedule(run_id=run_id, note=note)


def make_schedule(*, run_id: uuid.UUID, note: Callable[[Progress], None]) -> Placed | None:
    """Do a run and write its plan; ``note`` hears of the progress about once a second.

    Returns None when nothing is left to do. When the fair changed while the plan was being made it is made again,
    MOST_TRIES times at most; then, as after any other error, the run has failed and the error goes on.
    """
    begin_writing(db.session)
    started = scheduling.start_run(db.session, run_id=run_id)
    db.session.commit()
    if started is None:
        return None
    fair_id, seed = started
    try:
        for _ in range(MOST_TRIES - 1):
            try:
                return _try(fair_id=fair_id, run_id=run_id, seed=seed, note=note)
            except Conflict:
                db.session.rollback()
        return _try(fair_id=fair_id, run_id=run_id, seed=seed, note=note)
    except BaseException:
        # Also when someone stops the command: the page must not wait for a run that nobody does.
        db.session.rollback()
        begin_writing(db.session)
        scheduling.fail_run(db.session, run_id=run_id, now=clock.now())
        db.session.commit()
        raise


def _try(*, fair_id: uuid.UUID, run_id: uuid.UUID, seed: int, note: Callable[[Progress], None]) -> Placed:
    task = draft_runs.task_of(db.session, run_id=run_id)
    loaded = schedule_problem.fair_problem(db.session, fair_id=fair_id, now=clock.now())
    start = draft_runs.from_draft(db.session, fair_id=fair_id, number=task.base, loaded=loaded)
    db.session.rollback()
    report = _seldom(note)
    result = scheduling.solve(start, seed=seed, report=report, scope=task.scope)
    outlook = outlooks.worked_out(start, result, seed=seed, report=report)
    begin_writing(db.session)
    write = draft_runs.write_draft if task.is_draft else scheduling.write_plan
    placed = write(db.session, fair_id=fair_id, run_id=run_id, loaded=loaded, result=result, now=clock.now())
    outlooks.keep(db.session, run_id=run_id, record=outlook)
    db.session.commit()
    return placed


def _seldom(note: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Let a report through at most once a second: each one is a write."""
    last = time.monotonic()

    def report(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_NOTES:
            last = time.monotonic()
            note(progress)

    return report
