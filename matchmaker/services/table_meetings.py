"""Read the meetings at the tables around one moment, for those who stand there: the two sides, a host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, or_, select

from matchmaker.domain.consents import Purpose
from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import (
    Hall,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    OutcomeReport,
    Participation,
    Representative,
    Slot,
    ThirdCompany,
)
from matchmaker.services.meeting_people import side_of
from matchmaker.services.sheets import PLACED
from matchmaker.services.visibility import person_agrees

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMeeting:
    """One meeting at a table. Names are of companies; ``is_reported`` says that an outcome is recorded of it."""

    id: uuid.UUID
    state: MeetingState
    slot_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    table_id: uuid.UUID | None
    table: str
    hall_vi: str
    hall_en: str
    names: dict[Role, str]
    countries: dict[Role, str]
    sides: dict[Role, uuid.UUID]
    badges: dict[Role, str]
    interpreter: str
    is_reported: bool
    third_id: uuid.UUID | None = None
    third: str = ""
    third_badge: str = ""
    is_third_here: bool = False

    def side_of(self, participation_ids: Collection[uuid.UUID]) -> Role | None:
        """Which side one of these participations is on, if any."""
        return next((role for role in Role if self.sides[role] in participation_ids), None)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a fair."""

    id: uuid.UUID
    code: str
    hall_vi: str
    hall_en: str


@dataclass(frozen=True, slots=True)
class Seated:
    """Who sits in a meeting, as a host may know: name and telephone only of those who agree to be reached."""

    side: str
    name: str
    phone: str
    languages: tuple[str, ...]


AROUND = PLACED.add_columns(
    Meeting.state,
    Meeting.slot_id,
    Meeting.table_id,
    select(Participation.badge_code)
    .where(Participation.id == Meeting.exhibitor_id)
    .correlate(Meeting)
    .scalar_subquery()
    .label("exhibitor_badge"),
    select(Participation.badge_code)
    .where(Participation.id == Meeting.third_id)
    .correlate(Meeting)
    .scalar_subquery()
    .label("third_badge"),
    select(ThirdCompany.is_present)
    .where(ThirdCompany.meeting_id == Meeting.id, ThirdCompany.participation_id == Meeting.third_id)
    .correlate(Meeting)
    .scalar_subquery()
    .label("is_third_here"),
    select(OutcomeReport.id).where(OutcomeReport.meeting_id == Meeting.id).correlate(Meeting).exists().label("is_told"),
)
# A table whose meeting was missed may have another one in the same slot: that one is the meeting there.
MISSED_LAST = (Slot.starts_at, Meeting.state == MeetingState.NO_SHOW, MeetingTable.code, Meeting.id)
TABLES = (
    select(MeetingTable.id, MeetingTable.code, Hall.name_vi, Hall.name_en)
    .join(Hall, Hall.id == MeetingTable.hall_id)
    .where(MeetingTable.fair_id == bindparam("fair_id"))
    .order_by(MeetingTable.code, MeetingTable.id)
)
AGREES = person_agrees(Purpose.CONTACT, fair_id=Meeting.fair_id)
SEATED = (
    select(
        MeetingAttendee.meeting_id,
        MeetingAttendee.side,
        case((AGREES, Representative.name), else_=""),
        case((AGREES, Representative.phone), else_=""),
        Representative.languages,
    )
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
    .where(MeetingAttendee.meeting_id.in_(bindparam("ids", expanding=True)))
    .order_by(MeetingAttendee.side, Representative.name, Representative.id)
)


def tables(session: Session, *, fair_id: uuid.UUID) -> list[Table]:
    """Return the tables of a fair, by code."""
    return [Table(*row) for row in session.execute(TABLES, {"fair_id": fair_id})]


def table_of(session: Session, *, fair_id: uuid.UUID, code: str) -> Table:
    """Return the table with a code; raise NotFound when the fair has none."""
    row = session.execute(TABLES.where(MeetingTable.code == code), {"fair_id": fair_id}).first()
    if row is None:
        raise NotFound("no_such_table")
    return Table(*row)


def around(
    session: Session,
    *,
    fair_id: uuid.UUID,
    since: datetime,
    until: datetime,
    table_ids: Collection[uuid.UUID] | None = None,
    of: Collection[uuid.UUID] | None = None,
) -> list[TableMeeting]:
    """Return the meetings that end after ``since`` and begin before ``until``, by time and table, missed ones last.

    Those at ``table_ids`` or of the participations ``of``, and all where neither is named.
    """
    wanted = AROUND.where(Slot.ends_at > since, Slot.starts_at < until).order_by(None).order_by(*MISSED_LAST)
    chosen: list[ColumnElement[bool]] = []
    if table_ids is not None:
        chosen.append(Meeting.table_id.in_(table_ids))
    if of is not None:
        chosen.append(or_(Meeting.exhibitor_id.in_(of), Meeting.buyer_id.in_(of), Meeting.third_id.in_(of)))
    if chosen:
        wanted = wanted.where(or_(*chosen))
    return [_meeting(row) for row in session.execute(wanted, {"fair_id": fair_id})]


def one(session: Session, *, fair_id: uuid.UUID, meeting_id: uuid.UUID) -> TableMeeting:
    """Return one meeting that has its place; raise NotFound when it is not of this fair or has none."""
    row = session.execute(AROUND.where(Meeting.id == meeting_id), {"fair_id": fair_id}).one_or_none()
    if row is None:
        raise NotFound("no_such_meeting")
    return _meeting(row)


def seated(session: Session, *, meeting_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Seated]]:
    """Return who sits in which meeting, in one statement. Both sides have agreed to every meeting with a place."""
    found: dict[uuid.UUID, list[Seated]] = {}
    for meeting_id, side, name, phone, languages in session.execute(SEATED, {"ids": sorted(set(meeting_ids))}):
        found.setdefault(meeting_id, []).append(Seated(side_of(side), name, phone, tuple(languages)))
    return found


def _meeting(row: Any) -> TableMeeting:
    return TableMeeting(
        id=row.id,
        state=MeetingState(row.state),
        slot_id=row.slot_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        table_id=row.table_id,
        table=row.code or "",
        hall_vi=row.name_vi or "",
        hall_en=row.name_en or "",
        names={Role.EXHIBITOR: row.exhibitor, Role.BUYER: row.buyer},
        countries={Role.EXHIBITOR: row.exhibitor_country, Role.BUYER: row.buyer_country},
        sides={Role.EXHIBITOR: row.exhibitor_id, Role.BUYER: row.buyer_id},
        badges={Role.EXHIBITOR: row.exhibitor_badge, Role.BUYER: row.badge_code},
        interpreter=row.interpreter or "",
        is_reported=bool(row.is_told),
        third_id=row.third_id,
        third=row.third or "",
        third_badge=row.third_badge or "",
        is_third_here=bool(row.is_third_here),
    )
