"""Read what one participant has agreed to: the whole agenda, or one meeting with its people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import JSON, bindparam, literal, select, union_all

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import AGREED
from matchmaker.domain.third_company import THIRD, ThirdState
from matchmaker.models import HistoryEntry, Interpreter, Meeting, MeetingAttendee, Representative
from matchmaker.models.base import Instant, RowKey
from matchmaker.services import fair_changes, fairs, meeting_people, own_agenda, suggestions
from matchmaker.services.kept_counts import Kept
from matchmaker.services.meeting_rows import SEEN_BY, WITH_JOINED, MeetingRow, read, read_with_joined
from matchmaker.services.shared_times import KEPT as KEPT_TIMES
from matchmaker.services.shared_times import shared_times

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import Marks
    from matchmaker.services.fairs import Grid, Membership
    from matchmaker.services.meeting_people import Person
    from matchmaker.services.own_agenda import AgendaRow, OwnAgenda


@dataclass(frozen=True, slots=True)
class MovedFrom:
    """Where and when a meeting was before it moved, as far as that is on record."""

    starts_at: datetime | None
    table: str


class Agenda(NamedTuple):
    """What a participant has agreed to, with the fair's slots around it and its marks from before any was read."""

    own: OwnAgenda
    grid: Grid
    marks: Marks


class Beside(NamedTuple):
    """Who of one's own company sits in which meeting, and where those were that moved lately."""

    colleagues: Mapping[uuid.UUID, Sequence[str]]
    moved: Mapping[uuid.UUID, MovedFrom]


@dataclass(frozen=True, slots=True)
class MeetingDetails:
    """One meeting and who sits in it, as far as this side may know."""

    row: MeetingRow
    people: list[Person]


ONE = {role: SEEN_BY[role].where(Meeting.id == bindparam("meeting_id")) for role in Role}
ONE_WITH_JOINED = {role: WITH_JOINED[role].where(Meeting.id == bindparam("meeting_id")) for role in Role}
INTERPRETER = select(Interpreter.name).where(Interpreter.id == bindparam("key"))
COLLEAGUES = (
    select(
        MeetingAttendee.meeting_id,
        Representative.name.label("name"),
        Representative.id.label("key"),
        literal(None, Instant()).label("at"),
        literal(None, JSON(none_as_null=True)).label("facts"),
    )
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .where(
        MeetingAttendee.meeting_id.in_(bindparam("ids", expanding=True)),
        Representative.company_id == bindparam("company_id"),
        MeetingAttendee.side.in_([bindparam("side"), THIRD]),
    )
)
MOVED_LATELY = timedelta(days=1)
MOVED = select(
    HistoryEntry.subject_id, literal(""), literal(None, RowKey()), HistoryEntry.at, HistoryEntry.facts
).where(
    HistoryEntry.subject_kind == "meeting",
    HistoryEntry.action == "meeting_moved",
    HistoryEntry.subject_id.in_(bindparam("ids", expanding=True)),
    HistoryEntry.at > bindparam("since"),
)
# What stands beside the meetings of a list comes in one statement: colleagues by name, moves by when they were made.
BESIDE = union_all(COLLEAGUES, MOVED).order_by("name", "key", "at")
# Before any slot.
EVER = datetime.min.replace(tzinfo=UTC)
KEPT_PARTNERS: Kept[Mapping[datetime, int]] = Kept(
    *(statement for kept in (suggestions.KEPT_LISTS, KEPT_TIMES, own_agenda.KEPT) for statement in kept.statements),
    most=own_agenda.COMPANIES_KEPT,
)


def agenda_of(session: Session, *, fair_id: uuid.UUID, me: Membership) -> Agenda:
    """Return what one participant's agenda is made of, in at most three statements whatever its length."""
    marks = fair_changes.marks_of(session, fair_id=fair_id)
    own = own_agenda.of(session, fair_id=fair_id, me=me, marks=marks)
    return Agenda(own, fairs.KEPT_GRID.of(session, fair_id=fair_id, marks=marks), marks)


def beside(session: Session, rows: Sequence[AgendaRow], *, me: Membership, now: datetime) -> Beside:
    """Return what stands beside some meetings of one's agenda; of those that moved again it is the first place."""
    colleagues: dict[uuid.UUID, list[str]] = {}
    moved: dict[uuid.UUID, MovedFrom] = {}
    ids = [row.id for row in rows]
    of_mine = {"ids": ids, "company_id": me.company_id, "side": me.role, "since": now - MOVED_LATELY}
    for meeting_id, name, key, _, facts in session.execute(BESIDE, of_mine) if ids else ():
        if key is not None:
            colleagues.setdefault(meeting_id, []).append(name)
            continue
        at = facts.get("was_starts_at")
        moved.setdefault(meeting_id, MovedFrom(datetime.fromisoformat(at) if at else None, facts.get("was_table", "")))
    return Beside(colleagues, moved)


def interpreter_of(session: Session, row: AgendaRow) -> str:
    """Return who interprets in a meeting; nothing where nobody does."""
    if row.interpreter_id is None:
        return ""
    found = session.execute(INTERPRETER, {"key": row.interpreter_id}).first()
    return str(found[0]) if found else ""


def free_partners(session: Session, agenda: Agenda, *, fair_id: uuid.UUID, me: Membership) -> Mapping[datetime, int]:
    """Return which suggested companies one does not meet yet are free in which slots, where one is free as well.

    By when the slots start, with one bit for each company. It is kept until something of it is written.
    """

    def read() -> Mapping[datetime, int]:
        listed = suggestions.kept_list(session, fair_id=fair_id, whose=me, marks=agenda.marks)
        mine, others = me.participation_id, [one.other_id for one in listed.rows]
        times = shared_times(session, fair_id=fair_id, mine=mine, others=others, now=EVER, marks=agenda.marks)
        met = {row.other_id for row in agenda.own.meetings}
        found: dict[datetime, int] = defaultdict(int)
        for place, (other, starts) in enumerate(times.items()):
            for start in starts if other not in met else ():
                found[start] |= 1 << place
        return MappingProxyType(dict(found))

    return KEPT_PARTNERS.found(session, fair_id=fair_id, key=me.participation_id, read=read, marks=agenda.marks)


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
