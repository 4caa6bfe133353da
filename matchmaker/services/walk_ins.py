"""Put on record that two met outside the plan: who they are, where they sit, and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, or_, select

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import Act, ParticipationStatus, Role, check_phase
from matchmaker.domain.meetings import Action, MeetingState, Origin, Party
from matchmaker.domain.names import company_key
from matchmaker.models import Company, Meeting, MeetingTable, Participation, Seat, Slot
from matchmaker.models.engine import lock
from matchmaker.services import ground, meetings, on_the_spot, outcomes, third_on_the_spot
from matchmaker.services.seats import SeatKind

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.on_the_spot import Running

MOST_FOUND = 8
# Nobody meets the same company twice outside the plan so soon: it is a second tap, or a host and the desk.
SAME_ONE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Partner:
    """A company that takes part in one role, as a desk finds it."""

    id: uuid.UUID
    name: str
    country: str
    role: Role
    badge: str


PARTNERS = (
    select(Participation.id, Company.name, Company.country, Participation.role, Participation.badge_code)
    .join(Company, Company.id == Participation.company_id)
    .where(
        Participation.fair_id == bindparam("fair_id"),
        Participation.status == ParticipationStatus.APPROVED,
    )
)
FOUND = (
    PARTNERS.where(
        Participation.role == bindparam("role"),
        or_(
            func.upper(Participation.badge_code).like(bindparam("badges"), escape="\\"),
            Company.name_key.like(bindparam("pattern"), escape="\\"),
        ),
    )
    .order_by(func.upper(Participation.badge_code) != bindparam("badge"), Company.name_key, Participation.id)
    .limit(MOST_FOUND)
)
ONE = PARTNERS.where(Participation.id == bindparam("id"))
PAIR = and_(Meeting.exhibitor_id == bindparam("exhibitor_id"), Meeting.buyer_id == bindparam("buyer_id"))
# Whoever answers, joins or leaves a meeting of the two just now is waited for before anything of it is read.
LOCKED = select(Meeting.id).where(PAIR).order_by(Meeting.id).with_for_update(key_share=True)
SO_FAR = (
    select(Meeting.id, Meeting.state, Meeting.slot_id, Meeting.changed_at, Meeting.is_walk_in, MeetingTable.code)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .where(PAIR)
    .order_by(Meeting.requested_at, Meeting.id)
)
WHERE_THEY_SIT = (
    select(MeetingTable.code, Slot.ends_at)
    .select_from(Seat)
    .join(Slot, Slot.id == Seat.slot_id)
    .join(Meeting, Meeting.id == Seat.meeting_id)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .where(
        Seat.kind == SeatKind.REPRESENTATIVE,
        Seat.slot_id == bindparam("slot_id"),
        or_(
            Meeting.exhibitor_id == bindparam("id"),
            Meeting.buyer_id == bindparam("id"),
            Meeting.third_id == bindparam("id"),
        ),
    )
    .limit(1)
)


def find(session: Session, *, fair_id: uuid.UUID, role: Role, query: str) -> list[Partner]:
    """Return the companies of one role whose badge begins with what was typed or whose name holds it, at most eight."""
    typed = query.strip()[:60]
    key = company_key(typed)
    if not typed:
        return []
    pattern = f"%{_escaped(key)}%" if key else ""
    facts = {"fair_id": fair_id, "role": role, "badge": typed.upper(), "pattern": pattern}
    facts["badges"] = f"{_escaped(typed.upper())}%"
    return [Partner(row[0], row[1], row[2], Role(row[3]), row[4]) for row in session.execute(FOUND, facts)]


def partner(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, role: Role) -> Partner:
    """Return one company by its participation; raise NotFound when it does not take part in that role."""
    row = session.execute(ONE, {"fair_id": fair_id, "id": participation_id}).one_or_none()
    if row is None or row[3] != role:
        raise NotFound("no_such_participation")
    return Partner(row[0], row[1], row[2], Role(row[3]), row[4])


def record(
    session: Session,
    *,
    fair: FairFacts,
    pair: Mapping[Role, uuid.UUID],
    table_id: uuid.UUID | None,
    by: uuid.UUID | None,
    now: datetime,
) -> uuid.UUID:
    """Put on record that two met just now outside the plan, at a free table or elsewhere; return their meeting.

    While a slot runs they take their seats in it, so that nobody sends them anywhere else; in a break nobody's seats
    stand against a third company that has joined, and it comes along. Recorded again within ten
    minutes it stays one meeting. Raises NotFound, NotAllowed('not_in_phase'), and Conflict: 'own_company',
    'not_available' for a company that is not let in, 'meets_now' (with the table) for two who should sit together by
    the plan, 'person_busy' (with company, table and until when), 'table_taken'.
    """
    check_phase(fair.phase, Act.CHECK_IN)
    ground.keep(session, fair_id=fair.id)
    _check_pair(session, fair_id=fair.id, pair=pair)
    slot = on_the_spot.running_slot(session, fair_id=fair.id, now=now)
    known, waiting = _so_far(session, pair=pair, slot=slot, now=now)
    if known is not None:
        return known
    people = _people(session, pair=pair, slot=slot)
    meeting_id = _agreed(session, fair=fair, pair=pair, waiting=waiting, by=by, now=now)
    if slot is not None:
        _sit(session, fair=fair, meeting_id=meeting_id, slot=slot, table_id=table_id, people=people, by=by, now=now)
    else:
        third_on_the_spot.settle(session, fair_id=fair.id, meeting_id=meeting_id, comes=True, by=by, now=now)
    outcomes.record_held(session, meeting_id=meeting_id, by=by, now=now)
    return meeting_id


def _check_pair(session: Session, *, fair_id: uuid.UUID, pair: Mapping[Role, uuid.UUID]) -> None:
    facts = {"fair_id": fair_id, "ids": sorted(pair.values())}
    sides = {row.id: row for row in session.execute(on_the_spot.SIDES, facts)}
    for role, key in pair.items():
        if key not in sides or sides[key].role != role:
            raise NotFound("no_such_participation")
        if sides[key].status != ParticipationStatus.APPROVED:
            raise Conflict("not_available", company=sides[key].name)
    if len({side.company_id for side in sides.values()}) == 1:
        raise Conflict("own_company")


def _so_far(
    session: Session, *, pair: Mapping[Role, uuid.UUID], slot: Running | None, now: datetime
) -> tuple[uuid.UUID | None, tuple[uuid.UUID, MeetingState] | None]:
    """The walk-in of a moment ago, and a meeting of the two that waits for an answer or a place."""
    known, waiting = None, None
    keys = {"exhibitor_id": pair[Role.EXHIBITOR], "buyer_id": pair[Role.BUYER]}
    lock(session, LOCKED, keys)
    for row in session.execute(SO_FAR, keys):
        if row.state == MeetingState.SCHEDULED and slot is not None and row.slot_id == slot.id:
            raise Conflict("meets_now", table=row.code or "")
        if row.state == MeetingState.HELD and row.is_walk_in and row.changed_at > now - SAME_ONE:
            known = row.id
        if row.state in {MeetingState.REQUESTED, MeetingState.ACCEPTED}:
            waiting = (row.id, MeetingState(row.state))
    return known, waiting


def _people(session: Session, *, pair: Mapping[Role, uuid.UUID], slot: Running | None) -> dict[Role, uuid.UUID]:
    """Somebody of each side who sits nowhere else now; a company of which nobody is named brings nobody by name."""
    if slot is None:
        return {}
    free = on_the_spot.free_people(session, participation_ids=pair.values(), slot_id=slot.id)
    people = {}
    for role, key in pair.items():
        if key in free and not free[key]:
            raise Conflict("person_busy", **_where(session, participation_id=key, slot=slot))
        if key in free:
            people[role] = free[key][0]
    return people


def _where(session: Session, *, participation_id: uuid.UUID, slot: Running) -> dict[str, object]:
    """Which company is busy, at which table and until when."""
    company = session.scalar(
        select(Company.name)
        .join(Participation, Participation.company_id == Company.id)
        .where(Participation.id == participation_id)
    )
    row = session.execute(WHERE_THEY_SIT, {"id": participation_id, "slot_id": slot.id}).first()
    return {"company": company, "table": (row[0] if row else "") or "", "until": slot.ends_at}


def _agreed(
    session: Session,
    *,
    fair: FairFacts,
    pair: Mapping[Role, uuid.UUID],
    waiting: tuple[uuid.UUID, MeetingState] | None,
    by: uuid.UUID | None,
    now: datetime,
) -> uuid.UUID:
    """The meeting of the two that waits for a place, or a new one; who sits together has accepted."""
    if waiting is None:
        return on_the_spot.agree(session, fair_id=fair.id, pair=pair, origin=Origin.WALK_IN, by=by, now=now)
    meeting_id, state = waiting
    if state is MeetingState.REQUESTED:
        meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=None)
        meetings.move(session, meeting=meeting, action=Action.ACCEPT, party=Party.ORGANIZER, by=by, now=now)
    return meeting_id


def _sit(
    session: Session,
    *,
    fair: FairFacts,
    meeting_id: uuid.UUID,
    slot: Running,
    table_id: uuid.UUID | None,
    people: Mapping[Role, uuid.UUID],
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    free = {one.id for one in on_the_spot.free_tables(session, fair_id=fair.id, slot_id=slot.id)}
    if table_id is not None and table_id not in free:
        raise Conflict("table_taken")
    try:
        on_the_spot.sit_down(
            session,
            fair_id=fair.id,
            meeting_id=meeting_id,
            slot_id=slot.id,
            table_id=table_id,
            people=people,
            by=by,
            now=now,
        )
    except Conflict as error:
        if error.code != "slot_taken":
            raise
        is_table = set(error.facts["kinds"]) <= {SeatKind.TABLE}
        raise Conflict(
            "table_taken" if is_table else "person_busy", company="", table="", until=slot.ends_at
        ) from error


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
