"""Read what one participant has agreed to: the whole agenda, or one meeting with its people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import JSON, Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import aliased

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import AGREED, MeetingState
from matchmaker.domain.third_company import THIRD, TO_JOIN, ThirdState
from matchmaker.models import (
    Company,
    HistoryEntry,
    Interpreter,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Need,
    Offer,
    Participation,
    Representative,
    Slot,
    Suggestion,
)
from matchmaker.models.base import Instant, RowKey
from matchmaker.services import fair_changes, fairs, meeting_people, suggestions
from matchmaker.services.company_names import THIRD_NAME
from matchmaker.services.deals import SIDES
from matchmaker.services.meeting_rows import (
    BOOTH,
    SEEN_BY,
    SUGGESTED,
    WITH_JOINED,
    MeetingRow,
    first_text,
    is_reported_by,
    read,
    read_with_joined,
    sides_of,
    with_joined,
)
from matchmaker.services.shared_times import shared_times

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import Marks
    from matchmaker.services.fairs import Grid, Membership
    from matchmaker.services.meeting_people import Person


class AgendaRow(NamedTuple):
    """One agreed meeting as its line says it. Its slot tells when it is; what else it says is as of a MeetingRow."""

    state: MeetingState
    id: uuid.UUID
    name: str
    country: str
    city: str
    is_online: bool
    slot_id: uuid.UUID | None
    table_code: str | None
    booth: str
    interpreter: str | None
    third: str | None
    other_id: uuid.UUID
    is_reported: bool
    third_state: str


class Reminder(NamedTuple):
    """What the other side needs or offers: the pair that was compared, and its first item in both languages."""

    best_pair: dict[str, Any] | None
    item_vi: str | None
    item_en: str | None


@dataclass(frozen=True, slots=True)
class MovedFrom:
    """Where and when a meeting was before it moved, as far as that is on record."""

    starts_at: datetime | None
    table: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """A participant's agreed meetings, those with a slot by time, and the fair's slots around them.

    ``colleagues`` names who of one's own company sits in which meeting, ``moved`` where those were that moved lately.
    ``invited`` are the meetings of others that one's company is asked to join. ``marks`` are those of the fair
    before any of it was read.
    """

    meetings: list[AgendaRow]
    grid: Grid
    colleagues: dict[uuid.UUID, list[str]]
    marks: Marks
    moved: dict[uuid.UUID, MovedFrom] = field(default_factory=dict)
    invited: list[AgendaRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MeetingDetails:
    """One meeting and who sits in it, as far as this side may know."""

    row: MeetingRow
    people: list[Person]


# A third company is not asked for the outcome, and who else joins is of no use to it.
NOT_FOR_THIRD: dict[str, Any] = {"is_reported": True, "third": None}


def _agreed(role: Role) -> Select[*tuple[Any, ...]]:
    sits_in, across, buyer_name = with_joined(role)
    other = aliased(Participation)
    return (
        select(
            Meeting.state,
            Meeting.id,
            Company.name,
            Company.country,
            Company.city,
            Meeting.is_online,
            Meeting.slot_id,
            MeetingTable.code,
            func.coalesce(BOOTH, ""),
            Interpreter.name,
            THIRD_NAME,
            other.id,
            is_reported_by(SIDES[role]),
            sits_in.c.third_state,
            buyer_name,
        )
        # What is joined first PostgreSQL begins with.
        .select_from(sits_in)
        .join(Meeting, Meeting.id == sits_in.c.meeting_id)
        .join(other, other.id == across)
        .join(Company, Company.id == other.company_id)
        .outerjoin(Slot, Slot.id == Meeting.slot_id)
        .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
        .outerjoin(Interpreter, Interpreter.id == Meeting.interpreter_id)
        .where(Meeting.fair_id == bindparam("fair_id"), Meeting.state.in_(sorted(AGREED)))
        .order_by(Slot.starts_at, Meeting.requested_at, Meeting.id)
    )


def _reminder(role: Role) -> Select[*tuple[Any, ...]]:
    _, theirs = sides_of(role)
    item = Need if role is Role.EXHIBITOR else Offer
    return (
        select(Suggestion.best_pair, first_text(item.text_vi, theirs), first_text(item.text_en, theirs))
        .select_from(Meeting)
        .outerjoin(Suggestion, SUGGESTED)
        .where(Meeting.id == bindparam("meeting_id"))
    )


AGREED_BY = {role: _agreed(role) for role in Role}
REMINDERS = {role: _reminder(role) for role in Role}
ONE = {role: SEEN_BY[role].where(Meeting.id == bindparam("meeting_id")) for role in Role}
ONE_WITH_JOINED = {role: WITH_JOINED[role].where(Meeting.id == bindparam("meeting_id")) for role in Role}
COLLEAGUES = (
    select(
        MeetingAttendee.meeting_id,
        Representative.name.label("name"),
        Representative.id.label("key"),
        literal(None, Instant()).label("at"),
        literal(None, JSON(none_as_null=True)).label("facts"),
    )
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Representative.company_id == bindparam("company_id"),
        MeetingAttendee.side.in_([bindparam("side"), THIRD]),
        Meeting.state.in_(sorted(AGREED)),
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


def agenda_of(session: Session, *, fair_id: uuid.UUID, me: Membership, now: datetime) -> Agenda:
    """Return everything one participant's agenda is made of, in at most five statements whatever its length."""
    agreed = list(_rows(session, fair_id=fair_id, me=me))
    # Read after the meetings, so that the grid is as new as they are and knows every slot of theirs.
    marks = fair_changes.marks_of(session, fair_id=fair_id)
    grid = fairs.KEPT_GRID.of(session, fair_id=fair_id, marks=marks)
    meetings = [row for row in agreed if row.third_state in {"", ThirdState.JOINED}]
    colleagues, moved = _beside(session, _coming(meetings, grid, now=now), fair_id=fair_id, me=me, now=now)
    invited = [row for row in agreed if row.third_state == ThirdState.ASKED and row.state in TO_JOIN]
    return Agenda(meetings, grid, colleagues, marks, moved, invited)


def _rows(session: Session, *, fair_id: uuid.UUID, me: Membership) -> Iterator[AgendaRow]:
    key = {"fair_id": fair_id, "participation_id": me.participation_id}
    for state, *facts, buyer in session.execute(AGREED_BY[me.role], key):
        row = AgendaRow(MeetingState(state), *facts)
        yield row._replace(name=f"{row.name}, {buyer}", **NOT_FOR_THIRD) if row.third_state else row


def _coming(meetings: Iterable[AgendaRow], grid: Grid, *, now: datetime) -> list[uuid.UUID]:
    """The keys of the meetings that have not begun."""
    return [row.id for row in meetings if row.slot_id is not None and grid.slots[row.slot_id].starts_at > now]


def _beside(
    session: Session, coming: Sequence[uuid.UUID], *, fair_id: uuid.UUID, me: Membership, now: datetime
) -> tuple[dict[uuid.UUID, list[str]], dict[uuid.UUID, MovedFrom]]:
    """Who of one's own company sits where, and where coming meetings were that moved within MOVED_LATELY.

    Of those that moved again it is the first place.
    """
    own = {"fair_id": fair_id, "company_id": me.company_id, "side": me.role, "since": now - MOVED_LATELY}
    colleagues: dict[uuid.UUID, list[str]] = {}
    moved: dict[uuid.UUID, MovedFrom] = {}
    for meeting_id, name, key, _, facts in session.execute(BESIDE, {**own, "ids": coming}):
        if key is not None:
            colleagues.setdefault(meeting_id, []).append(name)
            continue
        at = facts.get("was_starts_at")
        moved.setdefault(meeting_id, MovedFrom(datetime.fromisoformat(at) if at else None, facts.get("was_table", "")))
    return colleagues, moved


def reminder_of(session: Session, row: AgendaRow, *, me: Membership) -> Reminder | None:
    """Return what the other side of a meeting needs or offers; why the two meet is not told to a third company."""
    if row.third_state:
        return None
    return Reminder(*session.execute(REMINDERS[me.role], {"meeting_id": row.id}).one())


def free_partners(
    session: Session, agenda: Agenda, *, fair_id: uuid.UUID, me: Membership, now: datetime
) -> Mapping[datetime, int]:
    """Return which suggested companies one does not meet yet are free in coming slots, where one is free as well.

    By when the slots start, with one bit for each company. What is read for it is kept, and shared with the page of
    suggestions, until something of it is written.
    """
    listed = suggestions.kept_list(session, fair_id=fair_id, whose=me, marks=agenda.marks)
    others = [one.other_id for one in listed.rows]
    times = shared_times(session, fair_id=fair_id, mine=me.participation_id, others=others, now=now, marks=agenda.marks)
    met = {row.other_id for row in agenda.meetings}
    found: dict[datetime, int] = defaultdict(int)
    for place, other in enumerate(others):
        for start in times[other] if other not in met else ():
            found[start] |= 1 << place
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
