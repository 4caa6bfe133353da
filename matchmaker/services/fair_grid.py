"""The time grid of a fair: its days, time zone, sessions and slots, and what a change of them does to meetings."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, func, insert, select, update

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
SESSIONS_KEPT = 1024
SESSIONS = (
    select(
        FairSession.id,
        FairSession.day,
        FairSession.starts_at,
        FairSession.ends_at,
        FairSession.slot_minutes,
        FairSession.break_minutes,
    )
    .where(FairSession.fair_id == bindparam("fair_id"))
    .order_by(FairSession.day, FairSession.starts_at)
)


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
    return [
        SessionLine(key, plan, _slots_in(plan, fair.opens_on, fair.closes_on, fair.time_zone))
        for key, plan in _plans(session, fair)
    ]


def grid_of(session: Session, *, fair: FairFacts) -> Grid:
    """Return the grid a fair has."""
    return Grid(
        opens_on=fair.opens_on,
        closes_on=fair.closes_on,
        time_zone=fair.time_zone,
        sessions=tuple(plan for _, plan in _plans(session, fair)),
    )


def with_sessions(grid: Grid, added: Iterable[SessionPlan]) -> Grid:
    """Return a grid with more sessions."""
    return replace(grid, sessions=(*grid.sessions, *added))


def without_session(session: Session, *, fair: FairFacts, session_id: uuid.UUID) -> tuple[Grid, SessionPlan]:
    """Return the grid without one session, and that session; raise NotFound when it is none of the fair's."""
    plan = dict(_plans(session, fair)).get(session_id)
    if plan is None:
        raise NotFound("no_such_session")
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


def _plans(session: Session, fair: FairFacts) -> list[tuple[uuid.UUID, SessionPlan]]:
    """The sessions of a fair with their keys, in order of time."""
    return [
        (key, SessionPlan(day=day, starts_at=starts_at, ends_at=ends_at, slot_minutes=minutes, break_minutes=pause))
        for key, day, starts_at, ends_at, minutes, pause in session.execute(SESSIONS, {"fair_id": fair.id})
    ]


@lru_cache(maxsize=SESSIONS_KEPT)
def _slots_in(plan: SessionPlan, opens_on: date, closes_on: date, time_zone: str) -> int:
    """How many slots are cut from a session: what its own values say, and nothing else."""
    return len(cut_sessions([plan], opens_on=opens_on, closes_on=closes_on, zone=ZoneInfo(time_zone)))


def slots_within(slots: Iterable[CutSlot], plans: Iterable[SessionPlan], *, zone: ZoneInfo) -> list[CutSlot]:
    """Return the slots that were cut from these sessions, for a look before they are saved."""
    wanted = list(plans)

    def is_within(slot: CutSlot) -> bool:
        at = slot.starts_at.astimezone(zone)
        return any(plan.day == at.date() and plan.starts_at <= at.time() < plan.ends_at for plan in wanted)

    return [slot for slot in slots if is_within(slot)]
