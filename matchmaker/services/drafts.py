"""Drafts of a fair's schedule: open, name, discard. None of it touches the plan that stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from matchmaker.domain.errors import Conflict, NotFound, Refused
from matchmaker.models import DraftPlace, DraftStep, Fair, ScheduleDraft
from matchmaker.services import history

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

LONGEST_NAME = 80


class DraftState(StrEnum):
    """What became of a draft."""

    OPEN = "open"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """A draft as pages need it; ``steps`` are the changes by hand that can be taken back."""

    id: uuid.UUID
    number: int
    name: str
    state: DraftState
    version: int
    run_id: uuid.UUID | None
    changed_at: datetime
    changes: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Editing:
    """Which draft is changed, as its editor last saw it; ``number`` 0 opens a new one."""

    fair_id: uuid.UUID
    number: int
    version: int
    by: uuid.UUID
    now: datetime


CHANGES = (
    select(func.count())
    .select_from(DraftPlace)
    .where(DraftPlace.draft_id == ScheduleDraft.id)
    .correlate(ScheduleDraft)
    .scalar_subquery()
)
STEPS = (
    select(func.count())
    .select_from(DraftStep)
    .where(DraftStep.draft_id == ScheduleDraft.id)
    .correlate(ScheduleDraft)
    .scalar_subquery()
)
FACTS = select(
    ScheduleDraft.id,
    ScheduleDraft.number,
    ScheduleDraft.name,
    ScheduleDraft.state,
    ScheduleDraft.version,
    ScheduleDraft.run_id,
    ScheduleDraft.changed_at,
    CHANGES,
    STEPS,
)
OPEN = FACTS.where(ScheduleDraft.fair_id == bindparam("fair_id"), ScheduleDraft.state == DraftState.OPEN).order_by(
    ScheduleDraft.number.desc()
)


def open_drafts(session: Session, *, fair_id: uuid.UUID) -> list[DraftFacts]:
    """Return the drafts that can still be worked on, the newest first."""
    return [facts_of(row) for row in session.execute(OPEN, {"fair_id": fair_id})]


def find(session: Session, *, fair_id: uuid.UUID, number: int) -> DraftFacts:
    """Return a draft of a fair, whatever became of it. Raises NotFound."""
    row = session.execute(FACTS.where(ScheduleDraft.fair_id == fair_id, ScheduleDraft.number == number)).one_or_none()
    if row is None:
        raise NotFound("no_such_draft")
    return facts_of(row)


def open_draft(
    session: Session, *, fair_id: uuid.UUID, by: uuid.UUID | None, now: datetime, run_id: uuid.UUID | None = None
) -> ScheduleDraft:
    """Open a draft that changes nothing yet; numbers are never given twice."""
    session.execute(select(Fair.id).where(Fair.id == fair_id).with_for_update(key_share=True))
    last = session.scalar(select(func.max(ScheduleDraft.number)).where(ScheduleDraft.fair_id == fair_id))
    draft = ScheduleDraft(
        fair_id=fair_id,
        number=(last or 0) + 1,
        state=DraftState.OPEN,
        version=0,
        run_id=run_id,
        created_at=now,
        changed_at=now,
    )
    session.add(draft)
    session.flush()
    _record(session, "draft_opened", draft=draft, by=by, now=now)
    return draft


def rename(session: Session, *, editing: Editing, name: str) -> None:
    """Give a draft a name. Raises Refused('name_too_long'), NotFound, Conflict('draft_closed'|'draft_changed')."""
    if len(name) > LONGEST_NAME:
        raise Refused("name_too_long", field="name")
    draft = lock(session, editing=editing)
    draft.name, draft.changed_at = name, editing.now
    session.flush()


def discard(session: Session, *, editing: Editing) -> None:
    """Give a draft up; it stays on record and can be taken back. Raises as ``rename``."""
    draft = lock(session, editing=editing)
    draft.state, draft.changed_at = DraftState.DISCARDED, editing.now
    session.flush()
    _record(session, "draft_discarded", draft=draft, by=editing.by, now=editing.now)


def take_back(session: Session, *, fair_id: uuid.UUID, number: int, by: uuid.UUID, now: datetime) -> None:
    """Open a discarded draft again. Raises NotFound, Conflict('draft_closed') for one that was published."""
    draft = _row(session, fair_id=fair_id, number=number)
    if draft.state == DraftState.PUBLISHED:
        raise Conflict("draft_closed")
    draft.state, draft.changed_at = DraftState.OPEN, now
    session.flush()
    _record(session, "draft_reopened", draft=draft, by=by, now=now)


def lock(session: Session, *, editing: Editing) -> ScheduleDraft:
    """Return the row of a draft that is about to change, locked; number 0 opens a new draft.

    Raises NotFound, Conflict('draft_closed'), and Conflict('draft_changed', since=…) when someone else has changed it
    since its editor looked.
    """
    if editing.number == 0:
        return open_draft(session, fair_id=editing.fair_id, by=editing.by, now=editing.now)
    draft = _row(session, fair_id=editing.fair_id, number=editing.number)
    if draft.state != DraftState.OPEN:
        raise Conflict("draft_closed")
    if draft.version != editing.version:
        raise Conflict("draft_changed", since=editing.version)
    return draft


def facts_of(row: Any) -> DraftFacts:
    """Return the draft of a row that FACTS selects."""
    key, number, name, state, *rest = row
    return DraftFacts(key, number, name, DraftState(state), *rest)


def _row(session: Session, *, fair_id: uuid.UUID, number: int) -> ScheduleDraft:
    draft = session.scalar(
        select(ScheduleDraft)
        .where(ScheduleDraft.fair_id == fair_id, ScheduleDraft.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if draft is None:
        raise NotFound("no_such_draft")
    return draft


def _record(session: Session, action: str, *, draft: ScheduleDraft, by: uuid.UUID | None, now: datetime) -> None:
    history.record(
        session,
        action=action,
        subject_kind="schedule_draft",
        subject_id=draft.id,
        by=by,
        now=now,
        fair_id=draft.fair_id,
        number=draft.number,
    )
