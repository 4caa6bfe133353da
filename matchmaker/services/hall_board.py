"""Read what the tables of a fair look like at one moment, as everyone in the hall may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, case, select, union
from sqlalchemy.orm import aliased

from matchmaker.domain.hall_board import FREE, TAKEN, TableLook, look_of
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Company, Hall, Meeting, MeetingTable, Participation, Seat, Slot
from matchmaker.services import presences
from matchmaker.services.kept_counts import Kept, KeptCount
from matchmaker.services.seats import SeatKind

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.attendance import Standing
    from matchmaker.domain.fairs import Role
    from matchmaker.services.fair_changes import Marks
    from matchmaker.services.fairs import FairFacts

SHOWN = (MeetingState.SCHEDULED, MeetingState.HELD)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A slot as the board names it."""

    id: uuid.UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class BoardTable:
    """One table. The buyer is a code and a country: its name is for the two who meet. So is a third company's."""

    code: str
    look: TableLook
    seller: str = ""
    badge: str = ""
    country: str = ""
    meeting_id: uuid.UUID | None = None
    third_badge: str = ""
    third_country: str = ""


@dataclass(frozen=True, slots=True)
class HallName:
    """A hall with a board of its own."""

    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Board:
    """What the board shows: the slot that runs, else the coming one; the one after it; and the tables in it."""

    slot: Stretch | None
    is_running: bool
    following: Stretch | None
    tables: tuple[BoardTable, ...]


SLOTS = (
    select(Slot.id, Slot.starts_at, Slot.ends_at)
    .where(Slot.fair_id == bindparam("fair_id"))
    .order_by(Slot.starts_at, Slot.id)
)
HALLS = select(Hall.code, Hall.name_vi, Hall.name_en).where(Hall.fair_id == bindparam("fair_id")).order_by(Hall.code)
_Seller, _Buyer, _Company = aliased(Participation), aliased(Participation), aliased(Company)
_Third, _ThirdCompany = aliased(Participation), aliased(Company)
# A meeting that goes on into the next slot has its seat there, and its own slot before.
_here = union(
    select(Meeting.id).where(Meeting.slot_id == bindparam("slot_id")),
    select(Seat.meeting_id).where(Seat.slot_id == bindparam("slot_id"), Seat.kind == SeatKind.TABLE),
)
# A table whose meeting was missed can have another one in the same slot, so those are not looked at.
_looked_at = (
    select(
        Meeting.id,
        Meeting.table_id,
        Meeting.state,
        Meeting.answered_at,
        Meeting.changed_at,
        Meeting.exhibitor_id,
        Meeting.buyer_id,
        Meeting.third_id,
    )
    .where(Meeting.id.in_(_here), Meeting.state.in_(sorted(SHOWN)))
    .cte("looked_at")
    # Found once, not searched for anew from each table.
    .prefix_with("MATERIALIZED")
)
TABLES = (
    select(
        MeetingTable.code,
        Hall.code.label("hall"),
        _looked_at.c.id.label("meeting_id"),
        _looked_at.c.state,
        _looked_at.c.answered_at,
        _Company.name.label("seller"),
        _Buyer.badge_code,
        Company.country,
        _Third.badge_code.label("third_badge"),
        _ThirdCompany.country.label("third_country"),
    )
    .join(Hall, Hall.id == MeetingTable.hall_id)
    .outerjoin(_looked_at, _looked_at.c.table_id == MeetingTable.id)
    .outerjoin(_Seller, _Seller.id == _looked_at.c.exhibitor_id)
    .outerjoin(_Company, _Company.id == _Seller.company_id)
    .outerjoin(_Buyer, _Buyer.id == _looked_at.c.buyer_id)
    .outerjoin(Company, Company.id == _Buyer.company_id)
    .outerjoin(_Third, _Third.id == _looked_at.c.third_id)
    .outerjoin(_ThirdCompany, _ThirdCompany.id == _Third.company_id)
    .where(MeetingTable.fair_id == bindparam("fair_id"), ~MeetingTable.is_closed)
    .order_by(
        Hall.code,
        MeetingTable.code,
        case((_looked_at.c.state == MeetingState.SCHEDULED, 0), else_=1),
        _looked_at.c.changed_at,
    )
)


# The tables of so many slots are kept, each some 100 KB in a hall of 150 tables.
SLOTS_KEPT = 20


class Placed(NamedTuple):
    """What a table's row says of a slot; ``settled`` is how it is shown where nobody is awaited any more."""

    row: Any
    settled: BoardTable


class InSlot(NamedTuple):
    """The tables of a slot, how they are shown once nobody is awaited, and the meetings that are not held yet."""

    placed: tuple[Placed, ...]
    settled: tuple[BoardTable, ...]
    awaited: tuple[uuid.UUID, ...]


def _in_slot(placed: Iterable[Placed]) -> InSlot:
    found = tuple(placed)
    awaited = [one.row.meeting_id for one in found if one.row.state == MeetingState.SCHEDULED]
    return InSlot(found, tuple([one.settled for one in found]), tuple(awaited))


def _by_table(rows: Sequence[Any]) -> InSlot:
    by_table: dict[str, Any] = {}
    for row in rows:
        by_table.setdefault(row.code, row)
    return _in_slot([Placed(row, _table(row, FREE if row.meeting_id is None else TAKEN)) for row in by_table.values()])


KEPT_TABLES: Kept[InSlot] = Kept(TABLES, most=SLOTS_KEPT)
KEPT_SLOTS = KeptCount(SLOTS, lambda rows: tuple(Stretch(*row) for row in rows))
KEPT_HALLS = KeptCount(HALLS, lambda rows: tuple(HallName(*row) for row in rows))


def halls(session: Session, *, fair_id: uuid.UUID, marks: Marks) -> tuple[HallName, ...]:
    """Return the halls of a fair, by code."""
    return KEPT_HALLS.of(session, fair_id=fair_id, marks=marks)


def board_of(session: Session, *, fair: FairFacts, marks: Marks, now: datetime, hall: str = "") -> Board:
    """Return the board of a fair or of one of its halls, in three statements at most whatever the number of tables.

    After the last slot there is neither a slot nor a table. Slots and tables are read again only after something of the
    plan was written; who is there is asked each time.
    """
    slots = KEPT_SLOTS.of(session, fair_id=fair.id, marks=marks)
    ahead = list(islice((one for one in slots if one.ends_at > now), 2))
    if not ahead:
        return Board(None, is_running=False, following=None, tables=())
    slot = ahead[0]
    here = _tables_in(session, fair_id=fair.id, slot_id=slot.id, marks=marks)
    if hall:
        here = _in_slot([one for one in here.placed if one.row.hall == hall])
    is_running = slot.starts_at <= now
    is_settled = is_running and not here.awaited
    tables = here.settled if is_settled else _tables_now(session, here, fair=fair, slot=slot, now=now)
    return Board(slot, is_running, ahead[1] if len(ahead) > 1 else None, tables)


def _tables_now(
    session: Session, here: InSlot, *, fair: FairFacts, slot: Stretch, now: datetime
) -> tuple[BoardTable, ...]:
    """How the tables are shown while somebody is awaited, or before the slot begins."""
    standings = presences.standings(session, fair=fair, meeting_ids=here.awaited) if here.awaited else {}
    is_running, grace = slot.starts_at <= now, timedelta(minutes=fair.late_minutes)
    return tuple(
        [
            one.settled
            if one.row.meeting_id is None or (is_running and one.row.state == MeetingState.HELD)
            else _table(one.row, _look(one.row, standings, slot=slot, grace=grace, now=now))
            for one in here.placed
        ]
    )


def _tables_in(session: Session, *, fair_id: uuid.UUID, slot_id: uuid.UUID, marks: Marks) -> InSlot:
    def read() -> InSlot:
        return _by_table(session.execute(TABLES, {"fair_id": fair_id, "slot_id": slot_id}).all())

    return KEPT_TABLES.found(session, fair_id=fair_id, key=slot_id, read=read, marks=marks)


def _look(
    row: Any,
    standings: Mapping[uuid.UUID, Mapping[Role, Standing]],
    *,
    slot: Stretch,
    grace: timedelta,
    now: datetime,
) -> TableLook:
    # Two who agree while the slot runs already are not late from its start.
    starts_at = max(slot.starts_at, row.answered_at or slot.starts_at)
    return look_of(standings.get(row.meeting_id, {}), starts_at=starts_at, now=now, grace=grace)


def _table(row: Any, look: TableLook) -> BoardTable:
    if row.meeting_id is None:
        return BoardTable(row.code, look)
    third = (row.third_badge or "", row.third_country or "")
    return BoardTable(row.code, look, row.seller, row.badge_code, row.country, row.meeting_id, *third)
