"""A company's own meetings, as far as the pages need them on which it looks for more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select

from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Company, Meeting, Participation, Slot
from matchmaker.services.kept_counts import Kept, KeptRows

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import Marks
    from matchmaker.services.fairs import Membership

# Of so many companies the meetings are kept; one has a few dozen.
COMPANIES_KEPT = 100
OVER = frozenset({MeetingState.DECLINED, MeetingState.EXPIRED, MeetingState.WITHDRAWN, MeetingState.CANCELLED})


class OwnMeeting(NamedTuple):
    """One of the reader's own meetings."""

    id: uuid.UUID
    other_id: uuid.UUID
    other_name: str
    state: str
    requested_by: str
    requested_at: datetime
    expires_at: datetime | None
    day: date | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OwnMeetings(KeptRows[OwnMeeting]):
    """All meetings of a company from the request on, oldest first.

    ``with_whom`` is the newest with each other company that is not refused, withdrawn or cancelled; ``waiting`` are the
    requests that wait for the reader; those in ``declined`` turned a request of the reader down, and can't be asked
    again.
    """

    with_whom: Mapping[uuid.UUID, OwnMeeting]
    waiting: tuple[OwnMeeting, ...]
    declined: frozenset[uuid.UUID]


def _meetings(own: Any, other: Any) -> Any:
    return (
        select(
            Meeting.id,
            other,
            Company.name,
            Meeting.state,
            Meeting.requested_by,
            Meeting.requested_at,
            Meeting.expires_at,
            Slot.day,
        )
        .join(Participation, Participation.id == other)
        .join(Company, Company.id == Participation.company_id)
        .outerjoin(Slot, Slot.id == Meeting.slot_id)
        .where(own == bindparam("mine"))
        .order_by(Meeting.requested_at, Meeting.id)
    )


MEETINGS = {
    Role.EXHIBITOR: _meetings(Meeting.exhibitor_id, Meeting.buyer_id),
    Role.BUYER: _meetings(Meeting.buyer_id, Meeting.exhibitor_id),
}
KEPT: Kept[OwnMeetings] = Kept(*MEETINGS.values(), most=COMPANIES_KEPT)


def of(session: Session, *, fair_id: uuid.UUID, me: Membership, marks: Marks | None = None) -> OwnMeetings:
    """Return the meetings of a participant, which are read again only after something of the fair's was written."""

    def read() -> OwnMeetings:
        rows = session.execute(MEETINGS[me.role], {"mine": me.participation_id})
        return _told_apart(tuple(map(OwnMeeting._make, rows)), me.role)

    return KEPT.found(session, fair_id=fair_id, key=me.participation_id, read=read, marks=marks)


def _told_apart(rows: tuple[OwnMeeting, ...], role: Role) -> OwnMeetings:
    asked, declined = MeetingState.REQUESTED, MeetingState.DECLINED
    return OwnMeetings(
        rows,
        with_whom={one.other_id: one for one in rows if one.state not in OVER},
        waiting=tuple(one for one in rows if one.state == asked and one.requested_by != role),
        declined=frozenset(one.other_id for one in rows if one.state == declined and one.requested_by == role),
    )
