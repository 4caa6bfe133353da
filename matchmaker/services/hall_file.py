"""Write what was entered in a hall without a network as a file: one JSON object a line, in order of time."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from matchmaker.domain.meetings import RECORDED
from matchmaker.domain.third_company import THIRD, ThirdState
from matchmaker.models import CheckIn, Deal, Meeting, MeetingAttendee, OutcomeReport, ThirdCompany

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

FORMAT, VERSION = "matchmaker-hall", 1
MEETING, THIRD_COMPANY, CHECK_IN, OUTCOME = "meeting", "third_company", "check_in", "outcome"
MEETING_COLUMNS = (
    "id",
    "exhibitor_id",
    "buyer_id",
    "state",
    "no_show_side",
    "origin",
    "requested_by",
    "is_walk_in",
    "is_online",
    "slot_id",
    "table_id",
    "requested_at",
)
THIRD_COLUMNS = ("meeting_id", "participation_id", "state", "named_by", "asked_at", "is_present")
CHECK_IN_COLUMNS = ("meeting_id", "side", "is_present", "source", "by_account_id", "once")
OUTCOME_COLUMNS = (
    "id",
    "meeting_id",
    "deal_id",
    "side",
    "outcome",
    "amount",
    "currency",
    "typed",
    "horizon",
    "years",
    "evidence",
    "evidence_number",
    "signed_on",
    "expected_on",
    "saving",
    "note",
    "stated_by",
)


def export(session: Session, *, fair: FairFacts, now: datetime) -> Iterator[str]:
    """Give the lines of a fair's file: a head, then meetings on record, who joined, who was there, what came of them.

    Entries are known by their keys and marks, so whoever reads the file twice, or two files that overlap, has each of
    them once. The file names companies' affairs and people by key: it is to be kept like the database.
    """
    yield _line({"format": FORMAT, "version": VERSION, "fair": fair.slug, "made_at": now})
    found = [*_meetings(session, fair), *_thirds(session, fair), *_check_ins(session, fair), *_outcomes(session, fair)]
    for entry in sorted(found, key=lambda one: (one["at"], one["kind"], _mark(one))):
        yield _line(entry)


def _meetings(session: Session, fair: FairFacts) -> Iterator[dict[str, Any]]:
    people = _people(session, MeetingAttendee.side != THIRD, fair=fair)
    for row in session.scalars(select(Meeting).where(*_on_record(fair))):
        values = {name: getattr(row, name) for name in MEETING_COLUMNS}
        yield {"kind": MEETING, "at": row.changed_at, **values, "people": people[row.id]}


def _thirds(session: Session, fair: FairFacts) -> Iterator[dict[str, Any]]:
    """What third companies of meetings on record answered last, with their people where they have joined."""
    people = _people(session, MeetingAttendee.side == THIRD, fair=fair)
    answered = (
        select(ThirdCompany)
        .join(Meeting, Meeting.id == ThirdCompany.meeting_id)
        .where(*_on_record(fair), ThirdCompany.answered_at.is_not(None))
    )
    for row in session.scalars(answered):
        values = {name: getattr(row, name) for name in THIRD_COLUMNS}
        theirs = [key for key, _ in people[row.meeting_id]] if row.state == ThirdState.JOINED else []
        yield {"kind": THIRD_COMPANY, "at": row.answered_at, **values, "people": theirs}


def _on_record(fair: FairFacts) -> tuple[ColumnElement[bool], ...]:
    return Meeting.fair_id == fair.id, Meeting.state.in_(sorted(RECORDED))


def _people(session: Session, of_side: ColumnElement[bool], *, fair: FairFacts) -> dict[uuid.UUID, list[list[str]]]:
    people: dict[uuid.UUID, list[list[str]]] = defaultdict(list)
    rows = session.execute(
        select(MeetingAttendee.meeting_id, MeetingAttendee.representative_id, MeetingAttendee.side)
        .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
        .where(*_on_record(fair), of_side)
        .order_by(MeetingAttendee.side, MeetingAttendee.representative_id)
    )
    for meeting_id, representative_id, side in rows:
        people[meeting_id].append([str(representative_id), side])
    return people


def _check_ins(session: Session, fair: FairFacts) -> Iterator[dict[str, Any]]:
    for row in session.scalars(select(CheckIn).where(CheckIn.fair_id == fair.id)):
        yield {"kind": CHECK_IN, "at": row.at, **{name: getattr(row, name) for name in CHECK_IN_COLUMNS}}


def _outcomes(session: Session, fair: FairFacts) -> Iterator[dict[str, Any]]:
    rows = session.execute(
        select(OutcomeReport, Deal)
        .outerjoin(Deal, Deal.id == OutcomeReport.deal_id)
        .where(OutcomeReport.fair_id == fair.id, OutcomeReport.side.in_(("seller", "buyer")))
    )
    for report, deal in rows:
        opened = {"title": deal.title, "category_code": deal.category_code, "opened_at": deal.opened_at} if deal else {}
        values = {name: getattr(report, name) for name in OUTCOME_COLUMNS}
        yield {"kind": OUTCOME, "at": report.stated_at, **values, "deal": opened}


def _mark(entry: dict[str, Any]) -> str:
    """What tells two entries of one kind and moment apart."""
    return str(entry.get("id", entry.get("once", entry.get("meeting_id"))))


def _line(entry: dict[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
