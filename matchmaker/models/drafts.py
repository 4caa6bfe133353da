"""Drafts of a fair's schedule: what each would change in the plan that stands, and the steps that can be undone."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, Line, reference


class ScheduleDraft(Base):
    """A named draft of the schedule. ``version`` grows with every change, so that two organizers notice each other."""

    __tablename__ = "schedule_draft"
    __table_args__ = (UniqueConstraint("fair_id", "number"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    number: Mapped[int]
    name: Mapped[Line] = mapped_column(default="")
    state: Mapped[Code]
    version: Mapped[int] = mapped_column(default=0)
    run_id: Mapped[uuid.UUID | None] = reference("schedule_run.id", nullable=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DraftPlace(Base):
    """Where a draft puts one meeting, in place of where it stands; without a slot it is taken out.

    ``was_slot_id`` and ``was_table_id`` are where it stood then: once it stands elsewhere the draft is out of date.
    ``people`` are the keys of those who come, by side; ``broken`` the rules that the organizer broke knowingly.
    """

    __tablename__ = "draft_place"

    draft_id: Mapped[uuid.UUID] = reference("schedule_draft.id", primary_key=True, index=False)
    meeting_id: Mapped[uuid.UUID] = reference("meeting.id", primary_key=True)
    slot_id: Mapped[uuid.UUID | None] = reference("slot.id", nullable=True)
    table_id: Mapped[uuid.UUID | None] = reference("meeting_table.id", nullable=True)
    interpreter_id: Mapped[uuid.UUID | None] = reference("interpreter.id", nullable=True)
    is_locked: Mapped[bool] = mapped_column(default=False)
    people: Mapped[dict[str, Any]]
    broken: Mapped[list[Any]]
    was_slot_id: Mapped[uuid.UUID | None]
    was_table_id: Mapped[uuid.UUID | None]


class DraftStep(Base):
    """One change made by hand to a draft: the rows of its meetings before it, so that it can be undone."""

    __tablename__ = "draft_step"

    draft_id: Mapped[uuid.UUID] = reference("schedule_draft.id", primary_key=True, index=False)
    version: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[uuid.UUID] = reference("meeting.id")
    action: Mapped[Code]
    before: Mapped[dict[str, Any]]
    by_account_id: Mapped[uuid.UUID | None] = reference("account.id", nullable=True)
    at: Mapped[datetime]
