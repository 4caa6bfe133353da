"""What happened at the reference fair as rows: requests, meetings, seats, deals and what both sides reported."""

from __future__ import annotations

import uuid
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from matchmaker.demo.people import key_of
from matchmaker.domain.deals.evidence import Evidence
from matchmaker.domain.meetings import MeetingState, Origin
from matchmaker.models import Deal, DealMeeting, Meeting, MeetingAttendee
from matchmaker.services import ledger
from matchmaker.services.seats import Booking, take_seats

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from matchmaker.demo.generator.meeting_records import Meeting as MeetingRecord
    from matchmaker.demo.generator.meeting_records import MeetingRequest
    from matchmaker.demo.generator.reference_fair import ReferenceFair
    from matchmaker.demo.people import Loaded

SIDES = {"exhibitor": "seller", "buyer": "buyer"}
LONGEST_NOTE = 250


def load_meetings(session: Session, *, tree: ReferenceFair, loaded: Loaded) -> None:
    """Load every request with how it ended, every meeting with its people, and the seats of those on record."""
    requests = {request.code: request for request in tree.requests}
    meetings = {meeting.request_code: meeting for meeting in tree.meetings if meeting.request_code}
    rows = [_row(loaded, request, meetings.get(request.code)) for request in tree.requests]
    rows.extend(_row(loaded, None, meeting) for meeting in tree.meetings if meeting.is_walk_in)
    session.execute(insert(Meeting), rows)
    people = [
        {"meeting_id": meeting_key(meeting), "representative_id": key_of("representative", code), "side": side}
        for meeting in tree.meetings
        for side, code in (
            ("exhibitor", meeting.exhibitor_representative_code),
            ("buyer", meeting.buyer_representative_code),
        )
    ]
    people.extend(
        {
            "meeting_id": key_of("meeting", request.code),
            "representative_id": key_of("representative", request.representative_code),
            "side": request.requested_by,
        }
        for request in requests.values()
        if request.code not in meetings
    )
    session.execute(insert(MeetingAttendee), people)
    take_seats(session, bookings=[_booking(loaded, meeting) for meeting in tree.meetings if meeting.end != "cancelled"])


def load_ledger(session: Session, *, tree: ReferenceFair, loaded: Loaded) -> None:
    """Load the deals, the meetings they came from, both sides' reports and the answers months later."""
    meeting_of = {meeting.code: meeting for meeting in tree.meetings}
    deals = [
        {
            "id": key_of("deal", deal.code),
            "fair_id": loaded.fair.id,
            "exhibitor_id": loaded.participations[deal.exhibitor_code, "exhibitor"],
            "buyer_id": loaded.participations[deal.buyer_code, "buyer"],
            "title": deal.title_vi,
            "category_code": deal.category_code,
            "opened_at": deal.opened_at,
        }
        for deal in tree.deals
    ]
    session.execute(insert(Deal), deals)
    came_from = [
        {"deal_id": key_of("deal", deal.code), "meeting_id": meeting_key(meeting_of[code])}
        for deal in tree.deals
        for code in deal.meeting_codes
    ]
    session.execute(insert(DealMeeting), came_from)
    entries: dict[tuple[Any, ...], int] = {}
    said = [*_outcomes(tree, loaded, entries), *_follow_ups(tree, loaded, entries)]
    ledger.add_reports(session, fair_id=loaded.fair.id, reports=sorted(said, key=itemgetter("stated_at")))


def meeting_key(meeting: MeetingRecord) -> uuid.UUID:
    """The key of a meeting: that of its request, or its own for a walk-in."""
    return key_of("meeting", meeting.request_code or meeting.code)


def _row(loaded: Loaded, request: MeetingRequest | None, meeting: MeetingRecord | None) -> dict[str, Any]:
    one: Any = request or meeting
    return {
        "id": key_of("meeting", request.code) if request else meeting_key(one),
        "fair_id": loaded.fair.id,
        "exhibitor_id": loaded.participations[one.exhibitor_code, "exhibitor"],
        "buyer_id": loaded.participations[one.buyer_code, "buyer"],
        "state": MeetingState(meeting.end) if meeting else MeetingState(one.state),
        "origin": _origin(request),
        "requested_by": request.requested_by if request else "organizer",
        "note": request.message_vi[:LONGEST_NOTE] if request else "",
        "is_online": bool(meeting and meeting.is_online),
        "is_walk_in": bool(meeting and meeting.is_walk_in),
        "is_locked": False,
        "slot_id": loaded.slots[meeting.slot] if meeting else None,
        "table_id": loaded.tables[meeting.table_code] if meeting and not meeting.is_online else None,
        "interpreter_id": (
            key_of("interpreter", meeting.interpreter_code) if meeting and meeting.interpreter_code else None
        ),
        "close_reason": (meeting.close_reason if meeting else one.reason) or "",
        "no_show_side": meeting.no_show_side if meeting else None,
        "requested_at": request.requested_at if request else one.changed_at,
        "expires_at": request.expires_at if request else None,
        "answered_at": request.answered_at if request else one.changed_at,
        "changed_at": meeting.changed_at if meeting else one.answered_at or one.requested_at,
    }


def _origin(request: MeetingRequest | None) -> Origin:
    if request is None:
        return Origin.WALK_IN
    return Origin.SUGGESTION if request.is_from_suggestion else Origin.DIRECTORY


def _booking(loaded: Loaded, meeting: MeetingRecord) -> Booking:
    return Booking(
        meeting_id=meeting_key(meeting),
        slot_id=loaded.slots[meeting.slot],
        representatives=(
            key_of("representative", meeting.exhibitor_representative_code),
            key_of("representative", meeting.buyer_representative_code),
        ),
        table_id=None if meeting.is_online else loaded.tables[meeting.table_code],
        interpreter_id=key_of("interpreter", meeting.interpreter_code) if meeting.interpreter_code else None,
    )


def _outcomes(tree: ReferenceFair, loaded: Loaded, entries: dict[tuple[Any, ...], int]) -> list[dict[str, Any]]:
    meeting_of = {meeting.code: meeting for meeting in tree.meetings}
    return [
        _entry(
            loaded,
            entries,
            meeting_id=meeting_key(meeting_of[one.meeting_code]),
            deal_id=key_of("deal", one.deal_code) if one.deal_code else None,
            side=SIDES[one.side],
            outcome=one.stage,
            amount=one.amount,
            currency=one.currency if one.amount is not None else None,
            horizon=one.horizon if one.amount is not None else None,
            years=[[year, str(part)] for year, part in one.years],
            evidence=Evidence(one.evidence),
            evidence_number=one.evidence_name or "",
            attribution=None,
            stated_by=_account(tree, one.representative_code),
            stated_at=one.stated_at,
        )
        for one in tree.outcomes
    ]


def _follow_ups(tree: ReferenceFair, loaded: Loaded, entries: dict[tuple[Any, ...], int]) -> list[dict[str, Any]]:
    meeting_of = {meeting.code: meeting for meeting in tree.meetings}
    last_meeting = {deal.code: meeting_key(meeting_of[deal.meeting_codes[-1]]) for deal in tree.deals}
    return [
        _entry(
            loaded,
            entries,
            meeting_id=last_meeting[one.deal_code],
            deal_id=key_of("deal", one.deal_code),
            side=SIDES[one.side],
            outcome="realised",
            amount=one.realised or None,
            currency=one.currency if one.realised else None,
            horizon="immediate" if one.realised else None,
            years=[],
            evidence=Evidence.INVOICE if one.invoice_ref else Evidence.STATED,
            evidence_number=one.invoice_ref or "",
            attribution=one.would_have_happened,
            stated_by=None,
            stated_at=one.stated_at,
        )
        for one in tree.follow_ups
        if one.realised
    ]


def _entry(loaded: Loaded, entries: dict[tuple[Any, ...], int], **values: Any) -> dict[str, Any]:
    place = (values["meeting_id"], values["deal_id"], values["side"])
    entries[place] = entries.get(place, 0) + 1
    return {
        "id": uuid.uuid4(),
        "fair_id": loaded.fair.id,
        "entry": entries[place],
        "typed": "",
        "signed_on": None,
        "note": "",
        **values,
    }


def _account(tree: ReferenceFair, code: str) -> uuid.UUID | None:
    company_code = code.partition("-")[0]
    company = next(one for one in tree.companies if one.code == company_code)
    return next((key_of("account", one.email) for one in company.representatives if one.code == code), None)
