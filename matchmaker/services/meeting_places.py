"""When and where meetings take place, as mail and calendars say it to one side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, bindparam, case, select
from sqlalchemy.orm import aliased

from matchmaker.domain.meetings import MeetingState
from matchmaker.models import (
    Company,
    Fair,
    Hall,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Participation,
    Representative,
    Slot,
)
from matchmaker.services.meeting_sides import is_in, on_side

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class MeetingPlace:
    """One meeting with its time and place; ``company`` names all others who meet. No person is named."""

    id: uuid.UUID
    state: MeetingState
    company: str
    is_online: bool
    starts_at: datetime | None
    ends_at: datetime | None
    table: str | None
    hall_vi: str | None
    hall_en: str | None
    requested_at: datetime
    changed_at: datetime
    expires_at: datetime | None
    slug: str
    fair_vi: str
    fair_en: str
    city_vi: str
    city_en: str
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        """The fair's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def has_time(self) -> bool:
        """Whether it stands in the agenda, or did until it was called off."""
        return self.starts_at is not None and self.state in {MeetingState.SCHEDULED, MeetingState.CANCELLED}

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/fairs/{self.slug}/meetings/{self.id}"


_mine, _theirs = aliased(Participation), aliased(Participation)
# Each meeting as it is seen by the companies of one account, who may have two that meet each other.
SEEN: Select[*tuple[Any, ...]] = (
    select(
        Meeting.id,
        Meeting.state,
        Company.name,
        Meeting.is_online,
        Slot.starts_at,
        Slot.ends_at,
        MeetingTable.code,
        Hall.name_vi,
        Hall.name_en,
        Meeting.requested_at,
        Meeting.changed_at,
        Meeting.expires_at,
        Fair.slug,
        Fair.name_vi,
        Fair.name_en,
        Fair.city_vi,
        Fair.city_en,
        Fair.time_zone,
        _mine.id.label("mine"),
        case((_theirs.id == Meeting.third_id, 2), (_theirs.id == Meeting.buyer_id, 1), else_=0).label("rank"),
    )
    .join(Fair, Fair.id == Meeting.fair_id)
    .join(_mine, is_in(_mine.id))
    .join(
        _theirs,
        and_(is_in(_theirs.id), _theirs.id != _mine.id),
    )
    .join(Company, Company.id == _theirs.company_id)
    .join(Representative, Representative.company_id == _mine.company_id)
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .outerjoin(Hall, Hall.id == MeetingTable.hall_id)
    .where(Representative.account_id == bindparam("account_id"))
)
BY_ID = SEEN.where(Meeting.id.in_(bindparam("meeting_ids", expanding=True)))
SITS_IN = and_(
    MeetingAttendee.meeting_id == Meeting.id,
    MeetingAttendee.representative_id == Representative.id,
    MeetingAttendee.side == on_side(_mine),
)
AGENDA = (
    SEEN.join(MeetingAttendee, SITS_IN)
    .where(Meeting.state.in_([MeetingState.SCHEDULED, MeetingState.HELD]), Slot.starts_at.is_not(None))
    .order_by(Slot.starts_at, Meeting.id)
)
AGENDA_OF_FAIR = AGENDA.where(Meeting.fair_id == bindparam("fair_id"), Meeting.state == MeetingState.SCHEDULED)


def places(
    session: Session, *, account_id: uuid.UUID, meeting_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, MeetingPlace]:
    """Return the meetings of these that an account's companies have a part in, by id."""
    if not meeting_ids:
        return {}
    rows = session.execute(BY_ID, {"account_id": account_id, "meeting_ids": list(meeting_ids)})
    return {place.id: place for place in _places(rows)}


def agenda_places(session: Session, *, account_id: uuid.UUID, fair_id: uuid.UUID | None = None) -> list[MeetingPlace]:
    """Return the meetings with a time that a person sits in, at one fair or at all, the earliest first."""
    statement = AGENDA if fair_id is None else AGENDA_OF_FAIR
    key = {"account_id": account_id} if fair_id is None else {"account_id": account_id, "fair_id": fair_id}
    return _places(session.execute(statement, key))


def _places(rows: Iterable[Any]) -> list[MeetingPlace]:
    """One place for each meeting and each company of the account in it, which names all others who meet."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[Any]] = {}
    for row in rows:
        found.setdefault((row.id, row.mine), []).append(row)
    return [_place(sorted(others, key=lambda row: row.rank)) for others in found.values()]


def _place(others: Sequence[Any]) -> MeetingPlace:
    key, state, _company, *rest, _mine_id, _rank = others[0]
    return MeetingPlace(key, MeetingState(state), ", ".join(row[2] for row in others), *rest)
