"""Read what a hall's file says of third companies: who joined or left a meeting there, and whether it was seen."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from matchmaker.domain.errors import Refused
from matchmaker.domain.third_company import ORGANIZER, THIRD, ThirdState
from matchmaker.models import Meeting, MeetingAttendee, Participation, Representative, ThirdCompany
from matchmaker.models.engine import lock
from matchmaker.services import meetings, third_companies, third_invitations
from matchmaker.services.meeting_notices import BOTH

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts


def take(session: Session, *, fair: FairFacts, meeting_id: uuid.UUID, entry: dict[str, Any], now: datetime) -> bool:
    """Add an entry about a third company to a meeting of the fair; return whether it said anything new.

    What was answered later holds. What a host saw is taken where nobody at the main site has said it. An invitation
    that nobody answered ends, as always when a meeting begins. Raises Refused: unknown_company; recorded_otherwise
    where another company has joined.
    """
    lock(session, meetings.LOCK, {"meeting_id": meeting_id})
    third_id, state = uuid.UUID(entry["participation_id"]), ThirdState(entry["state"])
    row = session.get(ThirdCompany, (meeting_id, third_id), populate_existing=True)
    at = min(datetime.fromisoformat(entry["at"]), now)
    if row is not None and (row.state == state or at <= (row.answered_at or row.asked_at)):
        return _see(row, state, entry)
    _check(session, fair=fair, meeting_id=meeting_id, third_id=third_id, state=state)
    if state is ThirdState.JOINED:
        _end_invitation(session, fair=fair, meeting_id=meeting_id, third_id=third_id, now=now)
    if row is None:
        named_by = entry["named_by"] if entry["named_by"] in {*BOTH, ORGANIZER} else ORGANIZER
        asked_at = min(datetime.fromisoformat(entry["asked_at"]), now)
        row = ThirdCompany(meeting_id=meeting_id, participation_id=third_id, named_by=named_by, asked_at=asked_at)
        session.add(row)
    elif row.state == ThirdState.JOINED:
        meeting = meetings.facts_of(session, fair_id=fair.id, meeting_id=meeting_id)
        third_companies.take_out(session, meeting, third_id=third_id, state=state, now=at)
        return True
    row.state, row.answered_at = state, at
    if state is ThirdState.JOINED:
        row.is_present = entry["is_present"]
        _join(session, meeting_id=meeting_id, third_id=third_id, people=entry["people"])
    return True


def _see(row: ThirdCompany, state: ThirdState, entry: dict[str, Any]) -> bool:
    """Keep what a host in the hall saw of a company that is in the meeting on both machines."""
    if row.state != state or row.is_present is not None or entry["is_present"] is None:
        return False
    row.is_present = bool(entry["is_present"])
    return True


def _check(session: Session, *, fair: FairFacts, meeting_id: uuid.UUID, third_id: uuid.UUID, state: ThirdState) -> None:
    participation = session.get(Participation, third_id)
    if participation is None or participation.fair_id != fair.id:
        raise Refused("unknown_company")
    others = select(ThirdCompany.participation_id).where(
        ThirdCompany.meeting_id == meeting_id,
        ThirdCompany.participation_id != third_id,
        ThirdCompany.state == ThirdState.JOINED,
    )
    if state is ThirdState.JOINED and session.scalar(others) is not None:
        raise Refused("recorded_otherwise")


def _end_invitation(
    session: Session, *, fair: FairFacts, meeting_id: uuid.UUID, third_id: uuid.UUID, now: datetime
) -> None:
    """Withdraw what another company was asked and did not answer: the meeting took place with this one."""
    meeting = meetings.facts_of(session, fair_id=fair.id, meeting_id=meeting_id)
    third_invitations.withdraw(session, meeting=meeting, by=None, now=now, besides=third_id)


def _join(session: Session, *, meeting_id: uuid.UUID, third_id: uuid.UUID, people: list[str]) -> None:
    """Let a company be in a meeting that is on record: its people are named, and nobody's seat is taken afterwards."""
    session.get_one(Meeting, meeting_id).third_id = third_id
    of_company = select(Representative.id).where(
        Representative.id.in_([uuid.UUID(one) for one in people]),
        Representative.company_id == session.get_one(Participation, third_id).company_id,
    )
    for key in session.scalars(of_company):
        session.add(MeetingAttendee(meeting_id=meeting_id, representative_id=key, side=THIRD))
