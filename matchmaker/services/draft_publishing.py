"""Let a draft become the plan: what it changes, whom it concerns, what stands against it, and the change itself."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from matchmaker.domain.errors import Conflict
from matchmaker.domain.hand_plan import clashes
from matchmaker.domain.meetings import Action, MeetingState, Party, next_state
from matchmaker.models import DraftPlace, Meeting, MeetingAttendee, Representative
from matchmaker.services import drafts, ground, hand_plans, history, publishing
from matchmaker.services.drafts import DraftState
from matchmaker.services.freed_times import freed
from matchmaker.services.scheduling import SIDES, lock_meetings
from matchmaker.services.seats import Booking, free_seats, take_seats

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.hand_plan import Entry, HandPlan
    from matchmaker.services.drafts import Editing
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.publishing import Agendas

# Far below the number of parameters that either database takes in a statement.
PEOPLE_A_STATEMENT = 5000
BY_DRAFT = "taken_out_by_draft"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a draft changes in the plan that stands, as meetings of the plan it would give."""

    added: tuple[Entry, ...]
    moved: tuple[Entry, ...]
    taken_out: tuple[Entry, ...]
    locks: tuple[Entry, ...]

    @property
    def placed(self) -> tuple[Entry, ...]:
        """The meetings that get a place or another one."""
        return (*self.added, *self.moved)

    @property
    def count(self) -> int:
        """How many meetings get, change or lose their place."""
        return len(self.added) + len(self.moved) + len(self.taken_out)


def difference(plan: HandPlan, standing: HandPlan) -> Difference:
    """Return what a draft's plan changes in the one that stands."""
    added, moved, out, locks = [], [], [], []
    for entry in plan.entries.values():
        now = standing.entries.get(entry.id)
        if not entry.is_changed or not entry.is_to_place or now is None:
            continue
        if entry.slot_id is None:
            out += [entry] if now.slot_id else []
        elif now.slot_id is None:
            added.append(entry)
        elif _place(entry) != _place(now):
            moved.append(entry)
        elif entry.is_locked != now.is_locked:
            locks.append(entry)
    return Difference(tuple(added), tuple(moved), tuple(out), tuple(locks))


def whom_to_tell(
    session: Session, *, fair: FairFacts, standing: HandPlan, plans: Sequence[tuple[HandPlan, Difference | None]]
) -> list[int]:
    """Return how many people would be told if each of some plans were published now.

    A plan comes with what it changes; None for the one that stands. Of each of them only the changed meetings are
    looked at. At most three statements for any number of plans.
    """
    accounts = _accounts(session, [standing, *(plan for plan, _changes in plans)])
    agendas = publishing.agendas_of(session, fair_id=fair.id)
    said = publishing.said_so_far(session, fair_id=fair.id)
    return [
        len(publishing.to_tell(said, agendas))
        if changes is None
        else len(
            publishing.to_tell(
                said, _agendas_with(changes, standing, agendas, accounts), _concerned(changes, standing, accounts)
            )
        )
        for _plan, changes in plans
    ]


def publish(session: Session, *, fair: FairFacts, editing: Editing) -> int:
    """Publish a draft, or with number 0 the plan as it stands, and return how many people are told."""
    if editing.number:
        return publish_draft(session, fair=fair, editing=editing)
    return publishing.announce(session, fair=fair, subject=("fair", fair.id), by=editing.by, now=editing.now)


def publish_draft(session: Session, *, fair: FairFacts, editing: Editing) -> int:
    """Let a draft become the plan, all in one transaction, and return how many people are told.

    Raises as ``drafts.lock``; Conflict('draft_clashes', clashes=[…]) when it is out of date or contradicts itself,
    Conflict('nothing_scheduled') when there would be no plan. Nothing is changed then.
    """
    ground.keep(session, fair_id=fair.id)
    draft = drafts.lock(session, editing=editing)
    lock_meetings(session, fair_id=fair.id)
    plans = hand_plans.load_all(session, fair_id=fair.id, draft_ids=[draft.id])
    plan, standing = plans[draft.id], plans[None]
    against = [one for one in clashes(plan, now=editing.now) if one.blocks]
    if against:
        raise Conflict("draft_clashes", clashes=against)
    changes = difference(plan, standing)
    concerned = _concerned(changes, standing, _accounts(session, [plan, standing]))
    _apply(session, fair_id=fair.id, draft_id=draft.id, changes=changes, standing=standing, now=editing.now)
    _write_history(session, fair_id=fair.id, changes=changes, editing=editing)
    told = publishing.announce(
        session, fair=fair, subject=("schedule_draft", draft.id), by=editing.by, now=editing.now, concerned=concerned
    )
    draft.state, draft.changed_at = DraftState.PUBLISHED, editing.now
    session.flush()
    return told


def _place(entry: Entry) -> tuple[object, ...]:
    return entry.slot_id, entry.table_id, entry.interpreter_id, frozenset(entry.people)


def _agendas_with(
    changes: Difference, standing: HandPlan, agendas: Agendas, accounts: dict[uuid.UUID, uuid.UUID]
) -> Agendas:
    """What everyone who can sign in would have before them after some changes."""
    found = dict(agendas)
    for entry in (*changes.placed, *changes.taken_out):
        for account in _accounts_among(standing.entries[entry.id].people, accounts):
            kept = [line for line in found.get(account, ()) if publishing.meeting_in(line) != str(entry.id)]
            found[account] = kept
    for entry in changes.placed:
        line = publishing.line_of(entry.id, entry.slot_id, entry.table_id)
        for account in _accounts_among(entry.people, accounts):
            found[account] = sorted([*found.get(account, ()), line])
    return {account: lines for account, lines in found.items() if lines}


def _accounts_among(people: Iterable[uuid.UUID], accounts: dict[uuid.UUID, uuid.UUID]) -> set[uuid.UUID]:
    return {accounts[person] for person in people if person in accounts}


def _accounts(session: Session, plans: Sequence[HandPlan]) -> dict[uuid.UUID, uuid.UUID]:
    """The accounts of those who sit in some plans of a fair and can sign in."""
    people = {person for plan in plans for entry in plan.entries.values() for person in entry.people}
    known = {key: guest for plan in plans for key, guest in plan.guests.items()}
    found = {key: known[key].account_id for key in people & known.keys()}
    others = sorted(people - known.keys())
    for start in range(0, len(others), PEOPLE_A_STATEMENT):
        rows = session.execute(
            select(Representative.id, Representative.account_id).where(
                Representative.id.in_(others[start : start + PEOPLE_A_STATEMENT])
            )
        )
        found.update({row.id: row.account_id for row in rows})
    return {person: account for person, account in found.items() if account is not None}


def _concerned(changes: Difference, standing: HandPlan, accounts: dict[uuid.UUID, uuid.UUID]) -> set[uuid.UUID]:
    """The accounts of everyone who sits in a changed meeting, or sat in it before."""
    entries = [*changes.placed, *changes.taken_out]
    before = [standing.entries[one.id] for one in entries if one.id in standing.entries]
    return _accounts_among((person for entry in (*entries, *before) for person in entry.people), accounts)


def _apply(
    session: Session,
    *,
    fair_id: uuid.UUID,
    draft_id: uuid.UUID,
    changes: Difference,
    standing: HandPlan,
    now: datetime,
) -> None:
    free_seats(session, meeting_ids=[one.id for one in (*changes.placed, *changes.taken_out)])
    out = next_state(MeetingState.SCHEDULED, Action.UNSCHEDULE, Party.ORGANIZER)
    placed = next_state(MeetingState.ACCEPTED, Action.SCHEDULE, Party.ORGANIZER)
    rows = [
        {
            "id": one.id,
            "state": placed if one.slot_id else out,
            "slot_id": one.slot_id,
            "table_id": one.table_id,
            "interpreter_id": one.interpreter_id,
            "is_locked": one.is_locked,
            "changed_at": now,
        }
        for one in (*changes.placed, *changes.taken_out, *changes.locks)
    ]
    if rows:
        session.execute(update(Meeting), rows)
    _seat_people(session, draft_id=draft_id, placed=changes.placed)
    take_seats(session, bookings=(_booking(one) for one in changes.placed))
    vacated = {standing.entries[one.id].slot_id for one in (*changes.moved, *changes.taken_out)}
    for slot_id in sorted(key for key in vacated if key is not None):
        freed(session, fair_id=fair_id, slot_id=slot_id, now=now)


def _seat_people(session: Session, *, draft_id: uuid.UUID, placed: Sequence[Entry]) -> None:
    """Let the people of the draft come to its meetings, where it names any.

    A third company that joined since comes as it is; one that left since does not come again.
    """
    wanted = {one.id: SIDES[: len(one.companies)] for one in placed}
    named = select(DraftPlace.meeting_id, DraftPlace.people).where(DraftPlace.draft_id == draft_id)
    people = [(key, sides) for key, sides in session.execute(named) if key in wanted and sides]
    for side in SIDES:
        keys = [key for key, sides in people if side in sides and side in wanted[key]]
        for start in range(0, len(keys), PEOPLE_A_STATEMENT):
            some = MeetingAttendee.meeting_id.in_(keys[start : start + PEOPLE_A_STATEMENT])
            session.execute(delete(MeetingAttendee).where(some, MeetingAttendee.side == side))
    rows = [
        {"meeting_id": key, "representative_id": uuid.UUID(person), "side": side}
        for key, sides in people
        for side in wanted[key]
        for person in sides.get(side, ())
    ]
    if rows:
        session.execute(insert(MeetingAttendee), rows)


def _booking(entry: Entry) -> Booking:
    if entry.slot_id is None:
        raise AssertionError("a placed meeting has a slot")
    return Booking(entry.id, entry.slot_id, entry.people, entry.table_id, entry.interpreter_id)


def _write_history(session: Session, *, fair_id: uuid.UUID, changes: Difference, editing: Editing) -> None:
    told: tuple[tuple[str, tuple[Entry, ...], dict[str, Any]], ...] = (
        ("meeting_scheduled", changes.added, {}),
        ("meeting_moved", changes.moved, {}),
        ("meeting_unscheduled", changes.taken_out, {"reason": BY_DRAFT, "draft": editing.number}),
    )
    for action, entries, facts in told:
        for entry in entries:
            history.record(
                session,
                action=action,
                subject_kind="meeting",
                subject_id=entry.id,
                by=editing.by,
                now=editing.now,
                fair_id=fair_id,
                **facts,
            )
