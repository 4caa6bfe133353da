"""Close what a company has open at a fair, when it may not take part any longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from matchmaker.domain.errors import Conflict
from matchmaker.domain.meetings import OPEN, Action, MeetingState, Party
from matchmaker.domain.third_company import STANDING, TO_JOIN
from matchmaker.models import Company, Meeting, Participation, ThirdCompany
from matchmaker.services import meetings, seats, third_companies
from matchmaker.services.meeting_notices import take_back_request, tell

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

NOT_TAKING_PART = "not_taking_part"
# Someone on the other side may answer in this very moment; what they did is then closed like the rest.
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Affected:
    """A company with what it has open: requests without an answer, meetings agreed, and those with a time.

    ``joined`` are meetings of others that it has joined, or is asked to join.
    """

    participation_id: uuid.UUID
    name: str
    status: str
    requests: int
    meetings: int
    timed: int
    joined: int


class Ended(NamedTuple):
    """How many requests and meetings of a company were closed, and how many meetings of others it left."""

    closed: int
    left: int


OPEN_OF = (
    select(Meeting.id)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        or_(Meeting.exhibitor_id == bindparam("mine"), Meeting.buyer_id == bindparam("mine")),
        Meeting.state.in_(sorted(OPEN)),
    )
    .order_by(Meeting.requested_at, Meeting.id)
)
_joined = aliased(Meeting)
JOINED = (
    select(func.count())
    .select_from(ThirdCompany)
    .join(_joined, _joined.id == ThirdCompany.meeting_id)
    .where(
        ThirdCompany.participation_id == Participation.id,
        ThirdCompany.state.in_(sorted(STANDING)),
        _joined.state.in_(sorted(TO_JOIN)),
    )
    .correlate(Participation)
    .scalar_subquery()
)
IS_REQUEST = Meeting.state == MeetingState.REQUESTED
AFFECTED = (
    select(
        Participation.id,
        Company.name,
        Participation.status,
        func.count(case((IS_REQUEST, 1))),
        func.count(case((~IS_REQUEST, 1))),
        func.count(case((Meeting.state == MeetingState.SCHEDULED, 1))),
        JOINED,
    )
    .join(Company, Company.id == Participation.company_id)
    .outerjoin(
        Meeting,
        or_(Meeting.exhibitor_id == Participation.id, Meeting.buyer_id == Participation.id)
        & Meeting.state.in_(sorted(OPEN)),
    )
    .where(
        Participation.fair_id == bindparam("fair_id"),
        Participation.id.in_(bindparam("ids", expanding=True)),
    )
    .group_by(Participation.id, Company.name, Company.name_key, Participation.status)
    .order_by(Company.name_key, Participation.id)
)


def affected(session: Session, *, fair_id: uuid.UUID, participation_ids: Sequence[uuid.UUID]) -> list[Affected]:
    """Return what would be closed for each of some companies, by name; those of other fairs are left out."""
    rows = session.execute(AFFECTED, {"fair_id": fair_id, "ids": list(participation_ids)})
    return [Affected(*row) for row in rows]


def close_open(
    session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, by: uuid.UUID | None, now: datetime
) -> Ended:
    """Close every open request and meeting of a company, free its seats, and tell the other side once.

    It also leaves the meetings of others that it has joined or is asked to join.

    A closed request can be made again should the company take part again: none counts as declined. Returns how many
    were closed and left. The caller has locked the participation, so that nobody asks it meanwhile.
    """
    keys = session.scalars(OPEN_OF, {"fair_id": fair_id, "mine": participation_id}).all()
    for key in keys:
        _close(session, fair_id=fair_id, meeting_id=key, participation_id=participation_id, by=by, now=now)
    seats.free_seats(session, meeting_ids=keys)
    left = third_companies.leave_all(session, fair_id=fair_id, participation_id=participation_id, by=by, now=now)
    return Ended(len(keys), left)


def _close(
    session: Session,
    *,
    fair_id: uuid.UUID,
    meeting_id: uuid.UUID,
    participation_id: uuid.UUID,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    for _ in range(MOST_TRIES):
        meeting, party = meetings.load(
            session, fair_id=fair_id, meeting_id=meeting_id, participation_id=participation_id
        )
        if meeting.state not in OPEN:
            return
        action, acts_as = _way_out(meeting.state, party)
        try:
            meetings.move(
                session, meeting=meeting, action=action, party=acts_as, by=by, now=now, reason=NOT_TAKING_PART
            )
        except Conflict:
            continue
        if action is not Action.WITHDRAW or not take_back_request(session, meeting_id=meeting.id):
            other = meeting.side_of(participation_id).other
            tell(
                session,
                meeting=meeting,
                kind="meeting_cancelled",
                sides=(other,),
                by=None,
                now=now,
                reason=NOT_TAKING_PART,
            )
        return


def _way_out(state: MeetingState, party: Party) -> tuple[Action, Party]:
    """An own request is withdrawn, another's is left to expire, a meeting is called off by the organizer."""
    if state is not MeetingState.REQUESTED:
        return Action.CANCEL, Party.ORGANIZER
    return (Action.WITHDRAW, Party.ASKER) if party is Party.ASKER else (Action.EXPIRE, Party.SYSTEM)
