"""The time grid of a fair: its days, time zone, sessions and slots, and what a change of them does to meetings."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select, update

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import check_days
from matchmaker.models import (
    DraftPlace,
    Fair,
    FairPerson,
    FairSession,
    InterpreterAbsence,
    Meeting,
    Participation,
    RepresentativeAbsence,
    Slot,
)
from matchmaker.services import effects, fairs, ground, history, phases
from matchmaker.services.effects import Effects
from matchmaker.services.fair_setup import SessionPlan, cut_sessions, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.scheduling.slots import Slot as CutSlot
    from matchmaker.services.fairs import FairFacts, SlotFacts

GRID_CHANGED = "grid_changed"
# Far above any number a slot can have, so that slots can be numbered anew one by one.
OUT_OF_THE_WAY = 1_000_000
ROWS_A_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session of the fair with its number of slots."""

    id: uuid.UUID
    plan: SessionPlan
    slots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """All that the slots of a fair are cut from."""

    opens_on: date
    closes_on: date
    time_zone: str
    sessions: tuple[SessionPlan, ...]

    def slots(self) -> list[CutSlot]:
        """Cut the sessions; raise Refused as fair_setup.cut_sessions does."""
        return cut_sessions(
            self.sessions, opens_on=self.opens_on, closes_on=self.closes_on, zone=zone_of(self.time_zone)
        )


@dataclass(frozen=True, slots=True)
class _Difference:
    kept: dict[uuid.UUID, CutSlot]
    removed: list[SlotFacts]
    added: list[CutSlot]


def sessions(session: Session, *, fair: FairFacts) -> list[SessionLine]:
    """Return the sessions of a fair in order of time."""
    rows = session.scalars(
        select(FairSession).where(FairSession.fair_id == fair.id).order_by(FairSession.day, FairSession.starts_at)
    )
    lines = [(row.id, _plan(row)) for row in rows]
    return [
        SessionLine(
            key,
            plan,
            len(cut_sessions([plan], opens_on=fair.opens_on, closes_on=fair.closes_on, zone=fair.zone)),
        )
        for key, plan in lines
    ]


def grid_of(session: Session, *, fair: FairFacts) -> Grid:
    """Return the grid a fair has."""
    rows = session.scalars(select(FairSession).where(FairSession.fair_id == fair.id))
    return Grid(
        opens_on=fair.opens_on,
        closes_on=fair.closes_on,
        time_zone=fair.time_zone,
        sessions=tuple(sorted((_plan(row) for row in rows), key=lambda one: (one.day, one.starts_at))),
    )


def with_sessions(grid: Grid, added: Iterable[SessionPlan]) -> Grid:
    """Return a grid with more sessions."""
    return replace(grid, sessions=(*grid.sessions, *added))


def without_session(session: Session, *, fair: FairFacts, session_id: uuid.UUID) -> tuple[Grid, SessionPlan]:
    """Return the grid without one session, and that session; raise NotFound when it is none of the fair's."""
    row = session.scalar(select(FairSession).where(FairSession.id == session_id, FairSession.fair_id == fair.id))
    if row is None:
        raise NotFound("no_such_session")
    plan = _plan(row)
    grid = grid_of(session, fair=fair)
    return replace(grid, sessions=tuple(one for one in grid.sessions if one != plan)), plan


def on_days(grid: Grid, *, opens_on: date, closes_on: date, time_zone: str) -> Grid:
    """Return the grid on other days or in another zone; sessions outside the days fall away."""
    return Grid(
        opens_on=opens_on,
        closes_on=closes_on,
        time_zone=time_zone,
        sessions=tuple(one for one in grid.sessions if opens_on <= one.day <= closes_on),
    )


def change(session: Session, *, fair: FairFacts, grid: Grid, seen: str, by: uuid.UUID | None, now: datetime) -> int:
    """Give a fair another grid and return how many meetings went back to be placed.

    A slot whose beginning and end stay the same instants stays, with its meetings; all others go. Who was absent then
    is absent in the new slots that overlap. Raises Refused for a grid that can't be and 'slot_on_record' when a slot
    would go in which meetings took place, Unconfirmed while anyone is concerned who was not shown.
    """
    if (grid.opens_on, grid.closes_on) != (fair.opens_on, fair.closes_on):
        check_days(opens_on=grid.opens_on, closes_on=grid.closes_on)
    ground.change(session, fair_id=fair.id)
    session.execute(select(Fair.id).where(Fair.id == fair.id).with_for_update())
    difference = _difference(fairs.slots(session, fair_id=fair.id), grid.slots())
    gone = [slot.id for slot in difference.removed]
    if effects.is_on_record(session, fair_id=fair.id, where=Meeting.slot_id.in_(gone), now=now):
        raise Refused("slot_on_record", field="sessions")
    lost = effects.affected(session, fair_id=fair.id, where=Meeting.slot_id.in_(gone), now=now)
    told = Effects(change=GRID_CHANGED, meetings=lost, facts=_facts(session, fair, grid, difference, now))
    is_felt = bool(told.facts["people"]) and bool(difference.removed or difference.added)
    is_felt = is_felt or bool(told.facts["reads_otherwise"] or told.facts["drafted"])
    effects.confirm(told, seen=seen, is_needed=bool(lost) or is_felt)
    effects.unplace(session, fair=fair, meetings=lost, why=GRID_CHANGED, by=by, now=now)
    effects.let_go(session, fair_id=fair.id, slot_ids=gone)
    _write_slots(session, fair_id=fair.id, difference=difference, zone=ZoneInfo(grid.time_zone))
    _write_fair(session, fair=fair, grid=grid, now=now)
    history.record(
        session,
        action=GRID_CHANGED,
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        **{key: value for key, value in told.facts.items() if isinstance(value, int)},
        meetings=len(lost),
    )
    session.flush()
    return len(lost)


def _difference(before: Sequence[SlotFacts], after: Sequence[CutSlot]) -> _Difference:
    wanted = {(slot.starts_at, slot.ends_at): slot for slot in after}
    kept = {
        slot.id: wanted[slot.starts_at, slot.ends_at] for slot in before if (slot.starts_at, slot.ends_at) in wanted
    }
    known = {(slot.starts_at, slot.ends_at) for slot in before}
    return _Difference(
        kept=kept,
        removed=[slot for slot in before if slot.id not in kept],
        added=[slot for key, slot in wanted.items() if key not in known],
    )


def _facts(session: Session, fair: FairFacts, grid: Grid, difference: _Difference, now: datetime) -> dict[str, Any]:
    """What the page tells beside the meetings: slots, people who are free in new ones, clocks that read otherwise."""
    people = (
        select(func.count(func.distinct(FairPerson.representative_id)))
        .join(Participation, Participation.id == FairPerson.participation_id)
        .where(Participation.fair_id == fair.id)
    )
    stay = effects.affected(session, fair_id=fair.id, where=Meeting.slot_id.in_(list(difference.kept)), now=now)
    old, new = fair.zone, ZoneInfo(grid.time_zone)
    reads_otherwise = sum(
        at.astimezone(old).replace(tzinfo=None) != at.astimezone(new).replace(tzinfo=None)
        for at in (one.starts_at for one in stay)
        if at is not None
    )
    return {
        "people": session.scalar(people) or 0,
        "slots_added": len(difference.added),
        "slots_removed": len(difference.removed),
        "sessions_removed": len(set(grid_of(session, fair=fair).sessions) - set(grid.sessions)),
        "reads_otherwise": reads_otherwise,
        "drafted": effects.drafted(
            session, fair_id=fair.id, where=DraftPlace.slot_id.in_([slot.id for slot in difference.removed])
        ),
        "zone": grid.time_zone,
    }


def _write_slots(session: Session, *, fair_id: uuid.UUID, difference: _Difference, zone: ZoneInfo) -> None:
    absences = _absences(session, difference)
    gone = [slot.id for slot in difference.removed]
    for start in range(0, len(gone), ROWS_A_STATEMENT):
        session.execute(delete(Slot).where(Slot.id.in_(gone[start : start + ROWS_A_STATEMENT])))
    session.execute(update(Slot).where(Slot.fair_id == fair_id).values(number=Slot.number + OUT_OF_THE_WAY))
    keys = {slot.starts_at: key for key, slot in difference.kept.items()}
    keys |= {slot.starts_at: uuid.uuid4() for slot in difference.added}
    ordered = sorted([*difference.kept.values(), *difference.added], key=lambda slot: slot.starts_at)
    rows = [
        {
            "id": keys[slot.starts_at],
            "fair_id": fair_id,
            "number": number,
            "day": slot.starts_at.astimezone(zone).date(),
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
        }
        for number, slot in enumerate(ordered, 1)
    ]
    standing = [
        {"id": row["id"], "number": row["number"], "day": row["day"]} for row in rows if row["id"] in difference.kept
    ]
    new = [row for row in rows if row["id"] not in difference.kept]
    if standing:
        session.execute(update(Slot), standing)
    if new:
        session.execute(insert(Slot), new)
    for table, column, key, slot in absences:
        session.execute(insert(table).values({column: key, "slot_id": keys[slot.starts_at]}))
    session.expire_all()


def _absences(session: Session, difference: _Difference) -> list[tuple[Any, str, uuid.UUID, CutSlot]]:
    """Who was absent in a slot that goes, and the new slots that overlap it."""
    gone = {slot.id: slot for slot in difference.removed}
    found: dict[tuple[str, uuid.UUID, datetime], tuple[Any, str, uuid.UUID, CutSlot]] = {}
    for table, name in ((RepresentativeAbsence, "representative_id"), (InterpreterAbsence, "interpreter_id")):
        column = getattr(table, name)
        for key, slot_id in session.execute(select(column, table.slot_id).where(table.slot_id.in_(list(gone)))):
            old = gone[slot_id]
            for slot in difference.added:
                if slot.starts_at < old.ends_at and old.starts_at < slot.ends_at:
                    found[name, key, slot.starts_at] = (table, name, key, slot)
    return list(found.values())


def _write_fair(session: Session, *, fair: FairFacts, grid: Grid, now: datetime) -> None:
    session.execute(delete(FairSession).where(FairSession.fair_id == fair.id))
    session.add_all(
        FairSession(
            fair_id=fair.id,
            day=one.day,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            slot_minutes=one.slot_minutes,
            break_minutes=one.break_minutes,
        )
        for one in grid.sessions
    )
    session.execute(
        update(Fair)
        .where(Fair.id == fair.id)
        .values(opens_on=grid.opens_on, closes_on=grid.closes_on, time_zone=grid.time_zone)
    )
    phases.follow_days(
        session, fair=fair, opens_on=grid.opens_on, closes_on=grid.closes_on, zone=grid.time_zone, now=now
    )


def _plan(row: FairSession) -> SessionPlan:
    return SessionPlan(
        day=row.day,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        slot_minutes=row.slot_minutes,
        break_minutes=row.break_minutes,
    )


def slots_within(slots: Iterable[CutSlot], plans: Iterable[SessionPlan], *, zone: ZoneInfo) -> list[CutSlot]:
    """Return the slots that were cut from these sessions, for a look before they are saved."""
    wanted = list(plans)

    def is_within(slot: CutSlot) -> bool:
        at = slot.starts_at.astimezone(zone)
        return any(plan.day == at.date() and plan.starts_at <= at.time() < plan.ends_at for plan in wanted)

    return [slot for slot in slots if is_within(slot)]
