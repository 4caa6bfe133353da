"""A run of the scheduler whose plan becomes a draft, for the organizer to look at before anything changes."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from matchmaker.domain.errors import Refused
from matchmaker.domain.locks import contradictions
from matchmaker.domain.scheduling.plan import Assignment
from matchmaker.models import DraftPlace, ScheduleDraft, ScheduleRun
from matchmaker.services import drafts, plan_ground, plan_parts, scheduling
from matchmaker.services.plan_parts import Part
from matchmaker.services.scheduling import SIDES, Scope, Task

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.scheduling.plan import Result
    from matchmaker.services.schedule_problem import FairProblem
    from matchmaker.services.scheduling import Placed


def task_of(session: Session, *, run_id: uuid.UUID) -> Task:
    """Return what a run is to do."""
    scope, is_draft, base = session.execute(
        select(ScheduleRun.scope, ScheduleRun.is_draft, ScheduleRun.base).where(ScheduleRun.id == run_id)
    ).one()
    return Task(Scope(scope), is_draft, base)


def check_locks(session: Session, *, fair_id: uuid.UUID, base: int | None, now: datetime) -> None:
    """Raise Refused('locks_contradict') when a plan's locked meetings cannot all stay where they are.

    ``base`` is the number of the draft a run would go out from, None for the plan that stands.
    """
    draft = drafts.find(session, fair_id=fair_id, number=base) if base else None
    ground = plan_ground.read(session, fair_id=fair_id)
    loaded = plan_parts.load(session, fair_id=fair_id, draft=draft, ground=ground, part=Part(), now=now)
    if contradictions(loaded.plan, now=now):
        raise Refused("locks_contradict")


def from_draft(session: Session, *, fair_id: uuid.UUID, number: int | None, loaded: FairProblem) -> FairProblem:
    """Return the problem with a draft's places in place of those that stand; without a draft it stays as it is."""
    rows = session.scalars(
        select(DraftPlace)
        .join(ScheduleDraft, ScheduleDraft.id == DraftPlace.draft_id)
        .where(ScheduleDraft.fair_id == fair_id, ScheduleDraft.number == number)
    ).all()
    if not rows:
        return loaded
    known = {one.code for one in loaded.problem.meetings}
    changed = {str(row.meeting_id): row for row in rows if str(row.meeting_id) in known}
    slot_number = {slot_id: place for place, slot_id in enumerate(loaded.slot_ids)}
    place_of = {table.code: place.code for place in loaded.problem.places for table in place.tables}
    count = {one.code: len(one.parties) for one in loaded.problem.meetings}
    placed = [
        _assignment(row, slot_number, place_of, sides=SIDES[: count[key]])
        for key, row in changed.items()
        if row.slot_id in slot_number
    ]
    standing = (*(one for one in loaded.standing if one.meeting not in changed), *placed)
    locked = frozenset(
        {*(loaded.locked - changed.keys()), *(one.meeting for one in placed if changed[one.meeting].is_locked)}
    )
    slots = {one.meeting: one.slot for one in standing}
    meetings = tuple(
        replace(one, fixed=slots[one.code] if one.code in locked else None) if one.code in changed else one
        for one in loaded.problem.meetings
    )
    problem = replace(loaded.problem, meetings=meetings)
    return replace(loaded, problem=problem, standing=standing, locked=locked)


def write_draft(
    session: Session, *, fair_id: uuid.UUID, run_id: uuid.UUID, loaded: FairProblem, result: Result, now: datetime
) -> Placed:
    """Keep a run's plan as a new draft: what it changes in the plan that stands, which is left alone."""
    changes = scheduling.changes_of(loaded, result)
    draft = drafts.open_draft(session, fair_id=fair_id, by=None, now=now, run_id=run_id)
    stood = {one.meeting: one for one in loaded.standing}
    planned = {one.meeting: one for one in result.assignments}
    rows = [
        _row(draft.id, code, planned.get(code), stood.get(code), loaded)
        for code in (*changes.added, *changes.moved, *changes.dropped)
    ]
    if rows:
        session.execute(insert(DraftPlace), rows)
    scheduling.write_misses(session, run_id=run_id, result=result)
    return scheduling.finish_run(session, run_id=run_id, result=result, changes=changes, now=now)


def _assignment(
    row: DraftPlace, slot_number: dict[uuid.UUID, int], place_of: dict[str, str], *, sides: Sequence[str]
) -> Assignment:
    if row.slot_id is None:
        raise AssertionError("only placed meetings are assigned")
    table = str(row.table_id) if row.table_id else None
    return Assignment(
        meeting=str(row.meeting_id),
        slot=slot_number[row.slot_id],
        persons=tuple(row.people.get(side, [""])[0] for side in sides),
        place=place_of.get(table or ""),
        table=table,
        interpreter=str(row.interpreter_id) if row.interpreter_id else None,
    )


def _row(
    draft_id: uuid.UUID, code: str, planned: Assignment | None, stood: Assignment | None, loaded: FairProblem
) -> dict[str, Any]:
    people = {side: [person] for side, person in zip(SIDES, planned.persons, strict=False)} if planned else {}
    return {
        "draft_id": draft_id,
        "meeting_id": uuid.UUID(code),
        "slot_id": loaded.slot_ids[planned.slot] if planned else None,
        "table_id": uuid.UUID(planned.table) if planned and planned.table else None,
        "interpreter_id": uuid.UUID(planned.interpreter) if planned and planned.interpreter else None,
        "is_locked": code in loaded.locked,
        "people": people,
        "broken": [],
        "was_slot_id": loaded.slot_ids[stood.slot] if stood else None,
        "was_table_id": uuid.UUID(stood.table) if stood and stood.table else None,
    }
