"""Make a fair's schedule. Reading, solving and writing are three steps, and only the last one locks the tables."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import schedule_problem, scheduling

if TYPE_CHECKING:
    from collections.abc import Callable

    from matchmaker.domain.scheduling.plan import Progress
    from matchmaker.services.scheduling import Placed

SECONDS_BETWEEN_NOTES = 1.0
DEFAULT_SEED = 7


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Do the run that the job names; after a crash it is simply done again."""
    run_id = uuid.UUID(facts["run_id"])

    def note(progress: Progress) -> None:
        begin_writing(db.session)
        told = {"stage": str(progress.stage), "done": progress.done, "total": progress.total}
        scheduling.advance_run(db.session, run_id=run_id, progress=told)
        db.session.commit()
        renew()

    try:
        make_schedule(fair_id=uuid.UUID(facts["fair_id"]), run_id=run_id, seed=DEFAULT_SEED, note=note)
    except Exception:
        db.session.rollback()
        begin_writing(db.session)
        scheduling.fail_run(db.session, run_id=run_id, now=clock.now())
        db.session.commit()
        raise


def make_schedule(*, fair_id: uuid.UUID, run_id: uuid.UUID, seed: int, note: Callable[[Progress], None]) -> Placed:
    """Schedule a fair and write the plan; ``note`` hears of the progress about once a second."""
    loaded = schedule_problem.fair_problem(db.session, fair_id=fair_id)
    db.session.rollback()
    result = scheduling.solve(loaded, seed=seed, report=_seldom(note))
    begin_writing(db.session)
    placed = scheduling.write_plan(
        db.session, fair_id=fair_id, run_id=run_id, loaded=loaded, result=result, now=clock.now()
    )
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
