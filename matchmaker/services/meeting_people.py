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
from matchmaker.domain.requests import Speaker
from matchmaker.models import FairPerson, Meeting, MeetingAttendee, Participation, Representative
from matchmaker.services.visibility import person_agrees

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from sqlalchemy import Row
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Person:
    """A representative who sits in a meeting, with what the other side may know once both want to meet."""

    representative_id: uuid.UUID
    side: Role
    name: str
    title_vi: str
    title_en: str
    email: str
    phone: str
    languages: list[str]


SPEAKERS = (
    select(
        FairPerson.participation_id,
        Representative.id,
        Representative.languages,
        Representative.account_id.is_not(None),
    )
    .join(Representative, Representative.id == FairPerson.representative_id)
    .where(FairPerson.participation_id.in_(bindparam("participations", expanding=True)))
)
SPEAKERS_OF_FAIR = (
    select(
        FairPerson.participation_id,
        Representative.id,
        Representative.languages,
        Representative.account_id.is_not(None),
    )
    .join(Representative, Representative.id == FairPerson.representative_id)
    .join(Participation, Participation.id == FairPerson.participation_id)
    .where(Participation.fair_id == bindparam("fair_id"))
)
# Who sits in the meeting is told; where nobody there can sign in, who comes to the fair; else who runs the profile.
CLOSENESS = case(
    (MeetingAttendee.representative_id.is_not(None), 0),
    (FairPerson.representative_id.is_not(None), 1),
    (Representative.is_admin, 2),
    else_=3,
)
RECEIVERS = (
    select(Participation.role, CLOSENESS, Representative.account_id)
    .join(Meeting, or_(Meeting.exhibitor_id == Participation.id, Meeting.buyer_id == Participation.id))
    .join(Representative, Representative.company_id == Participation.company_id)
    .outerjoin(
        MeetingAttendee,
        and_(
            MeetingAttendee.meeting_id == Meeting.id,
            MeetingAttendee.representative_id == Representative.id,
            MeetingAttendee.side == Participation.role,
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
    .order_by(Participation.role, CLOSENESS, Representative.account_id)
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


def speakers(session: Session, *, participation_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Speaker]]:
    """Return who comes to the fair for each participation; one without people is absent."""
    return _by_participation(session.execute(SPEAKERS, {"participations": list(participation_ids)}).all())


def speakers_of_fair(session: Session, *, fair_id: uuid.UUID) -> dict[uuid.UUID, list[Speaker]]:
    """Return who comes to the fair for every participation, in one statement."""
    return _by_participation(session.execute(SPEAKERS_OF_FAIR, {"fair_id": fair_id}).all())


def receivers(session: Session, *, meeting_id: uuid.UUID) -> dict[Role, list[uuid.UUID]]:
    """Return the accounts to tell about a meeting, by side: those nearest to it who can sign in."""
    rows = session.execute(RECEIVERS, {"meeting_id": meeting_id}).all()
    nearest: dict[Role, list[uuid.UUID]] = {}
    for side, of_side in groupby(rows, key=itemgetter(0)):
        _, first = next(groupby(of_side, key=itemgetter(1)))
        nearest[Role(side)] = [account_id for _, _, account_id in first]
    return nearest


def people(session: Session, *, meeting_id: uuid.UUID, side: Role) -> list[Person]:
    """Return who sits in a meeting, as one side may see it.

    The other side's people are not even selected before both sides accepted; their name and contact stay empty
    where they do not agree to be known.
    """
    rows = session.execute(PEOPLE, {"meeting_id": meeting_id, "side": side})
    return [Person(row[0], Role(row[1]), *row[2:]) for row in rows]


def _by_participation(
    rows: Iterable[Row[uuid.UUID, uuid.UUID, list[str], bool]],
) -> dict[uuid.UUID, list[Speaker]]:
    found: dict[uuid.UUID, list[Speaker]] = {}
    for participation_id, key, languages, can_sign_in in rows:
        found.setdefault(participation_id, []).append(Speaker(key, frozenset(languages), bool(can_sign_in)))
    return found
