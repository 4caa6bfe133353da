"""What becomes of the meetings of an interpreter who can't come: proposed first, done at once on an organizer's yes."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from matchmaker.domain import stand_ins as rules
from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.stand_ins import Remedy
from matchmaker.models import Interpreter, InterpreterAbsence, Meeting, Slot
from matchmaker.services import booking, effects, ground, hand_plans, history, meeting_people, meetings, notices
from matchmaker.services.interpreters import AWAY
from matchmaker.services.seats import Booking, free_interpreter, join_seats

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.hand_plan import HandPlan
    from matchmaker.domain.stand_ins import Proposal
    from matchmaker.services.effects import Affected
    from matchmaker.services.fairs import FairFacts

CHANGED = "interpreter_changed"


@dataclass(frozen=True, slots=True)
class StandIns:
    """An interpreter's meetings in times they are away, each with what is proposed for it."""

    interpreter_id: uuid.UUID
    name: str
    meetings: Mapping[uuid.UUID, Affected]
    proposals: tuple[Proposal, ...]
    plan: HandPlan

    @property
    def seen(self) -> str:
        """A short code of exactly these proposals; any other ones have another."""
        told = [(str(one.entry.id), one.remedy, *map(str, _target(one))) for one in self.proposals]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:24]


IS_AWAY = (
    select(InterpreterAbsence.slot_id)
    .where(InterpreterAbsence.interpreter_id == Meeting.interpreter_id, InterpreterAbsence.slot_id == Meeting.slot_id)
    .exists()
)
# Who is ever away is asked first: few interpreters are, and many meetings have one.
EVER_AWAY = (
    select(InterpreterAbsence.interpreter_id)
    .join(Interpreter, Interpreter.id == InterpreterAbsence.interpreter_id)
    .where(Interpreter.fair_id == bindparam("fair_id"))
)
WAITING = (
    select(Meeting.interpreter_id, func.count())
    .join(Slot, Slot.id == Meeting.slot_id)
    .where(
        Meeting.interpreter_id.in_(EVER_AWAY),
        IS_AWAY,
        Meeting.state == MeetingState.SCHEDULED,
        Slot.starts_at > bindparam("now"),
    )
    .group_by(Meeting.interpreter_id)
)


def waiting(session: Session, *, fair_id: uuid.UUID, now: datetime) -> dict[uuid.UUID, int]:
    """Return how many coming meetings stand in times in which their interpreter is away, by interpreter."""
    found: Any = session.execute(WAITING, {"fair_id": fair_id, "now": now})
    return dict(found.all())


def proposed(session: Session, *, fair: FairFacts, interpreter_id: uuid.UUID, now: datetime) -> StandIns:
    """Return what is proposed for an interpreter's meetings; nothing changes. Raises NotFound."""
    row = session.get(Interpreter, interpreter_id)
    if row is None or row.fair_id != fair.id:
        raise NotFound("no_such_interpreter")
    where = (Meeting.interpreter_id == interpreter_id) & IS_AWAY
    affected = effects.affected(session, fair_id=fair.id, where=where, now=now)
    plan = hand_plans.load(session, fair_id=fair.id, draft_id=None)
    # What was called off between the two looks needs nobody any more.
    standing = {one.meeting_id: one for one in affected if one.meeting_id in plan.entries}
    entries = [plan.entries[key] for key in standing]
    guests = {one.id: [plan.guests[key] for key in one.people if key in plan.guests] for one in entries}
    return StandIns(row.id, row.name, standing, tuple(rules.propose(plan, entries, guests, now=now)), plan)


def apply(
    session: Session, *, fair: FairFacts, interpreter_id: uuid.UUID, seen: str, by: uuid.UUID, now: datetime
) -> StandIns:
    """Do what was proposed, all of it or nothing, and tell everyone concerned once; return what was done.

    Raises NotFound, and Conflict('proposal_changed') when it is no longer what the organizer saw.
    """
    ground.change(session, fair_id=fair.id)
    found = proposed(session, fair=fair, interpreter_id=interpreter_id, now=now)
    if not found.proposals or found.seen != seen:
        raise Conflict("proposal_changed")
    by_remedy: dict[Remedy, list[Proposal]] = defaultdict(list)
    for one in found.proposals:
        by_remedy[one.remedy].append(one)
    _hand_over(session, fair=fair, proposals=by_remedy[Remedy.TAKEN_OVER], by=by, now=now)
    # Whoever gives a place up does so before another meeting may take it.
    lost = [found.meetings[one.entry.id] for one in by_remedy[Remedy.UNPLACED]]
    if lost:
        effects.unplace(session, fair=fair, meetings=lost, why=AWAY, by=by, now=now)
    for one in by_remedy[Remedy.MOVED]:
        _move(session, fair=fair, proposal=one, by=by, now=now)
    _tell(session, fair=fair, found=found, by=by, now=now)
    session.flush()
    return found


def _target(one: Proposal) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """What is promised of a proposal: the slot and who interprets. The table is the nearest that is free."""
    return one.slot_id, one.interpreter_id


def _hand_over(session: Session, *, fair: FairFacts, proposals: list[Proposal], by: uuid.UUID, now: datetime) -> None:
    free_interpreter(session, meeting_ids=[one.entry.id for one in proposals])
    join_seats(
        session,
        bookings=[
            Booking(one.entry.id, one.entry.slot_id, (), interpreter_id=one.interpreter_id)
            for one in proposals
            if one.entry.slot_id is not None
        ],
    )
    for one in proposals:
        _assign(session, fair=fair, proposal=one, by=by, now=now)


def _move(session: Session, *, fair: FairFacts, proposal: Proposal, by: uuid.UUID, now: datetime) -> None:
    """Give a meeting its new interpreter, then its new time with everyone's seats at once."""
    if proposal.slot_id is None:
        return
    _assign(session, fair=fair, proposal=proposal, by=by, now=now)
    meeting, party = meetings.load(session, fair_id=fair.id, meeting_id=proposal.entry.id, participation_id=None)
    booking.put(session, meeting=meeting, party=party, fair=fair, slot_id=proposal.slot_id, by=by, now=now)


def _assign(session: Session, *, fair: FairFacts, proposal: Proposal, by: uuid.UUID, now: datetime) -> None:
    entry = proposal.entry
    written = session.scalar(
        update(Meeting)
        .where(
            Meeting.id == entry.id,
            Meeting.state == MeetingState.SCHEDULED,
            Meeting.slot_id == entry.slot_id,
            Meeting.interpreter_id == entry.interpreter_id,
        )
        .values(interpreter_id=proposal.interpreter_id, changed_at=now)
        .returning(Meeting.id)
        .execution_options(synchronize_session=False)
    )
    if written is None:
        raise Conflict("proposal_changed")
    session.expire_all()
    history.record(
        session,
        action=CHANGED,
        subject_kind="meeting",
        subject_id=entry.id,
        by=by,
        now=now,
        fair_id=fair.id,
        was=str(entry.interpreter_id),
        interpreter=str(proposal.interpreter_id),
    )


def _tell(session: Session, *, fair: FairFacts, found: StandIns, by: uuid.UUID, now: datetime) -> None:
    """Tell those who meet at the same time as before who interprets, the new interpreters, and the one who is away.

    Whoever's meeting moved or lost its place has heard of it already.
    """
    concerned: dict[tuple[str, uuid.UUID], int] = Counter()
    taking: dict[uuid.UUID, int] = Counter()
    for one in found.proposals:
        if one.interpreter_id is not None:
            taking[one.interpreter_id] += 1
        if one.remedy is Remedy.TAKEN_OVER:
            sides = meeting_people.receivers(session, meeting_id=one.entry.id)
            for account_id in {key for side in sides.values() for key in side}:
                concerned["meets", account_id] += 1
    for key, account_id in _accounts(session, fair_id=fair.id):
        if key == found.interpreter_id:
            concerned["relieved", account_id] = len(found.proposals)
        elif key in taking:
            concerned["takes_over", account_id] = taking[key]
    for (part, account_id), count in concerned.items():
        if account_id != by:
            _queue(session, fair=fair, account_id=account_id, part=part, count=count, now=now)


def _accounts(session: Session, *, fair_id: uuid.UUID) -> list[tuple[uuid.UUID, uuid.UUID]]:
    rows = session.execute(
        select(Interpreter.id, Interpreter.account_id).where(
            Interpreter.fair_id == fair_id, Interpreter.is_active, Interpreter.account_id.is_not(None)
        )
    )
    return [(key, account_id) for key, account_id in rows if account_id is not None]


def _queue(session: Session, *, fair: FairFacts, account_id: uuid.UUID, part: str, count: int, now: datetime) -> None:
    notices.queue(
        session,
        account_id=account_id,
        kind=CHANGED,
        once=f"{CHANGED} {part} {account_id.hex} {now.isoformat()}",
        now=now,
        fair_id=fair.id,
        path=f"/fairs/{fair.slug}/{'agenda' if part == 'meets' else 'interpreter'}",
        fair_vi=fair.name_vi,
        fair_en=fair.name_en,
        part=part,
        meetings=count,
    )
