"""End what companies have before them when a new rule keeps them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, select

from matchmaker.domain.meetings import OPEN, Action, CancelReason, MeetingState, Party
from matchmaker.domain.third_company import STANDING, TO_JOIN
from matchmaker.models import Company, Meeting, Participation, Slot, Suggestion, ThirdCompany
from matchmaker.services import effects, meetings, seats, third_companies
from matchmaker.services.effects import Affected, Effects
from matchmaker.services.meeting_notices import BOTH, tell

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.pair_rules import PairRules
    from matchmaker.services.fairs import FairFacts

ROWS_A_STATEMENT = 500
OPEN_ONES = (
    select(
        Meeting.id,
        Meeting.exhibitor_id,
        Meeting.buyer_id,
        ThirdCompany.participation_id.label("third_id"),
        Meeting.state,
        Meeting.changed_at,
        Slot.starts_at,
    )
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .outerjoin(ThirdCompany, and_(ThirdCompany.meeting_id == Meeting.id, ThirdCompany.state.in_(sorted(STANDING))))
    .order_by(Slot.starts_at.nulls_last(), Meeting.id)
)


@dataclass(frozen=True, slots=True)
class _Company:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class _Forbidden:
    """Meetings of pairs that a rule keeps apart, and those that only their third company has to leave."""

    meetings: list[tuple[Affected, MeetingState]]
    thirds: list[Affected]


def end(
    session: Session,
    *,
    fair: FairFacts,
    added: PairRules,
    change: str,
    seen: str,
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    """Close the requests and call off the meetings to come of pairs that a rule keeps apart from now on.

    A third company that it keeps apart from one of two leaves their meeting, or is no longer asked; the two still
    meet. Everyone concerned is told once. Returns how many meetings were called off. Raises Unconfirmed before all of
    it was seen.
    """
    found = _forbidden(session, fair_id=fair.id, rules=added, now=now)
    told = [one for one, _ in found.meetings]
    effects.confirm(Effects(change=change, meetings=told, thirds=found.thirds), seen=seen)
    for one, state in found.meetings:
        meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=one.meeting_id, participation_id=None)
        action = Action.DECLINE if state is MeetingState.REQUESTED else Action.CANCEL
        meetings.move(
            session, meeting=meeting, action=action, party=Party.ORGANIZER, by=by, now=now, reason=CancelReason.OTHER
        )
        seats.free_seats(session, meeting_ids=[one.meeting_id])
        tell(session, meeting=meeting, kind="meeting_cancelled", sides=BOTH, by=by, now=now, reason=CancelReason.OTHER)
    for one in found.thirds:
        third_companies.take_back(
            session, fair_id=fair.id, meeting_id=one.meeting_id, participation_id=None, by=by, now=now
        )
    _drop_suggestions(session, fair_id=fair.id, rules=added)
    session.flush()
    return len(found.meetings)


def _drop_suggestions(session: Session, *, fair_id: uuid.UUID, rules: PairRules) -> None:
    """Take forbidden pairs off the lists at once; the next run of the matcher fills the gaps."""
    company_of = _companies(session, fair_id=fair_id)
    listed = session.execute(
        select(Suggestion.id, Suggestion.exhibitor_id, Suggestion.buyer_id).where(Suggestion.fair_id == fair_id)
    )
    gone = [
        key
        for key, exhibitor_id, buyer_id in listed
        if rules.forbids(company_of[exhibitor_id].id, company_of[buyer_id].id)
    ]
    for start in range(0, len(gone), ROWS_A_STATEMENT):
        session.execute(delete(Suggestion).where(Suggestion.id.in_(gone[start : start + ROWS_A_STATEMENT])))


def _companies(session: Session, *, fair_id: uuid.UUID) -> dict[uuid.UUID, _Company]:
    """Return the company behind each participation of a fair."""
    rows = session.execute(
        select(Participation.id, Company.id, Company.name)
        .join(Company, Company.id == Participation.company_id)
        .where(Participation.fair_id == fair_id)
    )
    return {key: _Company(str(company_id), name) for key, company_id, name in rows}


def _forbidden(session: Session, *, fair_id: uuid.UUID, rules: PairRules, now: datetime) -> _Forbidden:
    """The open meetings that a rule forbids, or a third company in them, except those that have begun."""
    found = _Forbidden([], [])
    if not any(left and right for left, right in rules.sides):
        return found
    company_of = _companies(session, fair_id=fair_id)
    wanted = OPEN_ONES.where(Meeting.fair_id == fair_id, Meeting.state.in_(sorted(OPEN)))
    for row in session.execute(wanted):
        exhibitor, buyer = company_of[row.exhibitor_id], company_of[row.buyer_id]
        third = company_of.get(row.third_id) if row.state in TO_JOIN else None
        if row.state == MeetingState.SCHEDULED and row.starts_at is not None and row.starts_at <= now:
            continue
        one = _affected(row, exhibitor, buyer, third)
        if rules.forbids(exhibitor.id, buyer.id):
            found.meetings.append((one, MeetingState(row.state)))
        elif third is not None and any(rules.forbids(third.id, side.id) for side in (exhibitor, buyer)):
            found.thirds.append(one)
    return found


def _affected(row: Any, exhibitor: _Company, buyer: _Company, third: _Company | None) -> Affected:
    return Affected(
        row.id, exhibitor.name, buyer.name, row.starts_at, None, row.changed_at, third.name if third else None
    )
