"""Read what one participant has agreed to: the whole agenda, or one meeting with its people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, select

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import AGREED
from matchmaker.models import Meeting, MeetingAttendee, Representative, Slot
from matchmaker.services import fairs, meeting_people
from matchmaker.services.meeting_rows import SEEN_BY, MeetingRow, read

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Membership, SlotFacts
    from matchmaker.services.meeting_people import Person


@dataclass(frozen=True, slots=True)
class Agenda:
    """A participant's agreed meetings, those with a slot by time, and the fair's slots around them.

    ``colleagues`` names who of one's own company sits in which meeting.
    """

    meetings: list[MeetingRow]
    slots: list[SlotFacts]
    colleagues: dict[uuid.UUID, list[str]]


@dataclass(frozen=True, slots=True)
class MeetingDetails:
    """One meeting and who sits in it, as far as this side may know."""

    row: MeetingRow
    people: list[Person]


def _agreed(role: Role) -> Select[*tuple[Any, ...]]:
    return (
        SEEN_BY[role]
        .where(Meeting.state.in_(sorted(AGREED)))
        .order_by(Slot.starts_at, Meeting.requested_at, Meeting.id)
    )


AGREED_BY = {role: _agreed(role) for role in Role}
ONE = {role: SEEN_BY[role].where(Meeting.id == bindparam("meeting_id")) for role in Role}
COLLEAGUES = (
    select(MeetingAttendee.meeting_id, Representative.name)
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Representative.company_id == bindparam("company_id"),
        MeetingAttendee.side == bindparam("side"),
        Meeting.state.in_(sorted(AGREED)),
    )
    .order_by(Representative.name, Representative.id)
)


def agenda_of(session: Session, *, fair_id: uuid.UUID, me: Membership) -> Agenda:
    """Return everything one participant's agenda is made of, in three statements."""
    meetings = read(session, AGREED_BY[me.role], {"fair_id": fair_id, "participation_id": me.participation_id})
    colleagues: dict[uuid.UUID, list[str]] = {}
    own = {"fair_id": fair_id, "company_id": me.company_id, "side": me.role}
    for meeting_id, name in session.execute(COLLEAGUES, own):
        colleagues.setdefault(meeting_id, []).append(name)
    return Agenda(meetings, fairs.slots(session, fair_id=fair_id), colleagues)


def meeting_of(session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID) -> MeetingDetails:
    """Return one meeting of a participant; raise NotFound when it is not theirs."""
    key = {"fair_id": fair_id, "participation_id": me.participation_id, "meeting_id": meeting_id}
    row = next(iter(read(session, ONE[me.role], key)), None)
    if row is None:
        raise NotFound("no_such_meeting")
    return MeetingDetails(row, meeting_people.people(session, meeting_id=meeting_id, side=me.role))
