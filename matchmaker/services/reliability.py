"""Read how far others can rely on companies, from what is on record of requests, meetings and who was there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, or_, select, union_all, update
from sqlalchemy.orm import aliased

from matchmaker.domain import reliability as rules
from matchmaker.domain.attendance import Source, Statement, standing
from matchmaker.domain.fairs import Acceptance, ParticipationStatus, Role
from matchmaker.domain.meetings import RECORDED, MeetingState
from matchmaker.domain.reliability import LASTS, Event, Happened, Record
from matchmaker.models import CheckIn, Company, Fair, Meeting, Participation, Slot
from matchmaker.services import history

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

# Far below the number of parameters that either database takes in a statement.
COMPANIES_AT_ONCE = 5000
BY_OTHERS = frozenset({Source.HOST, Source.DESK_LIST, Source.ORGANIZER})
_mine, _other = aliased(Participation), aliased(Participation)
# A row for each thing that was said of who was there, and one for a meeting of which nothing was.
SAID = and_(CheckIn.meeting_id == Meeting.id, CheckIn.side == _mine.role, Meeting.state.in_(sorted(RECORDED)))
EVENTS = (
    select(
        _mine.company_id,
        _mine.role,
        Company.name.label("other"),
        Fair.slug,
        Fair.acceptance,
        Fair.late_minutes,
        Meeting.id,
        Meeting.state,
        Meeting.requested_by,
        Meeting.answered_at,
        Meeting.expires_at,
        Meeting.no_show_side,
        Meeting.is_walk_in,
        Slot.starts_at,
        CheckIn.is_present,
        CheckIn.source,
        CheckIn.at.label("said_at"),
    )
    .join(Meeting, or_(Meeting.exhibitor_id == _mine.id, Meeting.buyer_id == _mine.id))
    .join(_other, and_(_other.id.in_([Meeting.exhibitor_id, Meeting.buyer_id]), _other.id != _mine.id))
    .join(Company, Company.id == _other.company_id)
    .join(Fair, Fair.id == Meeting.fair_id)
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .outerjoin(CheckIn, SAID)
    .where(_mine.company_id.in_(bindparam("companies", expanding=True)), Meeting.changed_at > bindparam("since"))
    .order_by(Meeting.id)
)
_here, _there = aliased(Participation), aliased(Participation)
IS_APPROVED = (_here.fair_id == bindparam("fair_id"), _here.status == ParticipationStatus.APPROVED)
# The fairs at which the companies of this one have a record. One company that is at both answers for a fair.
FAIRS = (
    select(Fair.id)
    .where(
        select(_there.id)
        .join(_here, _here.company_id == _there.company_id)
        .where(_there.fair_id == Fair.id, *IS_APPROVED)
        .exists()
    )
    .cte("fairs")
)


# Read from the few fairs on, so that of each only meetings in these states are.
MISSED = (
    select(Meeting.exhibitor_id, Meeting.buyer_id, Meeting.state, Meeting.no_show_side, Meeting.requested_by)
    .select_from(FAIRS)
    .join(Meeting, Meeting.fair_id == FAIRS.c.id)
    .where(Meeting.state.in_((MeetingState.NO_SHOW, MeetingState.EXPIRED)))
    .cte("missed")
)


def _missed_by(side: Role) -> Select[Any]:
    """The companies of one side, once for each meeting missed by not the other alone and each request that ran out."""
    mine = MISSED.c.exhibitor_id if side is Role.EXHIBITOR else MISSED.c.buyer_id
    is_missed = and_(MISSED.c.state == MeetingState.NO_SHOW, func.coalesce(MISSED.c.no_show_side, "") != side.other)
    is_unanswered = and_(MISSED.c.state == MeetingState.EXPIRED, MISSED.c.requested_by == side.other)
    return select(_mine.company_id).join(MISSED, mine == _mine.id).where(or_(is_missed, is_unanswered))


# Seen only after the start, however long the grace.
LATE = (
    select(_mine.company_id)
    .select_from(CheckIn)
    .join(Meeting, Meeting.id == CheckIn.meeting_id)
    .join(Slot, Slot.id == Meeting.slot_id)
    .join(_mine, _mine.id == case((CheckIn.side == Role.EXHIBITOR, Meeting.exhibitor_id), else_=Meeting.buyer_id))
    .where(CheckIn.fair_id.in_(select(FAIRS.c.id)), CheckIn.at > Slot.starts_at, Meeting.state == MeetingState.HELD)
)
# The companies, once for each meeting that could at worst be a slip of theirs.
_slips = union_all(*(_missed_by(side) for side in Role), LATE).subquery("slips")
# Of fewer slips than this no record is low, so the records of most companies need not be read.
DOUBTFUL = (
    select(Company.id, Company.name)
    .where(
        select(_here.id).where(_here.company_id == Company.id, *IS_APPROVED).exists(),
        Company.id.in_(select(_slips.c.company_id).group_by(_slips.c.company_id).having(func.count() > rules.FORGIVEN)),
    )
    .order_by(Company.name)
)


@dataclass(frozen=True, slots=True)
class About:
    """An event with the meeting and the other company it is about."""

    event: Event
    meeting_id: uuid.UUID
    slug: str
    other: str


@dataclass(frozen=True, slots=True)
class CompanyRecord:
    """A company's record, with what each event is about in the same order."""

    record: Record
    about: tuple[About, ...]


IS_LIMITING = select(Fair.limits_unreliable).where(Fair.id == bindparam("fair_id"))


def is_limiting(session: Session, *, fair_id: uuid.UUID) -> bool:
    """Whether a fair halves the quota of companies others can't rely on."""
    return bool(session.scalar(IS_LIMITING, {"fair_id": fair_id}))


def set_limiting(session: Session, *, fair: FairFacts, is_on: bool, by: uuid.UUID, now: datetime) -> None:
    """Let the record limit the quota of requests at this fair, or no longer."""
    session.execute(update(Fair).where(Fair.id == fair.id).values(limits_unreliable=is_on))
    history.record(
        session,
        action="reliability_limits_set",
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        is_on=is_on,
    )
    session.flush()


def low_ones(session: Session, *, fair_id: uuid.UUID, now: datetime) -> list[str]:
    """Return the names of the approved companies of a fair that it would limit now, in two statements."""
    rows = session.execute(DOUBTFUL, {"fair_id": fair_id}).all()
    if not rows:
        return []
    found = records(session, company_ids=[row.id for row in rows], now=now)
    return [row.name for row in rows if found[row.id].record.is_low]


def record_of(session: Session, *, company_id: uuid.UUID, now: datetime) -> CompanyRecord:
    """Return one company's record over all its fairs, in one statement."""
    return records(session, company_ids=[company_id], now=now)[company_id]


def records(session: Session, *, company_ids: Sequence[uuid.UUID], now: datetime) -> dict[uuid.UUID, CompanyRecord]:
    """Return the records of companies, in one statement for each 5,000 of them."""
    about: dict[uuid.UUID, list[About]] = defaultdict(list)
    wanted = sorted(set(company_ids))
    for start in range(0, len(wanted), COMPANIES_AT_ONCE):
        key = {"companies": wanted[start : start + COMPANIES_AT_ONCE], "since": now - LASTS}
        met: dict[tuple[uuid.UUID, str], tuple[Any, list[Statement]]] = {}
        for row in session.execute(EVENTS, key):
            _, said = met.setdefault((row.id, row.role), (row, []))
            if row.said_at is not None:
                said.append(Statement(is_present=row.is_present, source=Source(row.source), at=row.said_at))
        for row, said in met.values():
            event = _event(row, said, now=now)
            if event is not None:
                about[row.company_id].append(About(event, row.id, row.slug, row.other))
    return {company_id: _record(about[company_id], now=now) for company_id in wanted}


def is_appealed(statements: Iterable[Statement]) -> bool:
    """Whether a side that is on record as missing said that it was there, and no organizer has settled it."""
    found = list(statements)
    is_settled = any(one.source is Source.ORGANIZER for one in found)
    return not is_settled and any(one.is_present and one.source not in BY_OTHERS for one in found)


def _record(about: list[About], *, now: datetime) -> CompanyRecord:
    ordered = sorted(about, key=lambda one: (one.event.at, one.event.happened), reverse=True)
    return CompanyRecord(rules.record_of([one.event for one in ordered], now=now), tuple(ordered))


def _event(row: Any, statements: list[Statement], *, now: datetime) -> Event | None:
    """What a row says of the company, if anything: first of a meeting on record, else of a request it was asked."""
    state, side = MeetingState(row.state), Role(row.role)
    if state in RECORDED and row.starts_at is not None and not row.is_walk_in:
        grace = timedelta(minutes=row.late_minutes)
        presence = standing(statements, starts_at=row.starts_at, grace=grace).presence
        happened = rules.of_meeting(state=state, side=side, missing=row.no_show_side, presence=presence)
        if happened is not None:
            return Event(happened, row.starts_at, happened is Happened.MISSED and is_appealed(statements))
    was_asked = row.requested_by == side.other and row.acceptance == Acceptance.PERSON
    if was_asked and state is MeetingState.EXPIRED and row.expires_at is not None:
        return Event(Happened.UNANSWERED, row.expires_at)
    if was_asked and row.answered_at is not None and row.answered_at <= now:
        return Event(Happened.ANSWERED, row.answered_at)
    return None
