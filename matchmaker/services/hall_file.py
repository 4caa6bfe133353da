"""Write what was entered in a hall without a network as a file: one JSON object a line, in order of time."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from matchmaker.domain.meetings import RECORDED
from matchmaker.domain.third_company import THIRD
from matchmaker.models import CheckIn, Deal, Meeting, MeetingAttendee, OutcomeReport

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

FORMAT, VERSION = "matchmaker-hall", 1
MEETING, CHECK_IN, OUTCOME = "meeting", "check_in", "outcome"
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
    """Give the lines of a fair's file: a head, then meetings on record, who was there, and what came of them.

    Entries are known by their keys and marks, so whoever reads the file twice, or two files that overlap, has each of
    them once. The file names companies' affairs and people by key: it is to be kept like the database.
    """
    yield _line({"format": FORMAT, "version": VERSION, "fair": fair.slug, "made_at": now})
    found = [*_meetings(session, fair), *_check_ins(session, fair), *_outcomes(session, fair)]
    for entry in sorted(found, key=lambda one: (one["at"], one["kind"], str(one.get("id", one.get("once"))))):
        yield _line(entry)


def _meetings(session: Session, fair: FairFacts) -> Iterator[dict[str, Any]]:
    on_record = (Meeting.fair_id == fair.id, Meeting.state.in_(sorted(RECORDED)))
    people: dict[uuid.UUID, list[list[str]]] = defaultdict(list)
    rows = session.execute(
        select(MeetingAttendee.meeting_id, MeetingAttendee.representative_id, MeetingAttendee.side)
        .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
        .where(*on_record, MeetingAttendee.side != THIRD)
        .order_by(MeetingAttendee.side, MeetingAttendee.representative_id)
    )
    for meeting_id, representative_id, side in rows:
        people[meeting_id].append([str(representative_id), side])
    for row in session.scalars(select(Meeting).where(*on_record)):
        values = {name: getattr(row, name) for name in MEETING_COLUMNS}
        yield {"kind": MEETING, "at": row.changed_at, **values, "people": people[row.id]}


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


def _line(entry: dict[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
