"""Object to a meeting of the provisional plan, and settle objections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.objections import (
    CALLED_OFF_BECAUSE,
    ObjectionOutcome,
    ObjectionReason,
    check_answer,
    check_objection,
    still_stands,
)
from matchmaker.models import Meeting, MeetingTable, Objection, Slot
from matchmaker.services import effects, history, meetings
from matchmaker.services.company_names import THIRD_NAME, with_names
from matchmaker.services.freed_times import freed
from matchmaker.services.meeting_notices import tell

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_notices import MeetingFacts

OBJECTED = "objection"
LISTED = 100
FACTS = with_names(
    select(
        Objection.id,
        Objection.meeting_id,
        Objection.side,
        Objection.reason,
        Objection.words,
        Objection.at,
        Objection.settled_at,
        Objection.outcome,
        Objection.answer,
        Meeting.state,
        (Objection.slot_id == Meeting.slot_id).label("is_in_same_slot"),
        Slot.starts_at,
        Slot.ends_at,
        MeetingTable.code.label("table"),
        THIRD_NAME,
    )
    .join(Meeting, Meeting.id == Objection.meeting_id)
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id),
    exhibitor=Meeting.exhibitor_id,
    buyer=Meeting.buyer_id,
)
OF_FAIR = FACTS.where(Objection.fair_id == bindparam("fair_id"))
UNSETTLED = OF_FAIR.where(Objection.settled_at.is_(None)).order_by(Slot.starts_at, Objection.at, Objection.id)
SETTLED = (
    OF_FAIR.where(Objection.settled_at.is_not(None)).order_by(Objection.settled_at.desc(), Objection.id).limit(LISTED)
)
LAST_OF_SIDE = (
    FACTS.where(Objection.meeting_id == bindparam("meeting_id"), Objection.side == bindparam("side"))
    .order_by(Objection.at.desc(), Objection.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class ObjectionFacts:
    """One objection with its meeting, where that stands now; ``outcome`` is empty until somebody settled it."""

    id: uuid.UUID
    meeting_id: uuid.UUID
    side: Role
    reason: ObjectionReason
    words: str
    at: datetime
    settled_at: datetime | None
    outcome: str
    answer: str
    state: MeetingState
    is_in_same_slot: bool
    exhibitor: str
    buyer: str
    starts_at: datetime | None
    ends_at: datetime | None
    table: str | None
    third: str | None

    @property
    def company(self) -> str:
        """Who objects."""
        return self.exhibitor if self.side is Role.EXHIBITOR else self.buyer

    @property
    def is_open(self) -> bool:
        """Whether it waits for the organizer."""
        return self.settled_at is None and still_stands(
            self.reason, state=self.state, is_in_same_slot=self.is_in_same_slot
        )


def open_ones(session: Session, *, fair_id: uuid.UUID) -> list[ObjectionFacts]:
    """Return the objections that wait for the organizer, by the time of their meetings, in one statement."""
    return [one for one in _read(session, UNSETTLED, {"fair_id": fair_id}) if one.is_open]


def settled_ones(session: Session, *, fair_id: uuid.UUID) -> list[ObjectionFacts]:
    """Return the objections somebody settled, the newest first, up to LISTED."""
    return _read(session, SETTLED, {"fair_id": fair_id})


def last_of(session: Session, *, meeting_id: uuid.UUID, side: Role) -> ObjectionFacts | None:
    """Return the newest objection of one side of a meeting."""
    return next(iter(_read(session, LAST_OF_SIDE, {"meeting_id": meeting_id, "side": side})), None)


def object_to(
    session: Session,
    *,
    fair: FairFacts,
    me: Membership,
    meeting_id: uuid.UUID,
    reason: ObjectionReason,
    words: str,
    now: datetime,
) -> MeetingFacts:
    """Object to a meeting of the provisional plan; return the meeting. The other side is not told.

    Who objects again changes what they said. Raises NotFound and what domain.objections.check_objection raises.
    """
    meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=me.participation_id)
    has_begun = meeting.starts_at is not None and meeting.starts_at <= now
    check_objection(phase=fair.phase, state=meeting.state, has_begun=has_begun, words=words)
    row = _unsettled(session, meeting_id=meeting_id, side=me.role)
    if row is None:
        row = Objection(fair_id=fair.id, meeting_id=meeting_id, side=me.role)
        session.add(row)
    said = (reason, words, meeting.slot_id)
    if row.at is not None and (row.reason, row.words, row.slot_id) == said:
        return meeting
    row.reason, row.words, row.slot_id = said
    row.by_account_id, row.at = me.account_id, now
    session.flush()
    history.record_meeting(
        session, "meeting_objected", meeting=meeting, by=me.account_id, now=now, side=me.role, reason=reason
    )
    return meeting


def take_back(session: Session, *, fair: FairFacts, me: Membership, meeting_id: uuid.UUID, now: datetime) -> None:
    """Take one's own side's objection back; without one nothing happens. Raises NotFound for another's meeting."""
    meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=me.participation_id)
    row = _unsettled(session, meeting_id=meeting_id, side=me.role)
    if row is not None:
        _settle(row, outcome=ObjectionOutcome.TAKEN_BACK, now=now)
        history.record_meeting(
            session, "objection_taken_back", meeting=meeting, by=me.account_id, now=now, side=me.role
        )
        session.flush()


def keep(
    session: Session, *, fair: FairFacts, objection_id: uuid.UUID, answer: str, by: uuid.UUID, now: datetime
) -> ObjectionFacts:
    """Leave the meeting as it is, with an answer to the side that objected; the other side never heard of it.

    Raises NotFound, Conflict('objection_settled') for one that no longer waits, and what check_answer raises.
    """
    check_answer(answer)
    row, facts, meeting = _load(session, fair=fair, objection_id=objection_id)
    _settle(row, outcome=ObjectionOutcome.KEPT, now=now, answer=answer)
    tell(session, meeting=meeting, kind="meeting_kept", sides=[facts.side], by=by, now=now, answer=answer)
    history.record_meeting(session, "objection_kept", meeting=meeting, by=by, now=now, side=facts.side)
    session.flush()
    return facts


def take_out(
    session: Session, *, fair: FairFacts, objection_id: uuid.UUID, by: uuid.UUID, now: datetime
) -> ObjectionFacts:
    """Take the meeting off its place: it stays agreed, and everyone in it is told once. Raises as keep does."""
    row, facts, meeting = _load(session, fair=fair, objection_id=objection_id)
    placed = effects.affected(session, fair_id=fair.id, where=Meeting.id == meeting.id, now=now)
    if not placed:
        raise Conflict("meeting_begun")
    effects.unplace(session, fair=fair, meetings=placed, why=OBJECTED, by=by, now=now)
    if meeting.slot_id is not None:
        freed(session, fair_id=fair.id, slot_id=meeting.slot_id, now=now)
    _settle(row, outcome=ObjectionOutcome.TAKEN_OUT, now=now)
    session.flush()
    return facts


def call_off(
    session: Session, *, fair: FairFacts, objection_id: uuid.UUID, by: uuid.UUID, now: datetime
) -> ObjectionFacts:
    """Call the meeting off with the objection's reason; both sides are told. Raises as keep does."""
    row, facts, meeting = _load(session, fair=fair, objection_id=objection_id)
    meetings.cancel(
        session,
        reason=CALLED_OFF_BECAUSE[facts.reason],
        fair_id=fair.id,
        meeting_id=meeting.id,
        participation_id=None,
        by=by,
        now=now,
    )
    _settle(row, outcome=ObjectionOutcome.CALLED_OFF, now=now)
    session.flush()
    return facts


def _read(session: Session, statement: Any, values: dict[str, Any]) -> list[ObjectionFacts]:
    return [
        ObjectionFacts(
            **{
                **row,
                "side": Role(row["side"]),
                "reason": ObjectionReason(row["reason"]),
                "state": MeetingState(row["state"]),
                "is_in_same_slot": bool(row["is_in_same_slot"]),
            }
        )
        for row in session.execute(statement, values).mappings()
    ]


def _unsettled(session: Session, *, meeting_id: uuid.UUID, side: Role) -> Objection | None:
    wanted = select(Objection).where(
        Objection.meeting_id == meeting_id, Objection.side == side, Objection.settled_at.is_(None)
    )
    return session.scalar(wanted)


def _load(
    session: Session, *, fair: FairFacts, objection_id: uuid.UUID
) -> tuple[Objection, ObjectionFacts, MeetingFacts]:
    """Lock the meeting of an objection and return all three; of two who settle it at once the second is refused."""
    meeting_id = session.scalar(
        select(Objection.meeting_id).where(Objection.id == objection_id, Objection.fair_id == fair.id)
    )
    if meeting_id is None:
        raise NotFound("no_such_objection")
    meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=None)
    [facts] = _read(session, FACTS.where(Objection.id == objection_id), {})
    if not facts.is_open:
        raise Conflict("objection_settled")
    row = session.scalars(select(Objection).where(Objection.id == objection_id)).one()
    return row, facts, meeting


def _settle(row: Objection, *, outcome: ObjectionOutcome, now: datetime, answer: str = "") -> None:
    row.settled_at, row.outcome, row.answer = now, outcome, answer
