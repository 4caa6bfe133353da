"""What a change of the set-up does to meetings: told before it happens, done at once with one notice each."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import aliased

from matchmaker.domain.errors import Unconfirmed
from matchmaker.domain.meetings import RECORDED, Action, MeetingState, Party, next_state
from matchmaker.models import Company, DraftPlace, Meeting, MeetingTable, Participation, ScheduleDraft, Slot
from matchmaker.services import history, meeting_people, notices
from matchmaker.services.company_names import THIRD_NAME
from matchmaker.services.drafts import DraftState
from matchmaker.services.seats import free_seats

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

NOTICE = "places_lost"
ROWS_A_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Affected:
    """A meeting that a change concerns, with its time once it has one; ``third`` is a company that has joined it."""

    meeting_id: uuid.UUID
    exhibitor: str
    buyer: str
    starts_at: datetime | None
    table: str | None
    changed_at: datetime
    third: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Everything a change does to others: meetings that lose their place, and further facts for the page.

    ``thirds`` are meetings that only their third company has to leave, or is no longer asked to.
    """

    change: str
    meetings: Sequence[Affected] = ()
    thirds: Sequence[Affected] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """A short code of exactly these effects; with any other effects it is another one."""
        told = [self.change, *(sorted(map(_mark, some)) for some in (self.meetings, self.thirds))]
        return hashlib.sha256(repr((told, sorted(self.facts.items()))).encode()).hexdigest()[:24]


def _mark(one: Affected) -> tuple[str, str, str]:
    return str(one.meeting_id), one.starts_at.isoformat() if one.starts_at else "", one.third or ""


_exhibitor, _buyer = aliased(Participation), aliased(Participation)
_seller_company, _buyer_company = aliased(Company), aliased(Company)
SCHEDULED = (
    select(
        Meeting.id,
        _seller_company.name,
        _buyer_company.name,
        Slot.starts_at,
        MeetingTable.code,
        Meeting.changed_at,
        THIRD_NAME,
    )
    .join(Slot, Slot.id == Meeting.slot_id)
    .join(_exhibitor, _exhibitor.id == Meeting.exhibitor_id)
    .join(_seller_company, _seller_company.id == _exhibitor.company_id)
    .join(_buyer, _buyer.id == Meeting.buyer_id)
    .join(_buyer_company, _buyer_company.id == _buyer.company_id)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Meeting.state == MeetingState.SCHEDULED,
        Slot.starts_at > bindparam("now"),
    )
    .order_by(Slot.starts_at, MeetingTable.code, Meeting.id)
)


def affected(session: Session, *, fair_id: uuid.UUID, where: ColumnElement[bool], now: datetime) -> list[Affected]:
    """Return the fair's scheduled meetings still to come that a condition picks, by time and table."""
    return [Affected(*row) for row in session.execute(SCHEDULED.where(where), {"fair_id": fair_id, "now": now})]


def is_on_record(session: Session, *, fair_id: uuid.UUID, where: ColumnElement[bool], now: datetime) -> bool:
    """Whether a condition picks a meeting that took place, was missed, or has begun: such a place can't go away."""
    begun = select(Slot.id).where(Slot.id == Meeting.slot_id, Slot.starts_at <= now).exists()
    is_past = Meeting.state.in_(sorted(RECORDED)) | ((Meeting.state == MeetingState.SCHEDULED) & begun)
    found = select(Meeting.id).where(Meeting.fair_id == fair_id, where, is_past).limit(1)
    return session.scalar(found) is not None


def drafted(session: Session, *, fair_id: uuid.UUID, where: ColumnElement[bool]) -> int:
    """Return how many places a condition picks in the drafts of the schedule that are still worked on."""
    found = (
        select(func.count())
        .select_from(DraftPlace)
        .join(ScheduleDraft, ScheduleDraft.id == DraftPlace.draft_id)
        .where(ScheduleDraft.fair_id == fair_id, ScheduleDraft.state == DraftState.OPEN, where)
    )
    return session.scalar(found) or 0


def confirm(effects: Effects, *, seen: str, is_needed: bool | None = None) -> None:
    """Raise Unconfirmed with the effects unless there are none or exactly these were seen.

    What was shown on the page is thereby what happens: when a meeting was scheduled meanwhile, it is asked again.
    """
    needed = bool(effects.meetings or effects.thirds) if is_needed is None else is_needed
    if needed and seen != effects.seen:
        raise Unconfirmed(effects)


def unplace(
    session: Session, *, fair: FairFacts, meetings: Sequence[Affected], why: str, by: uuid.UUID | None, now: datetime
) -> int:
    """Take meetings off their places: they stay agreed, their seats are free, and everyone in them is told once.

    Returns how many people are told.
    """
    keys = [one.meeting_id for one in meetings]
    target = next_state(MeetingState.SCHEDULED, Action.UNSCHEDULE, Party.ORGANIZER)
    receivers = {key: meeting_people.receivers(session, meeting_id=key) for key in keys}
    free_seats(session, meeting_ids=keys)
    for start in range(0, len(keys), ROWS_A_STATEMENT):
        session.execute(
            update(Meeting)
            .where(Meeting.id.in_(keys[start : start + ROWS_A_STATEMENT]), Meeting.state == MeetingState.SCHEDULED)
            .values(state=target, slot_id=None, table_id=None, interpreter_id=None, is_locked=False, changed_at=now)
        )
    for key in keys:
        history.record(
            session,
            action="meeting_unscheduled",
            subject_kind="meeting",
            subject_id=key,
            by=by,
            now=now,
            fair_id=fair.id,
            reason=why,
            is_told=True,
        )
    people: dict[uuid.UUID, list[Affected]] = defaultdict(list)
    for one in meetings:
        for account_id in {key for side in receivers[one.meeting_id].values() for key in side}:
            people[account_id].append(one)
    _tell(session, fair=fair, people=people, why=why, now=now)
    session.flush()
    return len(people)


def _tell(
    session: Session, *, fair: FairFacts, people: dict[uuid.UUID, list[Affected]], why: str, now: datetime
) -> None:
    change = uuid4().hex
    for account_id, lost in people.items():
        notices.queue(
            session,
            account_id=account_id,
            kind=NOTICE,
            once=f"{NOTICE} {change} {account_id.hex}",
            now=now,
            fair_id=fair.id,
            path=f"/fairs/{fair.slug}/agenda",
            fair_vi=fair.name_vi,
            fair_en=fair.name_en,
            why=why,
            meetings=len(lost),
        )


def let_go(session: Session, *, fair_id: uuid.UUID, slot_ids: Iterable[uuid.UUID]) -> None:
    """Loosen meetings that are over without having taken place from slots that go away, so that they stay on record."""
    keys = sorted(set(slot_ids))
    for start in range(0, len(keys), ROWS_A_STATEMENT):
        session.execute(
            update(Meeting)
            .where(Meeting.fair_id == fair_id, Meeting.slot_id.in_(keys[start : start + ROWS_A_STATEMENT]))
            .values(slot_id=None)
        )
