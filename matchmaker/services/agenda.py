"""Read what one participant has agreed to: the whole agenda, or one meeting with its people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Uuid, bindparam, select, union_all

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import AGREED
from matchmaker.domain.third_company import THIRD, TO_JOIN, ThirdState
from matchmaker.models import HistoryEntry, Meeting, MeetingAttendee, Representative, Slot
from matchmaker.services import fairs, meeting_people, shared_times, suggestions
from matchmaker.services.meeting_rows import SEEN_BY, WITH_JOINED, MeetingRow, read, read_with_joined

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Grid, Membership, SlotFacts
    from matchmaker.services.meeting_people import Person


@dataclass(frozen=True, slots=True)
class MovedFrom:
    """Where and when a meeting was before it moved, as far as that is on record."""

    starts_at: datetime | None
    table: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """A participant's agreed meetings, those with a slot by time, and the fair's slots around them.

    ``colleagues`` names who of one's own company sits in which meeting, ``moved`` where those were that moved lately.
    ``invited`` are the meetings of others that one's company is asked to join.
    """

    meetings: list[MeetingRow]
    grid: Grid
    colleagues: dict[uuid.UUID, list[str]]
    moved: dict[uuid.UUID, MovedFrom] = field(default_factory=dict)
    invited: list[MeetingRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MeetingDetails:
    """One meeting and who sits in it, as far as this side may know."""

    row: MeetingRow
    people: list[Person]


def _agreed(role: Role) -> Select[*tuple[Any, ...]]:
    return (
        WITH_JOINED[role]
        .where(Meeting.state.in_(sorted(AGREED)))
        .order_by(Slot.starts_at, Meeting.requested_at, Meeting.id)
    )


AGREED_BY = {role: _agreed(role) for role in Role}
ONE = {role: SEEN_BY[role].where(Meeting.id == bindparam("meeting_id")) for role in Role}
ONE_WITH_JOINED = {role: WITH_JOINED[role].where(Meeting.id == bindparam("meeting_id")) for role in Role}
COLLEAGUES = (
    select(MeetingAttendee.meeting_id, Representative.name)
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Representative.company_id == bindparam("company_id"),
        MeetingAttendee.side.in_([bindparam("side"), THIRD]),
        Meeting.state.in_(sorted(AGREED)),
    )
    .order_by(Representative.name, Representative.id)
)
SUGGESTED_BUSY = {
    role: shared_times.busy(
        # Named, so that who is listed is looked up once and not for each part of the statement.
        select(union_all(select(bindparam("mine", type_=Uuid())), suggestions.LISTED_IDS[role]).cte("listed")),
        slots=bindparam("slots", expanding=True),
    )
    for role in Role
}
MOVED_LATELY = timedelta(days=1)
MOVED = (
    select(HistoryEntry.subject_id, HistoryEntry.facts)
    .where(
        HistoryEntry.subject_kind == "meeting",
        HistoryEntry.action == "meeting_moved",
        HistoryEntry.subject_id.in_(bindparam("ids", expanding=True)),
        HistoryEntry.at > bindparam("since"),
    )
    .order_by(HistoryEntry.at)
)


def agenda_of(session: Session, *, fair_id: uuid.UUID, me: Membership, now: datetime) -> Agenda:
    """Return everything one participant's agenda is made of, in at most five statements whatever its length."""
    key = {"fair_id": fair_id, "participation_id": me.participation_id}
    agreed = read_with_joined(session, AGREED_BY[me.role], key)
    meetings = [row for row in agreed if row.third_state in {"", ThirdState.JOINED}]
    colleagues: dict[uuid.UUID, list[str]] = {}
    own = {"fair_id": fair_id, "company_id": me.company_id, "side": me.role}
    for meeting_id, name in session.execute(COLLEAGUES, own):
        colleagues.setdefault(meeting_id, []).append(name)
    return Agenda(
        meetings,
        fairs.KEPT_GRID.of(session, fair_id=fair_id),
        colleagues,
        _moved(session, meetings, now=now),
        [row for row in agreed if row.third_state == ThirdState.ASKED and row.state in TO_JOIN],
    )


def _moved(session: Session, meetings: Sequence[MeetingRow], *, now: datetime) -> dict[uuid.UUID, MovedFrom]:
    """Where coming meetings were that moved within MOVED_LATELY; the first place of those that moved again."""
    coming = [row.id for row in meetings if row.starts_at is not None and row.starts_at > now]
    found: dict[uuid.UUID, MovedFrom] = {}
    if not coming:
        return found
    for meeting_id, facts in session.execute(MOVED, {"ids": coming, "since": now - MOVED_LATELY}):
        at = facts.get("was_starts_at")
        found.setdefault(meeting_id, MovedFrom(datetime.fromisoformat(at) if at else None, facts.get("was_table", "")))
    return found


def free_partners(
    session: Session, agenda: Agenda, *, me: Membership, slots: Sequence[SlotFacts]
) -> Mapping[datetime, Collection[uuid.UUID]]:
    """Return which suggested companies one does not meet yet are free in some slots, where one is free as well.

    They are given by the starts of the slots, in one statement; none where there are no slots.
    """
    found: dict[datetime, set[uuid.UUID]] = defaultdict(set)
    if not slots:
        return found
    asked = {"mine": me.participation_id, "my_company": me.company_id, "slots": [slot.id for slot in slots]}
    times = shared_times.free_together(
        session.execute(SUGGESTED_BUSY[me.role], asked),
        slots=[(slot.id, slot.starts_at) for slot in slots],
        mine=me.participation_id,
    )
    met = {row.other_id for row in agenda.meetings}
    for other, starts in times.items():
        for start in starts if other not in met else ():
            found[start].add(other)
    return found


def meeting_of(session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID) -> MeetingDetails:
    """Return one meeting of a participant with its people; raise NotFound when it is not theirs."""
    row = row_of(session, fair_id=fair_id, me=me, meeting_id=meeting_id)
    return MeetingDetails(row, meeting_people.people(session, meeting_id=meeting_id, side=me.role))


def row_of(session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID) -> MeetingRow:
    """Return one meeting of a participant without its people; raise NotFound when it is not theirs."""
    key = {"fair_id": fair_id, "participation_id": me.participation_id, "meeting_id": meeting_id}
    row = next(iter(read(session, ONE[me.role], key)), None)
    if row is None:
        raise NotFound("no_such_meeting")
    return row


def joined_meeting_of(session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID) -> MeetingDetails:
    """Return a meeting of others that one's company is or was asked to join; raise NotFound where it was not.

    Who sits in it is read only while one's company sits there as well.
    """
    key = {"fair_id": fair_id, "participation_id": me.participation_id, "meeting_id": meeting_id}
    row = next(iter(read_with_joined(session, ONE_WITH_JOINED[me.role], key)), None)
    if row is None or not row.third_state:
        raise NotFound("no_such_meeting")
    is_in = row.third_state == ThirdState.JOINED and row.state in AGREED
    return MeetingDetails(row, meeting_people.people(session, meeting_id=meeting_id, side=THIRD) if is_in else [])


def own_or_joined(session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID) -> MeetingRow:
    """Return one meeting of a participant, or of two others that it was asked to join; raise NotFound."""
    try:
        return row_of(session, fair_id=fair_id, me=me, meeting_id=meeting_id)
    except NotFound:
        return joined_meeting_of(session, fair_id=fair_id, me=me, meeting_id=meeting_id).row
