"""Read how far others can rely on companies, from what is on record of requests, meetings and who was there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select, update
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

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

ROWS_AT_ONCE = 500
BY_OTHERS = frozenset({Source.HOST, Source.DESK_LIST, Source.ORGANIZER})
_mine, _other = aliased(Participation), aliased(Participation)
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
    )
    .join(Meeting, or_(Meeting.exhibitor_id == _mine.id, Meeting.buyer_id == _mine.id))
    .join(_other, and_(_other.id.in_([Meeting.exhibitor_id, Meeting.buyer_id]), _other.id != _mine.id))
    .join(Company, Company.id == _other.company_id)
    .join(Fair, Fair.id == Meeting.fair_id)
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .where(_mine.company_id.in_(bindparam("companies", expanding=True)), Meeting.changed_at > bindparam("since"))
    .order_by(Meeting.id)
)
SAID = (
    select(CheckIn.meeting_id, CheckIn.side, CheckIn.is_present, CheckIn.source, CheckIn.at)
    .join(Meeting, Meeting.id == CheckIn.meeting_id)
    .join(_mine, or_(Meeting.exhibitor_id == _mine.id, Meeting.buyer_id == _mine.id))
    .where(
        _mine.company_id.in_(bindparam("companies", expanding=True)),
        CheckIn.side == _mine.role,
        Meeting.state.in_(sorted(RECORDED)),
    )
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


def is_limiting(session: Session, *, fair_id: uuid.UUID) -> bool:
    """Whether a fair halves the quota of companies others can't rely on."""
    return bool(session.scalar(select(Fair.limits_unreliable).where(Fair.id == fair_id)))


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
    """Return the names of the approved companies of a fair that it would limit now."""
    rows = session.execute(
        select(Company.id, Company.name)
        .join(Participation, Participation.company_id == Company.id)
        .where(Participation.fair_id == fair_id, Participation.status == ParticipationStatus.APPROVED)
        .distinct()
        .order_by(Company.name)
    ).all()
    found = records(session, company_ids=[row.id for row in rows], now=now)
    return [row.name for row in rows if found[row.id].record.is_low]


def record_of(session: Session, *, company_id: uuid.UUID, now: datetime) -> CompanyRecord:
    """Return one company's record over all its fairs, in two statements."""
    return records(session, company_ids=[company_id], now=now)[company_id]


def records(session: Session, *, company_ids: Sequence[uuid.UUID], now: datetime) -> dict[uuid.UUID, CompanyRecord]:
    """Return the records of companies, in two statements for each 500 of them."""
    about: dict[uuid.UUID, list[About]] = defaultdict(list)
    wanted = sorted(set(company_ids))
    for start in range(0, len(wanted), ROWS_AT_ONCE):
        key = {"companies": wanted[start : start + ROWS_AT_ONCE], "since": now - LASTS}
        said: dict[tuple[uuid.UUID, str], list[Statement]] = defaultdict(list)
        for meeting_id, side, is_present, source, at in session.execute(SAID, key):
            said[meeting_id, side].append(Statement(is_present=is_present, source=Source(source), at=at))
        for row in session.execute(EVENTS, key):
            event = _event(row, said[row.id, row.role], now=now)
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
