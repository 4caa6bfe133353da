"""Read where and when a meeting could take place: everyone's days, the tables, and what is left of them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, bindparam, cast, func, literal, select, union_all
from sqlalchemy.orm import aliased

from matchmaker.domain import places as rules
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import RECORDED, MeetingState
from matchmaker.domain.places import Diary, Ground, Opening, Place, Spot
from matchmaker.models import (
    Fair,
    FairPerson,
    Hall,
    InterpreterAbsence,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Participation,
    RepresentativeAbsence,
    Seat,
    Slot,
)
from matchmaker.services import fair_changes
from matchmaker.services.kept_counts import KeptCount
from matchmaker.services.meeting_sides import is_in, on_side
from matchmaker.services.seats import SeatKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, CompoundSelect
    from sqlalchemy.orm import Session

BETWEEN = ","
TEXTS_KEPT = 512
NOWHERE = Ground((), (), {})
BOTH_SIDES: frozenset[str] = frozenset(Role)
_mine, _role, _other = aliased(Participation), aliased(Participation), aliased(Meeting)
OPENINGS = (
    select(Slot.id, Slot.day, Slot.starts_at, Slot.ends_at)
    .where(Slot.fair_id == bindparam("fair_id"))
    .order_by(Slot.starts_at)
)
PERSONS = (SeatKind.INTERPRETER, SeatKind.REPRESENTATIVE)
WANTED: BindParameter[Any] = bindparam("people", expanding=True)
AWAY, BUSY, OWN = "away", "busy", "own"


def _slots_of(column: Any) -> Any:
    """The slots of many rows as one text: people have dozens, and a large fair ten thousand meetings."""
    return func.aggregate_strings(cast(column, String), BETWEEN)


def _times(what: str, who: Any, slot: Any, hall: Any) -> Any:
    return select(literal(what).label("what"), who, _slots_of(slot), hall).group_by(who)


# A union takes its types from the first statement; an absence has no hall.
NO_HALL = literal(None, Hall.code.type).label("hall")
# What fills the days of those in a meeting, and the tables that it has itself: they are free for it.
ENGAGED: CompoundSelect[Any] = union_all(
    *(
        _times(AWAY, who, kind.slot_id, NO_HALL).where(who.in_(WANTED))
        for kind, who in (
            (RepresentativeAbsence, RepresentativeAbsence.representative_id),
            (InterpreterAbsence, InterpreterAbsence.interpreter_id),
        )
    ),
    _times(BUSY, Seat.resource_id, Seat.slot_id, Hall.code)
    .join(Meeting, Meeting.id == Seat.meeting_id)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .outerjoin(Hall, Hall.id == MeetingTable.hall_id)
    .where(Seat.kind.in_(PERSONS), Seat.resource_id.in_(WANTED), Seat.meeting_id != bindparam("meeting_id"))
    .group_by(Hall.code),
    _times(OWN, Seat.resource_id, Seat.slot_id, NO_HALL).where(
        Seat.meeting_id == bindparam("meeting_id"), Seat.kind == SeatKind.TABLE
    ),
)
TABLES = (
    select(MeetingTable.host_id, MeetingTable.id, MeetingTable.code, Hall.code)
    .join(Hall, Hall.id == MeetingTable.hall_id)
    .where(MeetingTable.fair_id == bindparam("fair_id"), MeetingTable.is_closed.is_(False))
    .order_by(Hall.code, MeetingTable.code)
)
FREE_TABLES = TABLES.where(
    ~select(Seat.kind)
    .where(
        Seat.kind == SeatKind.TABLE,
        Seat.resource_id == MeetingTable.id,
        Seat.slot_id == bindparam("slot_id"),
        Seat.meeting_id != bindparam("meeting_id"),
    )
    .exists()
)
TAKEN = (
    select(Seat.resource_id, _slots_of(Seat.slot_id))
    .join(MeetingTable, MeetingTable.id == Seat.resource_id)
    .where(Seat.kind == SeatKind.TABLE, MeetingTable.fair_id == bindparam("fair_id"))
    .group_by(Seat.resource_id)
)


def _spent_as(side: Any) -> Any:
    """How many other meetings in the grid have a role on one side, each side from an index of its own."""
    found = select(func.count()).where(
        side == _role.id,
        _other.id != bindparam("meeting_id"),
        _other.slot_id.is_not(None),
        _other.state.in_(sorted({MeetingState.SCHEDULED, *RECORDED})),
    )
    return found.correlate(_role).scalar_subquery()


# A company's limit counts what stands in the grid in all of its roles, as the schedule's does.
SPENT = (
    select(func.sum(_spent_as(_other.exhibitor_id) + _spent_as(_other.buyer_id) + _spent_as(_other.third_id)))
    .where(_role.company_id == _mine.company_id, _role.fair_id == bindparam("fair_id"))
    .correlate(_mine)
    .scalar_subquery()
)
SIDES = (
    select(
        on_side(_mine).label("role"),
        _mine.id,
        _mine.booth,
        func.coalesce(_mine.meetings_cap, Fair.meetings_cap).label("cap"),
        SPENT.label("spent"),
        Meeting.is_online,
        Meeting.interpreter_id,
        select(MeetingTable.id).where(MeetingTable.fair_id == bindparam("fair_id")).exists().label("has_tables"),
    )
    .join(Meeting, is_in(_mine.id))
    .join(Fair, Fair.id == _mine.fair_id)
    .where(Meeting.id == bindparam("meeting_id"), Meeting.fair_id == bindparam("fair_id"))
)
_side = SIDES.cte("side")
# Each side with those who come for it, one row for each of them.
PEOPLE = (
    select(*_side.c, MeetingAttendee.representative_id.label("person_id"), FairPerson.daily_cap)
    .select_from(_side)
    .outerjoin(
        MeetingAttendee,
        and_(MeetingAttendee.meeting_id == bindparam("meeting_id"), MeetingAttendee.side == _side.c.role),
    )
    .outerjoin(
        FairPerson,
        and_(
            FairPerson.representative_id == MeetingAttendee.representative_id,
            FairPerson.participation_id == _side.c.id,
        ),
    )
    .order_by(MeetingAttendee.side, MeetingAttendee.representative_id)
)


@dataclass(frozen=True, slots=True)
class Board:
    """All that decides where and when one meeting can take place.

    ``full`` names the sides whose companies have as many meetings as they may; ``missing`` those nobody comes for. A
    third company in the meeting is a side as well.
    """

    ground: Ground
    people: Mapping[str, Sequence[uuid.UUID]]
    interpreter_id: uuid.UUID | None
    diaries: tuple[Diary, ...]
    full: frozenset[str]
    sides: frozenset[str] = BOTH_SIDES

    @property
    def missing(self) -> frozenset[str]:
        """The sides for which nobody is named."""
        return self.sides - set(self.people)

    @property
    def is_possible(self) -> bool:
        """Whether each side has somebody to send and a meeting left. Without that neither ground nor days are read."""
        return not (self.missing or self.full)

    def places(self, *, now: datetime) -> list[Place]:
        """Return every place in order of time."""
        if not self.is_possible:
            return []
        return rules.places(self.ground, self.diaries, now=now)

    def place_in(self, slot_id: uuid.UUID, *, now: datetime) -> Place | None:
        """Return the place in one slot, or None where the meeting can't take place then."""
        if not self.is_possible:
            return None
        return rules.place_in(self.ground, self.diaries, slot_id, now=now)


def board_of(session: Session, *, fair_id: uuid.UUID, meeting_id: uuid.UUID, slot_id: uuid.UUID | None = None) -> Board:
    """Return the board of one meeting, in six statements at most, whatever the size of the fair; mostly in three.

    The meeting's own seats are left out: it does not stand in its own way. Its interpreter comes along. With
    ``slot_id`` only the tables that are free then are on it, so that it answers for that slot alone.
    """
    key: dict[str, Any] = {"fair_id": fair_id, "meeting_id": meeting_id}
    people: dict[str, list[uuid.UUID]] = {}
    caps: dict[uuid.UUID, int | None] = {}
    sides = session.execute(PEOPLE, key).all()
    for side in sides:
        if side.person_id is not None:
            people.setdefault(side.role, []).append(side.person_id)
            caps[side.person_id] = side.daily_cap
    interpreter_id = next((side.interpreter_id for side in sides), None)
    if interpreter_id is not None:
        caps[interpreter_id] = None
    board = Board(
        ground=NOWHERE,
        people=people,
        interpreter_id=interpreter_id,
        diaries=(),
        full=frozenset(side.role for side in sides if side.spent >= side.cap),
        sides=BOTH_SIDES | {side.role for side in sides},
    )
    if not board.is_possible:
        return board
    diaries, own = _diaries(session, key, caps)
    return replace(board, diaries=diaries, ground=_ground(session, key, sides, own, slot_id=slot_id))


def _tables_by_slot(rows: Sequence[Any]) -> MappingProxyType[uuid.UUID, frozenset[uuid.UUID]]:
    """The tables taken in each slot, from rows of TAKEN."""
    found: dict[str, set[uuid.UUID]] = defaultdict(set)
    for table_id, slots in rows:
        for slot in slots.split(BETWEEN):
            found[slot].add(table_id)
    return MappingProxyType({uuid.UUID(slot): frozenset(tables) for slot, tables in found.items()})


@lru_cache(maxsize=TEXTS_KEPT)
def _keys(slots: str) -> frozenset[uuid.UUID]:
    """The slots of a text, which people who are away at the same times share."""
    return frozenset(map(uuid.UUID, slots.split(BETWEEN)))


def _spots(rows: Sequence[Any]) -> tuple[tuple[uuid.UUID | None, Spot], ...]:
    """Tables with the exhibitor whose booth each is, if any."""
    return tuple((host_id, Spot(key, code, hall, host_id is not None)) for host_id, key, code, hall in rows)


KEPT_TAKEN = KeptCount(TAKEN, _tables_by_slot)
KEPT_OPENINGS = KeptCount(OPENINGS, lambda rows: tuple(Opening(*row) for row in rows))
KEPT_TABLES = KeptCount(TABLES, _spots)


def is_full(session: Session, *, fair_id: uuid.UUID, meeting_id: uuid.UUID, side: str) -> bool:
    """Whether the company on one side of a meeting has as many others in the grid as it may."""
    rows = session.execute(SIDES, {"fair_id": fair_id, "meeting_id": meeting_id})
    return any(row.role == side and row.spent >= row.cap for row in rows)


def _ground(
    session: Session,
    key: dict[str, Any],
    sides: Sequence[Any],
    own: Mapping[uuid.UUID, uuid.UUID],
    *,
    slot_id: uuid.UUID | None,
) -> Ground:
    fair_id = key["fair_id"]
    marks = fair_changes.marks_of(session, fair_id=fair_id)
    taken: Mapping[uuid.UUID, frozenset[uuid.UUID]] = {}
    if slot_id is None:
        taken = _without(KEPT_TAKEN.of(session, fair_id=fair_id, marks=marks), own)
        tables = KEPT_TABLES.of(session, fair_id=fair_id, marks=marks)
    else:
        tables = _spots(session.execute(FREE_TABLES, {**key, "slot_id": slot_id}).all())
    exhibitor = next((side for side in sides if side.role == Role.EXHIBITOR), None)
    hosts = {None, exhibitor.id if exhibitor else None}
    return Ground(
        openings=KEPT_OPENINGS.of(session, fair_id=fair_id, marks=marks),
        spots=[spot for host_id, spot in tables if host_id in hosts],
        taken=taken,
        booth=Spot(None, exhibitor.booth, "", is_booth=True) if exhibitor and exhibitor.booth else None,
        has_tables=any(side.has_tables for side in sides),
        is_online=any(side.is_online for side in sides),
    )


def _without(
    taken: MappingProxyType[uuid.UUID, frozenset[uuid.UUID]], own: Mapping[uuid.UUID, uuid.UUID]
) -> Mapping[uuid.UUID, frozenset[uuid.UUID]]:
    """The tables that others have in each slot."""
    if not own:
        return taken
    found = taken.copy()
    found.update({slot: taken.get(slot, frozenset()) - {table} for slot, table in own.items()})
    return found


def _diaries(
    session: Session, key: dict[str, uuid.UUID], caps: Mapping[uuid.UUID, int | None]
) -> tuple[tuple[Diary, ...], dict[uuid.UUID, uuid.UUID]]:
    """What fills each one's days, and the meeting's own table by slot."""
    away: dict[uuid.UUID, frozenset[uuid.UUID]] = {}
    stops: dict[uuid.UUID, dict[uuid.UUID, str]] = defaultdict(dict)
    own: dict[uuid.UUID, uuid.UUID] = {}
    for what, who, slots, hall in session.execute(ENGAGED, {**key, "people": list(caps)}):
        if what == AWAY:
            away[who] = _keys(slots)
        elif what == BUSY:
            stops[who].update(dict.fromkeys(_keys(slots), hall or ""))
        else:
            own.update(dict.fromkeys(_keys(slots), who))
    return tuple(Diary(away.get(one, frozenset()), stops[one], cap) for one, cap in caps.items()), own
