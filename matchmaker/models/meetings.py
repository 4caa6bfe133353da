"""Meetings from request to record, the people in them, and the seats they take."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Code, Key, Line, RowKey, reference

WAITING = "state = 'requested'"
OPEN_OFFER = "state = 'open'"
UNSETTLED = "settled_at IS NULL"
STANDING = "state IN ('asked', 'joined')"
HAS_THIRD = "third_id IS NOT NULL"


class Meeting(Base):
    """An exhibitor and a buyer who are to meet, from the request on.

    ``third_id`` is a third company that has agreed to sit with them. The meeting stays one of the pair.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        Index(
            "uq_meeting_one_open_request",
            "fair_id",
            "exhibitor_id",
            "buyer_id",
            unique=True,
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
        CheckConstraint("state <> 'scheduled' OR slot_id IS NOT NULL", name="scheduled_has_slot"),
        CheckConstraint("exhibitor_id <> buyer_id", name="two_sides"),
        CheckConstraint("third_id <> exhibitor_id AND third_id <> buyer_id", name="third_is_another"),
        # With the slot in it, lists find a page and count a day without reading the meetings themselves.
        Index(None, "fair_id", "state", "slot_id"),
        Index(None, "exhibitor_id", "state"),
        Index(None, "buyer_id", "state"),
        # These hold few meetings, and one that holds all would have nearly all of them under one value.
        Index(None, "third_id", sqlite_where=text(HAS_THIRD), postgresql_where=text(HAS_THIRD)),
        Index(None, "fair_id", "is_locked", sqlite_where=text("is_locked = 1"), postgresql_where=text("is_locked")),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    exhibitor_id: Mapped[uuid.UUID] = reference("participation.id", index=False)
    buyer_id: Mapped[uuid.UUID] = reference("participation.id", index=False)
    third_id: Mapped[uuid.UUID | None] = mapped_column(RowKey(), ForeignKey("participation.id", ondelete="SET NULL"))
    state: Mapped[Code]
    origin: Mapped[Code]
    requested_by: Mapped[Code]
    note: Mapped[Line] = mapped_column(default="")
    is_online: Mapped[bool] = mapped_column(default=False)
    is_walk_in: Mapped[bool] = mapped_column(default=False)
    is_locked: Mapped[bool] = mapped_column(default=False)
    has_messages: Mapped[bool] = mapped_column(default=True)
    slot_id: Mapped[uuid.UUID | None] = reference("slot.id", nullable=True)
    table_id: Mapped[uuid.UUID | None] = reference("meeting_table.id", nullable=True)
    interpreter_id: Mapped[uuid.UUID | None] = reference("interpreter.id", nullable=True)
    exhibitor_grade: Mapped[Code] = mapped_column(default="would_like")
    buyer_grade: Mapped[Code] = mapped_column(default="would_like")
    close_reason: Mapped[Code] = mapped_column(default="")
    no_show_side: Mapped[str | None] = mapped_column(String(10))
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    attendees: Mapped[list[MeetingAttendee]] = relationship(back_populates="meeting")


class MeetingAttendee(Base):
    """A representative who sits in a meeting: for the exhibitor, the buyer, or the third company."""

    __tablename__ = "meeting_attendee"

    meeting_id: Mapped[uuid.UUID] = reference("meeting.id", primary_key=True, index=False)
    representative_id: Mapped[uuid.UUID] = reference("representative.id", primary_key=True)
    side: Mapped[Code]

    meeting: Mapped[Meeting] = relationship(back_populates="attendees")


class Seat(Base):
    """Someone or something taken in a slot. The primary key is what makes double booking impossible.

    ``kind`` is representative, table or interpreter and ``resource_id`` the key of that row.
    """

    __tablename__ = "seat"

    kind: Mapped[Code] = mapped_column(primary_key=True)
    resource_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    slot_id: Mapped[uuid.UUID] = reference("slot.id", primary_key=True)
    meeting_id: Mapped[uuid.UUID] = reference("meeting.id")


class ThirdCompany(Base):
    """A company that was asked to join the meeting of two others, and what it answered.

    There is one row for a company and a meeting, so that a refusal is final; one company at a time is asked.
    ``named_by`` is the side that named it, or the organizer; ``is_present`` what a host saw of it.
    """

    __tablename__ = "third_company"
    __table_args__ = (
        Index(
            "uq_third_company_one_standing",
            "meeting_id",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
        CheckConstraint("state IN ('asked', 'joined', 'declined', 'withdrawn', 'left')", name="known_state"),
    )

    meeting_id: Mapped[uuid.UUID] = reference("meeting.id", primary_key=True, index=False)
    participation_id: Mapped[uuid.UUID] = reference("participation.id", primary_key=True)
    state: Mapped[Code]
    named_by: Mapped[Code]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    is_present: Mapped[bool | None]


class MeetingMessage(Base):
    """A short line from one side of a meeting to the other."""

    __tablename__ = "meeting_message"
    __table_args__ = (Index(None, "meeting_id", "at"),)

    id: Mapped[Key]
    meeting_id: Mapped[uuid.UUID] = reference("meeting.id", index=False)
    side: Mapped[Code]
    account_id: Mapped[uuid.UUID | None] = reference("account.id", nullable=True)
    text: Mapped[str]
    at: Mapped[datetime]


class Complaint(Base):
    """A report of one company about another to the organizer, and what became of it."""

    __tablename__ = "complaint"
    __table_args__ = (Index(None, "fair_id", "settled_at"), Index(None, "about_id", "outcome"))

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    meeting_id: Mapped[uuid.UUID] = reference("meeting.id")
    by_id: Mapped[uuid.UUID] = reference("participation.id")
    about_id: Mapped[uuid.UUID] = reference("participation.id", index=False)
    reason: Mapped[Code]
    text: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[Code] = mapped_column(default="")


class Objection(Base):
    """What one side said against a meeting of the provisional plan, and the organizer's answer.

    ``slot_id`` is the time it was said against: a meeting that is no longer there has answered it.
    """

    __tablename__ = "objection"
    __table_args__ = (
        Index(
            "uq_objection_one_open",
            "meeting_id",
            "side",
            unique=True,
            sqlite_where=text(UNSETTLED),
            postgresql_where=text(UNSETTLED),
        ),
        CheckConstraint("side IN ('exhibitor', 'buyer')", name="one_side"),
        Index(None, "fair_id", "settled_at"),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    meeting_id: Mapped[uuid.UUID] = reference("meeting.id")
    side: Mapped[Code]
    slot_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("slot.id", ondelete="SET NULL"))
    by_account_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid(), ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[Code]
    words: Mapped[Line] = mapped_column(default="")
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[Code] = mapped_column(default="")
    answer: Mapped[Line] = mapped_column(default="")


class SlotOffer(Base):
    """A freed time that is offered to two who wait for one, until someone takes it or the offer ends."""

    __tablename__ = "slot_offer"
    __table_args__ = (
        UniqueConstraint("slot_id", "meeting_id"),
        Index(
            "uq_slot_offer_one_open",
            "meeting_id",
            unique=True,
            sqlite_where=text(OPEN_OFFER),
            postgresql_where=text(OPEN_OFFER),
        ),
        Index(None, "state", "expires_at"),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id")
    slot_id: Mapped[uuid.UUID] = reference("slot.id", index=False)
    meeting_id: Mapped[uuid.UUID] = reference("meeting.id")
    state: Mapped[Code]
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class ScheduleRun(Base):
    """One run of the scheduler over a fair, with its proved bound.

    ``scope`` says how much of the plan it may change; with ``is_draft`` its plan becomes a draft. ``base`` is the
    number of the draft it started from.
    """

    __tablename__ = "schedule_run"
    __table_args__ = (Index(None, "fair_id", "started_at"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    state: Mapped[Code]
    seed: Mapped[int]
    scope: Mapped[Code] = mapped_column(default="fewest")
    is_draft: Mapped[bool] = mapped_column(default=False)
    base: Mapped[int | None]
    asked: Mapped[int] = mapped_column(default=0)
    placed: Mapped[int] = mapped_column(default=0)
    metrics: Mapped[dict[str, Any]]
    certificate: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ScheduleMiss(Base):
    """A meeting the last run could not place: the reason's code, what proves it and what would help."""

    __tablename__ = "schedule_miss"

    run_id: Mapped[uuid.UUID] = reference("schedule_run.id", primary_key=True, index=False)
    meeting_id: Mapped[uuid.UUID] = reference("meeting.id", primary_key=True)
    code: Mapped[Code]
    evidence: Mapped[dict[str, Any]]
    help: Mapped[list[Any]]
