"""Who speaks for each side of a meeting, and whom to tell about it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, case, or_, select

from matchmaker.domain.consents import Purpose
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import AGREED, MeetingState
from matchmaker.domain.third_company import THIRD
from matchmaker.models import FairPerson, Meeting, MeetingAttendee, Participation, Representative
from matchmaker.services.meeting_sides import is_in, on_side
from matchmaker.services.visibility import person_agrees

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Person:
    """A representative who sits in a meeting, with what the others may know once all of them want to meet."""

    representative_id: uuid.UUID
    side: str
    name: str
    title_vi: str
    title_en: str
    email: str
    phone: str
    languages: list[str]


# Who sits in the meeting is told; where nobody there can sign in, who comes to the fair; else who runs the profile.
CLOSENESS = case(
    (MeetingAttendee.representative_id.is_not(None), 0),
    (FairPerson.representative_id.is_not(None), 1),
    (Representative.is_admin, 2),
    else_=3,
)
ON_SIDE = on_side()
OF_MEETING = is_in(Participation.id)
RECEIVERS = (
    select(ON_SIDE, CLOSENESS, Representative.account_id)
    .join(Meeting, OF_MEETING)
    .join(Representative, Representative.company_id == Participation.company_id)
    .outerjoin(
        MeetingAttendee,
        and_(
            MeetingAttendee.meeting_id == Meeting.id,
            MeetingAttendee.representative_id == Representative.id,
            MeetingAttendee.side == ON_SIDE,
        ),
    )
    .outerjoin(
        FairPerson,
        and_(
            FairPerson.participation_id == Participation.id,
            FairPerson.representative_id == Representative.id,
        ),
    )
    .where(Meeting.id == bindparam("meeting_id"), Representative.account_id.is_not(None))
    .order_by(ON_SIDE, CLOSENESS, Representative.account_id)
)
NEARNESS = case((FairPerson.representative_id.is_not(None), 1), (Representative.is_admin, 2), else_=3)
ACCOUNTS = (
    select(NEARNESS, Representative.account_id)
    .join(Participation, Participation.company_id == Representative.company_id)
    .outerjoin(
        FairPerson,
        and_(
            FairPerson.participation_id == Participation.id,
            FairPerson.representative_id == Representative.id,
        ),
    )
    .where(Participation.id == bindparam("participation_id"), Representative.account_id.is_not(None))
    .order_by(NEARNESS, Representative.account_id)
)
# Both sides said yes: the meeting stands, took place, or was called off afterwards.
BOTH_ACCEPTED = or_(
    Meeting.state.in_(sorted(AGREED)),
    and_(Meeting.state == MeetingState.CANCELLED, Meeting.answered_at.is_not(None)),
)
# Also then someone of the other side is named, with how to reach them, only where they agree to it.
MAY_KNOW = or_(MeetingAttendee.side == bindparam("side"), person_agrees(Purpose.CONTACT, fair_id=Meeting.fair_id))
PEOPLE = (
    select(
        Representative.id,
        MeetingAttendee.side,
        case((MAY_KNOW, Representative.name), else_=""),
        Representative.title_vi,
        Representative.title_en,
        case((MAY_KNOW, Representative.email), else_=""),
        case((MAY_KNOW, Representative.phone), else_=""),
        Representative.languages,
    )
    .join(MeetingAttendee, MeetingAttendee.representative_id == Representative.id)
    .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
    .where(Meeting.id == bindparam("meeting_id"), or_(MeetingAttendee.side == bindparam("side"), BOTH_ACCEPTED))
    .order_by(MeetingAttendee.side, Representative.name, Representative.id)
)


def receivers(session: Session, *, meeting_id: uuid.UUID) -> dict[str, list[uuid.UUID]]:
    """Return the accounts to tell about a meeting, by side: those nearest to it who can sign in.

    A third company in it has a side of its own.
    """
    rows = session.execute(RECEIVERS, {"meeting_id": meeting_id}).all()
    nearest: dict[str, list[uuid.UUID]] = {}
    for side, of_side in groupby(rows, key=itemgetter(0)):
        _, first = next(groupby(of_side, key=itemgetter(1)))
        nearest[side_of(side)] = [account_id for _, _, account_id in first]
    return nearest


def accounts_of(session: Session, *, participation_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the accounts of those who come to the fair for a company, else of those who run its profile."""
    rows = session.execute(ACCOUNTS, {"participation_id": participation_id}).all()
    return [account_id for nearness, account_id in rows if nearness == rows[0][0]]


def people(session: Session, *, meeting_id: uuid.UUID, side: str) -> list[Person]:
    """Return who sits in a meeting, as one side may see it.

    The other side's people are not even selected before both sides accepted; their name and contact stay empty
    where they do not agree to be known.
    """
    rows = session.execute(PEOPLE, {"meeting_id": meeting_id, "side": side})
    return [Person(row[0], side_of(row[1]), *row[2:]) for row in rows]


def side_of(text: str) -> str:
    """Return the side that an attendee's row names: a role, or the third company's."""
    return THIRD if text == THIRD else Role(text)
