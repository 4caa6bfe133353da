"""The places of a fair: halls, tables and booths, added, closed and opened again."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.table_codes import MOST_TABLES, table_codes
from matchmaker.models import Company, DraftPlace, Hall, Meeting, MeetingTable, Participation
from matchmaker.services import effects, fair_changes, ground, history
from matchmaker.services.effects import Effects
from matchmaker.services.kept_counts import KeptCount, only_number
from matchmaker.services.paging import Page, paged, read_page

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

TABLE_CLOSED, HALL_CLOSED = "table_closed", "hall_closed"
LONGEST_HALL_CODE = 20


@dataclass(frozen=True, slots=True)
class TableLine:
    """A table as the set-up lists it; ``host`` is the exhibitor whose booth it is."""

    id: uuid.UUID
    code: str
    is_closed: bool
    host: str | None
    meetings: int


@dataclass(frozen=True, slots=True)
class HallLine:
    """A hall with its tables."""

    id: uuid.UUID
    code: str
    name_vi: str
    name_en: str
    tables: list[TableLine]

    @property
    def open_tables(self) -> int:
        """How many of its tables are in use."""
        return sum(not table.is_closed for table in self.tables)


@dataclass(frozen=True, slots=True)
class HallSummary:
    """A hall with how many tables it has and how many of them are in use; the tables themselves where they are few."""

    id: uuid.UUID
    code: str
    name_vi: str
    name_en: str
    size: int
    open_tables: int
    tables: list[TableLine]


MOST_SHOWN = 12
HALLS = select(Hall.id, Hall.code, Hall.name_vi, Hall.name_en).where(Hall.fair_id == bindparam("fair_id"))
HALLS_BY_CODE = HALLS.order_by(Hall.code)
TABLES = (
    select(MeetingTable.hall_id, MeetingTable.id, MeetingTable.code, MeetingTable.is_closed, Company.name)
    .outerjoin(Participation, Participation.id == MeetingTable.host_id)
    .outerjoin(Company, Company.id == Participation.company_id)
    .where(MeetingTable.fair_id == bindparam("fair_id"))
    .order_by(MeetingTable.code)
)
LOAD = (
    select(Meeting.table_id, func.count())
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Meeting.state == MeetingState.SCHEDULED,
        Meeting.table_id.is_not(None),
    )
    .group_by(Meeting.table_id)
)
SIZES = (
    HALLS_BY_CODE.add_columns(
        func.count(MeetingTable.id), func.count(MeetingTable.id).filter(MeetingTable.is_closed.is_(False))
    )
    .outerjoin(MeetingTable, MeetingTable.hall_id == Hall.id)
    .group_by(Hall.id, Hall.code, Hall.name_vi, Hall.name_en)
)
# What is to come at a few tables is counted table by table, not over all meetings of the fair.
LOAD_OF_TABLE = (
    select(func.count())
    .where(Meeting.table_id == MeetingTable.id, Meeting.state == MeetingState.SCHEDULED)
    .correlate(MeetingTable)
    .scalar_subquery()
)
TABLES_OF_HALLS = TABLES.add_columns(LOAD_OF_TABLE).where(
    MeetingTable.hall_id.in_(bindparam("hall_ids", expanding=True))
)
SOME_TABLES = paged(TABLES_OF_HALLS)
TABLE_COUNT = select(func.count()).where(MeetingTable.hall_id.in_(bindparam("hall_ids", expanding=True)))
BOOTHS = (
    select(Participation.id, Participation.booth)
    .where(
        Participation.fair_id == bindparam("fair_id"),
        Participation.role == Role.EXHIBITOR,
        Participation.status == ParticipationStatus.APPROVED,
        Participation.booth != "",
        ~select(MeetingTable.id).where(MeetingTable.host_id == Participation.id).exists(),
    )
    .order_by(Participation.booth, Participation.badge_code)
)
BOOTH_COUNT = select(func.count()).select_from(BOOTHS.order_by(None).subquery())
KEPT_SIZES: KeptCount[tuple[Any, ...]] = KeptCount(SIZES, tuple)
KEPT_BOOTHS = KeptCount(BOOTH_COUNT, only_number)


def halls(session: Session, *, fair_id: uuid.UUID) -> list[HallLine]:
    """Return the halls of a fair with their tables and how many meetings are to take place at each."""
    key = {"fair_id": fair_id}
    load = dict(session.execute(LOAD, key).all())
    tables: dict[uuid.UUID, list[TableLine]] = defaultdict(list)
    for hall_id, table_id, code, is_closed, host in session.execute(TABLES, key):
        tables[hall_id].append(TableLine(table_id, code, is_closed, host, load.get(table_id, 0)))
    return [HallLine(*row, tables[row.id]) for row in session.execute(HALLS_BY_CODE, key)]


def summaries(session: Session, *, fair_id: uuid.UUID) -> tuple[list[HallSummary], int]:
    """Return the halls of a fair, those of few tables with the tables too, and how many booths could be places.

    Such a booth is that of an exhibitor with a booth number which is no place to meet yet.
    """
    marks = fair_changes.marks_of(session, fair_id=fair_id)
    halls = KEPT_SIZES.of(session, fair_id=fair_id, marks=marks)
    small = [hall_id for hall_id, _, _, _, size, _ in halls if 0 < size <= MOST_SHOWN]
    tables: dict[uuid.UUID, list[TableLine]] = defaultdict(list)
    asked = {"fair_id": fair_id, "hall_ids": small}
    for hall_id, *facts in session.execute(TABLES_OF_HALLS, asked) if small else ():
        tables[hall_id].append(_table_line(hall_id, *facts))
    lines = [HallSummary(key, code, vi, en, size, used, tables[key]) for key, code, vi, en, size, used in halls]
    return lines, KEPT_BOOTHS.of(session, fair_id=fair_id, marks=marks)


def tables_of(session: Session, *, fair_id: uuid.UUID, hall_id: uuid.UUID, page: int) -> Page[TableLine]:
    """Return some of a hall's tables by their codes."""
    return read_page(
        session,
        count=TABLE_COUNT,
        rows=SOME_TABLES,
        values={"fair_id": fair_id, "hall_ids": [hall_id]},
        number=page,
        line=_table_line,
    )


def hall_of(session: Session, *, fair_id: uuid.UUID, hall_id: uuid.UUID) -> HallLine:
    """Return a hall of a fair, without its tables. Raises NotFound."""
    row = session.execute(HALLS.where(Hall.id == hall_id), {"fair_id": fair_id}).one_or_none()
    if row is None:
        raise NotFound("no_such_hall")
    return HallLine(*row, [])


def _table_line(_hall_id: uuid.UUID, *facts: Any) -> TableLine:
    return TableLine(*facts)


def add_hall(
    session: Session,
    *,
    fair: FairFacts,
    code: str,
    name_vi: str,
    name_en: str,
    tables: str,
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    """Add a hall with the tables typed for it, or tables to a hall that is there; return how many tables.

    Raises Refused: no_hall_code, what domain.table_codes raises, table_twice with the codes that exist.
    """
    wanted = " ".join(code.split())
    if not wanted or len(wanted) > LONGEST_HALL_CODE:
        raise Refused("no_hall_code", field="code", limit=LONGEST_HALL_CODE)
    codes = table_codes(tables)
    hall = session.scalar(select(Hall).where(Hall.fair_id == fair.id, Hall.code == wanted))
    if hall is None:
        hall = Hall(fair_id=fair.id, code=wanted, name_vi=name_vi or name_en, name_en=name_en or name_vi)
        session.add(hall)
        session.flush()
    _add_tables(session, fair_id=fair.id, rows=[(hall.id, None, one) for one in codes])
    _record(session, "tables_added", fair=fair, subject=("hall", hall.id), by=by, now=now, tables=len(codes))
    return len(codes)


def add_booths(session: Session, *, fair: FairFacts, hall_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> int:
    """Make the booths of all exhibitors that have a number places to meet at; return how many were added.

    Raises NotFound for a hall of another fair, Refused('table_twice') when a number is a table's or another booth's.
    """
    hall = _hall(session, fair=fair, hall_id=hall_id)
    booths = session.execute(BOOTHS, {"fair_id": fair.id}).all()
    _add_tables(session, fair_id=fair.id, rows=[(hall.id, host_id, booth) for host_id, booth in booths])
    _record(session, "booths_added", fair=fair, subject=("hall", hall.id), by=by, now=now, tables=len(booths))
    return len(booths)


def close_table(
    session: Session, *, fair: FairFacts, table_id: uuid.UUID, seen: str, by: uuid.UUID | None, now: datetime
) -> str:
    """Close a table and return its code; its meetings to come go back to be placed.

    Raises NotFound, and Unconfirmed with those meetings before they were seen.
    """
    ground.change(session, fair_id=fair.id)
    table = _table(session, fair=fair, table_id=table_id)
    meetings = effects.affected(session, fair_id=fair.id, where=Meeting.table_id == table.id, now=now)
    effects.confirm(Effects(change=TABLE_CLOSED, meetings=meetings, facts={"table": table.code}), seen=seen)
    effects.unplace(session, fair=fair, meetings=meetings, why=TABLE_CLOSED, by=by, now=now)
    table.is_closed = True
    _record(session, TABLE_CLOSED, fair=fair, subject=("table", table.id), by=by, now=now, meetings=len(meetings))
    session.flush()
    return table.code


def open_table(session: Session, *, fair: FairFacts, table_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> str:
    """Open a closed table again and return its code. Meetings that left it do not come back by themselves."""
    table = _table(session, fair=fair, table_id=table_id)
    table.is_closed = False
    _record(session, "table_opened", fair=fair, subject=("table", table.id), by=by, now=now)
    session.flush()
    return table.code


def remove_hall(
    session: Session, *, fair: FairFacts, hall_id: uuid.UUID, seen: str, by: uuid.UUID | None, now: datetime
) -> bool:
    """Take a hall out of use: tables that ever had a meeting, or have one in a draft, are closed and kept.

    The others are removed.

    Returns whether the hall itself is gone, which it is when no table is left. Raises as close_table does.
    """
    ground.change(session, fair_id=fair.id)
    hall = _hall(session, fair=fair, hall_id=hall_id)
    of_hall = select(MeetingTable.id).where(MeetingTable.hall_id == hall.id)
    meetings = effects.affected(session, fair_id=fair.id, where=Meeting.table_id.in_(of_hall), now=now)
    facts = {"hall": hall.code, "tables": session.scalar(select(func.count()).select_from(of_hall.subquery())) or 0}
    effects.confirm(
        Effects(change=HALL_CLOSED, meetings=meetings, facts=facts), seen=seen, is_needed=bool(facts["tables"])
    )
    # Which tables have a past is asked before the meetings to come leave them: those were there as well.
    kept = set(session.scalars(of_hall.where(select(Meeting.id).where(Meeting.table_id == MeetingTable.id).exists())))
    kept |= set(
        session.scalars(of_hall.where(select(DraftPlace).where(DraftPlace.table_id == MeetingTable.id).exists()))
    )
    effects.unplace(session, fair=fair, meetings=meetings, why=HALL_CLOSED, by=by, now=now)
    session.execute(update(MeetingTable).where(MeetingTable.hall_id == hall.id).values(is_closed=True))
    session.execute(delete(MeetingTable).where(MeetingTable.hall_id == hall.id, MeetingTable.id.not_in(kept)))
    _record(session, HALL_CLOSED, fair=fair, subject=("hall", hall.id), by=by, now=now, meetings=len(meetings))
    if not kept:
        session.delete(hall)
    session.flush()
    return not kept


def _add_tables(
    session: Session, *, fair_id: uuid.UUID, rows: Sequence[tuple[uuid.UUID, uuid.UUID | None, str]]
) -> None:
    known = set(session.scalars(select(MeetingTable.code).where(MeetingTable.fair_id == fair_id)))
    counts = Counter(code for _, _, code in rows)
    twice = sorted(code for code, count in counts.items() if code in known or count > 1)
    if twice:
        raise Refused("table_twice", field="tables", codes=", ".join(twice[:5]))
    if len(known) + len(rows) > MOST_TABLES:
        raise Refused("too_many_tables", field="tables", limit=MOST_TABLES)
    if rows:
        session.execute(
            insert(MeetingTable),
            [
                {"fair_id": fair_id, "hall_id": hall_id, "host_id": host_id, "code": code, "is_closed": False}
                for hall_id, host_id, code in rows
            ],
        )


def _hall(session: Session, *, fair: FairFacts, hall_id: uuid.UUID) -> Hall:
    hall = session.scalar(select(Hall).where(Hall.id == hall_id, Hall.fair_id == fair.id))
    if hall is None:
        raise NotFound("no_such_hall")
    return hall


def _table(session: Session, *, fair: FairFacts, table_id: uuid.UUID) -> MeetingTable:
    table = session.scalar(
        select(MeetingTable).where(MeetingTable.id == table_id, MeetingTable.fair_id == fair.id).with_for_update()
    )
    if table is None:
        raise NotFound("no_such_table")
    return table


def _record(
    session: Session,
    action: str,
    *,
    fair: FairFacts,
    subject: tuple[str, uuid.UUID],
    by: uuid.UUID | None,
    now: datetime,
    **facts: int,
) -> None:
    kind, key = subject
    history.record(session, action=action, subject_kind=kind, subject_id=key, by=by, now=now, fair_id=fair.id, **facts)
