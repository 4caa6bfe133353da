"""Change a draft of the schedule by hand, one meeting a step, and take steps back."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from matchmaker.domain.errors import Conflict, NotFound, Refused
from matchmaker.domain.hand_plan import NEVER, Broken, Held
from matchmaker.models import DraftPlace, DraftStep, Interpreter, MeetingAttendee, MeetingTable, ScheduleDraft, Slot
from matchmaker.services import drafts, hand_plans, plan_ground, plan_parts
from matchmaker.services.drafts import DraftState, Editing, lock
from matchmaker.services.plan_parts import Part

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from matchmaker.domain.hand_plan import Entry, HandPlan

KEYS = ("slot_id", "table_id", "interpreter_id", "was_slot_id", "was_table_id")


class StepAction(StrEnum):
    """What one step did to its meeting."""

    MOVED = "moved"
    TAKEN_OUT = "taken_out"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    GIVEN_BACK = "given_back"
    CONFIRMED = "confirmed"


def put(
    session: Session,
    *,
    editing: Editing,
    meeting_id: uuid.UUID,
    slot_id: uuid.UUID,
    table_id: uuid.UUID | None,
    anyway: bool = False,
) -> int:
    """Put a meeting at a slot and table in a draft, and return the draft's number.

    Doing it a second time changes nothing. Raises Refused('breaks_rules', broken=[…], may=…) when the place breaks a
    rule, unless it may be broken and ``anyway`` says so: the meeting is marked then. Raises as ``lock`` otherwise.
    """
    if _stands_there(session, editing, meeting_id, slot_id, table_id):
        return editing.number
    draft = lock(session, editing=editing)
    plan = _around(session, editing, draft, meeting_id)
    entry = _movable(plan.entries.get(meeting_id))
    if slot_id not in {one.id for one in plan.openings} or table_id not in {None, *(one.id for one in plan.tables)}:
        raise NotFound("no_such_place")
    held = Held(plan, entry, hand_plans.guests(session, fair_id=draft.fair_id, plan=plan, entry=entry), now=editing.now)
    broken = held.broken(slot_id, None if entry.is_online else table_id)
    may = not any(one.rule in NEVER for one in broken)
    if broken and not (anyway and may):
        raise Refused("breaks_rules", broken=broken, may=may)
    _change(
        session,
        draft,
        entry,
        action=StepAction.MOVED,
        editing=editing,
        slot_id=slot_id,
        table_id=None if entry.is_online else table_id,
        interpreter_id=held.interpreter_at(slot_id),
        broken=_as_records(broken),
    )
    return draft.number


def take_out(session: Session, *, editing: Editing, meeting_id: uuid.UUID) -> int:
    """Take a meeting off its place in a draft, and return the draft's number. Raises as ``lock``."""
    draft, entry = _loaded(session, editing, meeting_id)
    if entry.slot_id is not None:
        nowhere: dict[str, Any] = {"slot_id": None, "table_id": None, "interpreter_id": None, "is_locked": False}
        _change(session, draft, entry, action=StepAction.TAKEN_OUT, editing=editing, broken=[], **nowhere)
    return draft.number


def set_lock(session: Session, *, editing: Editing, meeting_id: uuid.UUID, is_locked: bool) -> int:
    """Keep a placed meeting where a draft has it in later runs, or let it move. Returns the draft's number."""
    draft, entry = _loaded(session, editing, meeting_id)
    if entry.slot_id is None:
        raise Conflict("meeting_moved_on", state=entry.state)
    if entry.is_locked != is_locked:
        action = StepAction.LOCKED if is_locked else StepAction.UNLOCKED
        _change(session, draft, entry, action=action, editing=editing, is_locked=is_locked)
    return draft.number


def settle(session: Session, *, editing: Editing, meeting_id: uuid.UUID, keep: bool) -> int:
    """Settle a meeting that moved while the draft was open: ``keep`` the draft's place, or give the draft's up."""
    draft, entry = _loaded(session, editing, meeting_id, any_state=True)
    if keep:
        _change(session, draft, entry, action=StepAction.CONFIRMED, editing=editing)
    elif entry.is_changed:
        _step(session, draft, entry, action=StepAction.GIVEN_BACK, editing=editing)
        session.execute(delete(DraftPlace).where(DraftPlace.draft_id == draft.id, DraftPlace.meeting_id == meeting_id))
    return draft.number


def undo(session: Session, *, editing: Editing) -> tuple[StepAction, uuid.UUID]:
    """Take the last step back, and return what it was. Raises as ``lock``, and Conflict('nothing_to_undo').

    Where the place before it has gone from the fair meanwhile, the meeting is where the plan has it.
    """
    draft = lock(session, editing=editing)
    steps = select(DraftStep).where(DraftStep.draft_id == draft.id).order_by(DraftStep.version.desc()).limit(1)
    step = session.scalar(steps)
    if step is None:
        raise Conflict("nothing_to_undo")
    session.execute(delete(DraftPlace).where(DraftPlace.draft_id == draft.id, DraftPlace.meeting_id == step.meeting_id))
    row = {**step.before, **{key: uuid.UUID(step.before[key]) for key in KEYS if step.before.get(key)}}
    if row and _is_there(session, row):
        session.add(DraftPlace(draft_id=draft.id, meeting_id=step.meeting_id, **row))
    done = StepAction(step.action), step.meeting_id
    session.delete(step)
    draft.version, draft.changed_at = draft.version + 1, editing.now
    session.flush()
    return done


def steps_since(session: Session, *, draft_id: uuid.UUID, version: int) -> list[tuple[StepAction, uuid.UUID]]:
    """Return the steps that came after a version, the oldest first: what changed since someone looked."""
    rows = session.execute(
        select(DraftStep.action, DraftStep.meeting_id)
        .where(DraftStep.draft_id == draft_id, DraftStep.version > version)
        .order_by(DraftStep.version)
    )
    return [(StepAction(action), meeting_id) for action, meeting_id in rows]


def _stands_there(
    session: Session, editing: Editing, meeting_id: uuid.UUID, slot_id: uuid.UUID, table_id: uuid.UUID | None
) -> bool:
    """Whether a draft has the meeting there already, so that a second tap is no change by someone else."""
    found = (
        select(DraftPlace.meeting_id)
        .join(ScheduleDraft, ScheduleDraft.id == DraftPlace.draft_id)
        .where(
            ScheduleDraft.fair_id == editing.fair_id,
            ScheduleDraft.number == editing.number,
            ScheduleDraft.state == DraftState.OPEN,
            DraftPlace.meeting_id == meeting_id,
            DraftPlace.slot_id == slot_id,
            DraftPlace.table_id == table_id,
        )
    )
    return session.scalar(found) is not None


def _loaded(
    session: Session, editing: Editing, meeting_id: uuid.UUID, *, any_state: bool = False
) -> tuple[ScheduleDraft, Entry]:
    draft = lock(session, editing=editing)
    entry = hand_plans.entry_of(session, fair_id=draft.fair_id, draft_id=draft.id, meeting_id=meeting_id)
    return draft, entry if entry is not None and any_state else _movable(entry)


def _around(session: Session, editing: Editing, draft: ScheduleDraft, meeting_id: uuid.UUID) -> HandPlan:
    """What a draft has beside a meeting: all that its place may depend on."""
    ground = plan_ground.read(session, fair_id=draft.fair_id)
    facts = drafts.find(session, fair_id=draft.fair_id, number=draft.number)
    part = Part(held=meeting_id)
    return plan_parts.load(session, fair_id=draft.fair_id, draft=facts, ground=ground, part=part, now=editing.now).plan


def _movable(entry: Entry | None) -> Entry:
    if entry is None:
        raise NotFound("no_such_meeting")
    if not entry.is_to_place:
        raise Conflict("meeting_moved_on", state=entry.state)
    return entry


def _change(
    session: Session, draft: ScheduleDraft, entry: Entry, *, action: StepAction, editing: Editing, **values: Any
) -> None:
    """Write one meeting's row of a draft, and the step that takes it back."""
    _step(session, draft, entry, action=action, editing=editing)
    row = session.get(DraftPlace, (draft.id, entry.id))
    if row is None:
        row = DraftPlace(
            draft_id=draft.id,
            meeting_id=entry.id,
            slot_id=entry.slot_id,
            table_id=entry.table_id,
            interpreter_id=entry.interpreter_id,
            is_locked=entry.is_locked,
            people=_people(session, entry),
            broken=[],
        )
        session.add(row)
    row.was_slot_id, row.was_table_id = entry.stood
    for key, value in values.items():
        setattr(row, key, value)
    session.flush()


def _people(session: Session, entry: Entry) -> dict[str, list[str]]:
    """Who comes, by side, as they are named now; a run of the scheduler may name others."""
    people: dict[str, list[str]] = {}
    named = select(MeetingAttendee.side, MeetingAttendee.representative_id).where(
        MeetingAttendee.meeting_id == entry.id
    )
    for side, person in session.execute(named.order_by(MeetingAttendee.representative_id)):
        people.setdefault(side, []).append(str(person))
    return people


def _step(session: Session, draft: ScheduleDraft, entry: Entry, *, action: StepAction, editing: Editing) -> None:
    draft.version, draft.changed_at = draft.version + 1, editing.now
    row = session.get(DraftPlace, (draft.id, entry.id))
    session.add(
        DraftStep(
            draft_id=draft.id,
            version=draft.version,
            meeting_id=entry.id,
            action=action,
            before=_as_record(row) if row else {},
            by_account_id=editing.by,
            at=editing.now,
        )
    )


def _is_there(session: Session, row: dict[str, Any]) -> bool:
    """Whether the slot, table and interpreter of a row are still there."""
    named = ((Slot, row["slot_id"]), (MeetingTable, row["table_id"]), (Interpreter, row["interpreter_id"]))
    return all(key is None or session.get(table, key) is not None for table, key in named)


def _as_record(row: DraftPlace) -> dict[str, Any]:
    keys = {key: str(value) if (value := getattr(row, key)) else None for key in KEYS}
    return {**keys, "is_locked": row.is_locked, "people": row.people, "broken": row.broken}


def _as_records(broken: list[Broken]) -> list[str]:
    return sorted({one.rule.value for one in broken})
