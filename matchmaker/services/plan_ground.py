"""The grid of a fair, its tables, and how many meetings stand where, without reading any meeting."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Uuid, and_, bindparam, case, cast, func, literal, null, or_, select, union_all

from matchmaker.domain.hand_plan import HandTable
from matchmaker.domain.meetings import RECORDED, MeetingState
from matchmaker.domain.places import Opening
from matchmaker.domain.plan_counts import PlanCounts
from matchmaker.models import DraftPlace, Hall, Meeting, MeetingTable, Slot
from matchmaker.services.kept_counts import KeptCount
from matchmaker.services.slot_loads import ON_GRID

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import Marks

FAIR = bindparam("fair_id", type_=Uuid())
SLOT, TABLE, WAITING = range(3)


def _number(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


_stand = (
    select(
        Meeting.slot_id,
        _number(Meeting.state == MeetingState.SCHEDULED).label("to_place"),
        _number(Meeting.state.in_(sorted(RECORDED))).label("recorded"),
        _number(Meeting.table_id.is_(None)).label("online"),
    )
    .where(Meeting.fair_id == FAIR, Meeting.state.in_(ON_GRID))
    .group_by(Meeting.slot_id)
    .subquery("stand")
)
_no_key, _no_flag = cast(null(), Uuid()), cast(null(), Boolean())
_parts: tuple[Any, ...] = (
    select(
        literal(SLOT).label("kind"),
        Slot.number.label("number"),
        null().label("hall"),
        null().label("code"),
        Slot.id.label("id"),
        _no_key.label("host_id"),
        _no_flag.label("is_closed"),
        Slot.day.label("day"),
        Slot.starts_at.label("starts_at"),
        Slot.ends_at.label("ends_at"),
        func.coalesce(_stand.c.to_place, 0).label("to_place"),
        func.coalesce(_stand.c.recorded, 0).label("recorded"),
        func.coalesce(_stand.c.online, 0).label("online"),
    )
    .outerjoin(_stand, _stand.c.slot_id == Slot.id)
    .where(Slot.fair_id == FAIR),
    select(
        literal(TABLE),
        null(),
        Hall.code,
        MeetingTable.code,
        MeetingTable.id,
        MeetingTable.host_id,
        MeetingTable.is_closed,
        null(),
        null(),
        null(),
        null(),
        null(),
        null(),
    )
    .join(Hall, Hall.id == MeetingTable.hall_id)
    .where(MeetingTable.fair_id == FAIR),
    select(
        literal(WAITING),
        *(null() for _column in range(9)),
        func.count(),
        null(),
        func.coalesce(_number(Meeting.is_online), 0),
    ).where(Meeting.fair_id == FAIR, Meeting.state == MeetingState.ACCEPTED),
)
# Slots in order with what stands in them, tables in order, and last what waits for a place.
GROUND = union_all(*_parts).order_by("kind", "number", "hall", "code")
DRAFTS = bindparam("drafts", type_=Uuid(), expanding=True)
SLOTS = bindparam("slots", type_=Uuid(), expanding=True)
_is_recorded = Meeting.state.in_(sorted(RECORDED))
_changed = select(DraftPlace.meeting_id).where(DraftPlace.draft_id.in_(DRAFTS))
# What is on record stays where it was held, whatever a draft says.
_used = union_all(
    select(Meeting.table_id.label("table_id")).where(
        Meeting.fair_id == FAIR,
        Meeting.slot_id.in_(SLOTS),
        or_(_is_recorded, and_(Meeting.state == MeetingState.SCHEDULED, Meeting.id.not_in(_changed))),
    ),
    select(DraftPlace.table_id)
    .join(Meeting, Meeting.id == DraftPlace.meeting_id)
    .where(DraftPlace.draft_id.in_(DRAFTS), DraftPlace.slot_id.in_(SLOTS), ~_is_recorded),
).subquery("used")
IN_USE = select(_used.c.table_id, func.count()).group_by(_used.c.table_id)
STANDING_USE = (
    select(Meeting.table_id, func.count())
    .where(
        Meeting.fair_id == FAIR,
        Meeting.slot_id.in_(SLOTS),
        Meeting.state.in_(ON_GRID),
    )
    .group_by(Meeting.table_id)
)


@dataclass(frozen=True, slots=True)
class PlanGround:
    """The grid, the tables, what stands, and whether any meeting of the plan is online or has no table."""

    openings: tuple[Opening, ...]
    tables: tuple[HandTable, ...]
    counts: PlanCounts
    has_online: bool

    def __hash__(self) -> int:
        """A number that costs nothing, as what is drawn of a ground is looked up by it; few grounds share one."""
        return hash((len(self.openings), len(self.tables), self.counts.waiting, self.counts.recorded))


@dataclass(frozen=True, slots=True)
class Use:
    """How many meetings stand at each table in some slots; under None those at none."""

    by_table: Mapping[uuid.UUID | None, int]

    def __hash__(self) -> int:
        """A number that costs nothing; few of one fair share it."""
        return hash((len(self.by_table), self.by_table.get(None)))


UNUSED = Use(MappingProxyType({}))


def _ground(rows: Sequence[Any]) -> PlanGround:
    slots = [row for row in rows if row.kind == SLOT]
    counts = PlanCounts(
        waiting=sum(row.to_place for row in rows if row.kind == WAITING),
        in_slot={row.id: row.to_place for row in slots if row.to_place},
        recorded=sum(row.recorded for row in slots),
    )
    return PlanGround(
        openings=tuple(Opening(row.id, row.day, row.starts_at, row.ends_at) for row in slots),
        tables=tuple(
            HandTable(row.id, row.code, row.hall, row.host_id, row.is_closed) for row in rows if row.kind == TABLE
        ),
        counts=counts,
        has_online=any(row.online for row in rows if row.kind != TABLE),
    )


KEPT_GROUND = KeptCount(GROUND, _ground)
KEPT_USE = KeptCount(STANDING_USE, lambda rows: Use(MappingProxyType({row[0]: row[1] for row in rows})))


def read(session: Session, *, fair_id: uuid.UUID, marks: Marks | None = None) -> PlanGround:
    """Return the ground of a fair's plan with the counts of the plan that stands, in two statements at most."""
    return KEPT_GROUND.of(session, fair_id=fair_id, marks=marks)


def in_use(
    session: Session,
    *,
    fair_id: uuid.UUID,
    draft_id: uuid.UUID | None,
    slot_ids: Sequence[uuid.UUID],
    marks: Marks | None = None,
) -> Use:
    """Return how many meetings a plan has at each table in some slots, in one statement.

    Of the plan that stands it is kept, so that takes none where the fair's marks are at hand and have not changed.
    """
    if draft_id is None:
        return KEPT_USE.of(session, fair_id=fair_id, marks=marks, slots=tuple(slot_ids))
    rows: Any = session.execute(IN_USE, {"fair_id": fair_id, "drafts": [draft_id], "slots": slot_ids})
    return Use(dict(rows.all()))
