"""Run the scheduler over a fair, keep its plan, and change it by hand."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from matchmaker.domain.errors import Conflict
from matchmaker.domain.meetings import Action, MeetingState, Party, next_state
from matchmaker.domain.scheduling import Changes, Freeze, Options, changes_between, validate
from matchmaker.domain.scheduling import solve as find_plan
from matchmaker.domain.third_company import THIRD
from matchmaker.models import HistoryEntry, Meeting, MeetingAttendee, ScheduleMiss, ScheduleRun
from matchmaker.services import ground, history, jobs, runs
from matchmaker.services.runs import RunState
from matchmaker.services.schedule_problem import TO_PLACE, FairProblem, fair_problem
from matchmaker.services.seats import Booking, free_seats, take_seats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.scheduling.plan import Assignment, Progress, Result

DEFAULT_SEED = 7
ROWS_A_STATEMENT = 500


class Scope(StrEnum):
    """How much of the plan a run may change: nothing that has a place, as little as it can, or all of it."""

    REST = "rest"
    FEWEST = "fewest"
    ALL = "all"


# The order of a meeting's parties; a third company is the last.
SIDES = ("exhibitor", "buyer", THIRD)
FREEZE = {Scope.REST: Freeze.ALL, Scope.FEWEST: Freeze.SOFT, Scope.ALL: Freeze.NONE}


@dataclass(frozen=True, slots=True)
class Task:
    """What a run is to do, and whether its plan becomes a draft; ``base`` is the draft it goes out from."""

    scope: Scope = Scope.FEWEST
    is_draft: bool = False
    base: int | None = None


class UnsoundPlanError(RuntimeError):
    """The independent check found a fault in a plan; it is not written."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What a run did."""

    asked: int
    placed: int
    bound: int
    weight: int
    moved: int
    added: int
    dropped: int
    misses: dict[str, int]


def request_run(
    session: Session,
    *,
    fair_id: uuid.UUID,
    by: uuid.UUID | None,
    now: datetime,
    seed: int = DEFAULT_SEED,
    task: Task | None = None,
) -> uuid.UUID:
    """Ask the jobs process for a schedule; return the run, which is the waiting one if there is one."""
    waiting = runs.under_way(session, ScheduleRun, fair_id=fair_id, now=now)
    run_id = waiting or begin_run(session, fair_id=fair_id, seed=seed, by=by, now=now, task=task)
    jobs.enqueue(
        session,
        kind="solve_schedule",
        once=f"solve_schedule {run_id}",
        now=now,
        run_id=str(run_id),
    )
    return run_id


def begin_run(
    session: Session,
    *,
    fair_id: uuid.UUID,
    seed: int,
    by: uuid.UUID | None,
    now: datetime,
    task: Task | None = None,
) -> uuid.UUID:
    """Open a run."""
    task = task or Task()
    run = ScheduleRun(
        fair_id=fair_id,
        state=RunState.WAITING,
        seed=seed,
        scope=task.scope,
        is_draft=task.is_draft,
        base=task.base,
        metrics={},
        certificate={},
        started_at=now,
    )
    session.add(run)
    session.flush()
    history.record(
        session,
        action="schedule_requested",
        subject_kind="schedule_run",
        subject_id=run.id,
        by=by,
        now=now,
        fair_id=fair_id,
    )
    return run.id


def start_run(session: Session, *, run_id: uuid.UUID) -> tuple[uuid.UUID, int] | None:
    """Note that a run is being done and return its fair and seed; None when nothing is left to do, see runs.start."""
    if not runs.start(session, ScheduleRun, run_id=run_id):
        return None
    fair_id, seed = session.execute(select(ScheduleRun.fair_id, ScheduleRun.seed).where(ScheduleRun.id == run_id)).one()
    return fair_id, seed


def advance_run(session: Session, *, run_id: uuid.UUID, progress: dict[str, Any]) -> None:
    """Note how far a run has come, for the page that waits for it."""
    session.execute(update(ScheduleRun).where(ScheduleRun.id == run_id).values(metrics={"progress": progress}))


def fail_run(session: Session, *, run_id: uuid.UUID, now: datetime) -> None:
    """Note that a run gave up; the plan from before stays."""
    runs.fail(session, ScheduleRun, run_id=run_id, now=now)


def solve(loaded: FairProblem, *, seed: int, report: Callable[[Progress], None], scope: Scope = Scope.FEWEST) -> Result:
    """Find a plan and check it independently. Nothing is read or written, so it may take as long as it needs.

    How firmly meetings keep the place they have is up to ``scope``; locked ones never move. Raises UnsoundPlanError
    when the check, which shares no code with the solver, finds a fault.
    """
    options = Options(seed=seed, freeze=FREEZE[scope] if loaded.standing else Freeze.NONE, frozen=loaded.locked)
    result = find_plan(problem=loaded.problem, previous=loaded.standing or None, options=options, report=report)
    faults = validate(problem=loaded.problem, assignments=result.assignments)
    if faults:
        raise UnsoundPlanError("; ".join(str(fault) for fault in faults[:5]))
    return result


def write_plan(
    session: Session, *, fair_id: uuid.UUID, run_id: uuid.UUID, loaded: FairProblem, result: Result, now: datetime
) -> Placed:
    """Put a plan in the place of the one before, all in the caller's transaction; what stays is not written.

    Raises Conflict when the fair is no longer what the plan was made for: a meeting was answered, moved or
    cancelled meanwhile, someone can't come any more, a slot has begun.
    """
    ground.keep(session, fair_id=fair_id)
    lock_meetings(session, fair_id=fair_id)
    if fair_problem(session, fair_id=fair_id, now=now) != loaded:
        raise Conflict("fair_changed_meanwhile")
    changes = changes_of(loaded, result)
    new = {*changes.added, *changes.moved}
    placed = {uuid.UUID(one.meeting): one for one in result.assignments if one.meeting in new}
    missed = [uuid.UUID(miss.meeting) for miss in result.unscheduled]
    free_seats(session, meeting_ids=[*placed, *missed])
    write_misses(session, run_id=run_id, result=result)
    _unplace(session, missed, now=now)
    _place(session, placed, loaded.slot_ids, now=now)
    take_seats(session, bookings=(_booking(key, one, loaded.slot_ids) for key, one in placed.items()))
    why = {miss.meeting: {"reason": miss.reason} for miss in result.unscheduled}
    _write_history(session, fair_id=fair_id, changes=changes, why=why, now=now)
    return finish_run(session, run_id=run_id, result=result, changes=changes, now=now)


def finish_run(session: Session, *, run_id: uuid.UUID, result: Result, changes: Changes, now: datetime) -> Placed:
    """Note that a run has found its plan, with its figures and the proof of its bound."""
    summary = _summary(result, changes)
    session.execute(
        update(ScheduleRun)
        .where(ScheduleRun.id == run_id)
        .values(
            state=RunState.DONE,
            asked=summary.asked,
            placed=summary.placed,
            metrics=asdict(summary),
            certificate=_plain(asdict(result.certificate)),
            finished_at=now,
        )
    )
    return summary


def lock_meetings(session: Session, *, fair_id: uuid.UUID) -> None:
    """Let nobody answer, move or call off a meeting of the plan between the last look at the fair and the writing."""
    session.execute(
        select(Meeting.id)
        .where(Meeting.fair_id == fair_id, Meeting.state.in_(sorted(TO_PLACE)))
        .order_by(Meeting.id)
        .with_for_update(key_share=True)
    )


def changes_of(loaded: FairProblem, result: Result) -> Changes:
    """What the plan changes; against no plan at all everything is added."""
    if loaded.standing:
        return changes_between(before=loaded.standing, after=result.assignments)
    return Changes(added=tuple(one.meeting for one in result.assignments))


def _unplace(session: Session, keys: Sequence[uuid.UUID], *, now: datetime) -> None:
    target = next_state(MeetingState.SCHEDULED, Action.UNSCHEDULE, Party.SYSTEM)
    for start in range(0, len(keys), ROWS_A_STATEMENT):
        session.execute(
            update(Meeting)
            .where(Meeting.id.in_(keys[start : start + ROWS_A_STATEMENT]), Meeting.state == MeetingState.SCHEDULED)
            .values(state=target, slot_id=None, table_id=None, interpreter_id=None, is_locked=False, changed_at=now)
        )


def _place(
    session: Session, placed: dict[uuid.UUID, Assignment], slot_ids: Sequence[uuid.UUID], *, now: datetime
) -> None:
    target = next_state(MeetingState.ACCEPTED, Action.SCHEDULE, Party.SYSTEM)
    rows = [
        {
            "id": key,
            "state": target,
            "slot_id": slot_ids[one.slot],
            "table_id": uuid.UUID(one.table) if one.table else None,
            "interpreter_id": uuid.UUID(one.interpreter) if one.interpreter else None,
            "changed_at": now,
        }
        for key, one in placed.items()
    ]
    if not rows:
        return
    session.execute(update(Meeting), rows)
    keys = list(placed)
    for start in range(0, len(keys), ROWS_A_STATEMENT):
        session.execute(
            delete(MeetingAttendee).where(MeetingAttendee.meeting_id.in_(keys[start : start + ROWS_A_STATEMENT]))
        )
    people = [
        {"meeting_id": key, "representative_id": uuid.UUID(person), "side": side}
        for key, one in placed.items()
        for side, person in zip(SIDES, one.persons, strict=False)
    ]
    session.execute(insert(MeetingAttendee), people)


def _booking(key: uuid.UUID, one: Assignment, slot_ids: Sequence[uuid.UUID]) -> Booking:
    return Booking(
        meeting_id=key,
        slot_id=slot_ids[one.slot],
        representatives=tuple(uuid.UUID(person) for person in one.persons),
        table_id=uuid.UUID(one.table) if one.table else None,
        interpreter_id=uuid.UUID(one.interpreter) if one.interpreter else None,
    )


def write_misses(session: Session, *, run_id: uuid.UUID, result: Result) -> None:
    """Keep why a run could not place what it left out."""
    rows = [
        {
            "run_id": run_id,
            "meeting_id": uuid.UUID(miss.meeting),
            "code": miss.reason,
            "evidence": _plain(dict(miss.evidence)),
            "help": [_plain(asdict(one)) for one in miss.helps],
        }
        for miss in result.unscheduled
    ]
    if rows:
        session.execute(insert(ScheduleMiss), rows)


def _summary(result: Result, changes: Changes) -> Placed:
    misses: dict[str, int] = {}
    for miss in result.unscheduled:
        misses[str(miss.reason)] = misses.get(str(miss.reason), 0) + 1
    return Placed(
        asked=result.metrics.requested,
        placed=result.metrics.scheduled,
        bound=result.bound,
        weight=result.metrics.weight,
        moved=len(changes.moved),
        added=len(changes.added),
        dropped=len(changes.dropped),
        misses=misses,
    )


def _write_history(
    session: Session, *, fair_id: uuid.UUID, changes: Changes, why: Mapping[str, dict[str, Any]], now: datetime
) -> None:
    told = (
        ("meeting_scheduled", changes.added),
        ("meeting_moved", changes.moved),
        ("meeting_unscheduled", changes.dropped),
    )
    for action, codes in told:
        told_why = {uuid.UUID(code): why.get(code, {}) for code in codes}
        _entries(session, action, told_why, fair_id=fair_id, by=None, now=now)


def _entries(
    session: Session,
    action: str,
    facts: Mapping[uuid.UUID, dict[str, Any]],
    *,
    fair_id: uuid.UUID,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    row = {"fair_id": fair_id, "at": now, "by_account_id": by, "action": action, "subject_kind": "meeting"}
    if facts:
        entries = [{**row, "id": uuid.uuid4(), "subject_id": key, "facts": told} for key, told in facts.items()]
        session.execute(insert(HistoryEntry), entries)


def _plain(value: Any) -> Any:
    """The value in what JSON knows: sets become sorted lists, tuples lists, codes text."""
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(part) for part in value)
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value
