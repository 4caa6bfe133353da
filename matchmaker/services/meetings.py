"""What is done to a meeting after it was asked for: answered, withdrawn, called off, left to expire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import aliased

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import Role, TimeChoice
from matchmaker.domain.meetings import ARROWS, Action, MeetingState, Party, next_state, party_of
from matchmaker.domain.requests import UNDONE, is_undone
from matchmaker.models import Company, Fair, Hall, HistoryEntry, Meeting, MeetingTable, Participation, Slot
from matchmaker.models.engine import lock
from matchmaker.services import history, seats, third_invitations
from matchmaker.services.freed_times import freed
from matchmaker.services.held_back import is_told, untold
from matchmaker.services.meeting_notices import BOTH, MeetingFacts, take_back_request, tell

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Unpack

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

ANSWERS = frozenset({Action.ACCEPT, Action.DECLINE})
EXPIRED_AT_ONCE = 100
WITHDRAWN, NO_ANSWER = "withdrawn", "no_answer"

_exhibitor, _buyer = aliased(Participation), aliased(Participation)
_seller_company, _buyer_company = aliased(Company), aliased(Company)
_third, _third_company = aliased(Participation), aliased(Company)
FACTS = (
    select(
        Meeting.state,
        Meeting.id,
        Meeting.fair_id,
        Fair.slug,
        Meeting.exhibitor_id,
        Meeting.buyer_id,
        _seller_company.name.label("exhibitor_name"),
        _buyer_company.name.label("buyer_name"),
        Meeting.requested_by,
        Meeting.note,
        Meeting.expires_at,
        Meeting.requested_at,
        Meeting.is_online,
        Fair.time_choice,
        Fair.time_zone,
        Meeting.slot_id,
        Slot.starts_at,
        Slot.ends_at,
        Meeting.table_id,
        MeetingTable.code.label("table"),
        Hall.name_vi.label("hall_vi"),
        Hall.name_en.label("hall_en"),
        _exhibitor.booth,
        Meeting.third_id,
        _third_company.name.label("third_name"),
        Meeting.has_messages,
    )
    .join(Fair, Fair.id == Meeting.fair_id)
    .join(_exhibitor, _exhibitor.id == Meeting.exhibitor_id)
    .join(_seller_company, _seller_company.id == _exhibitor.company_id)
    .join(_buyer, _buyer.id == Meeting.buyer_id)
    .join(_buyer_company, _buyer_company.id == _buyer.company_id)
    .outerjoin(_third, _third.id == Meeting.third_id)
    .outerjoin(_third_company, _third_company.id == _third.company_id)
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .outerjoin(Hall, Hall.id == MeetingTable.hall_id)
)
# Whoever acts on a meeting waits here for whoever acts on it just now, and then reads what that led to.
LOCK = select(Meeting.id).where(Meeting.id == bindparam("meeting_id")).with_for_update(key_share=True)
DONE = select(HistoryEntry.id).where(
    HistoryEntry.subject_kind == "meeting",
    HistoryEntry.subject_id == bindparam("meeting_id"),
    HistoryEntry.action == bindparam("action"),
    HistoryEntry.by_account_id == bindparam("by"),
)
MEETING = FACTS.where(Meeting.id == bindparam("meeting_id"), Meeting.fair_id == bindparam("fair_id"))
# The state stands in the statement itself, because a partial index is only found by its own words.
DUE = FACTS.where(
    Meeting.state == bindparam(None, MeetingState.REQUESTED.value, literal_execute=True),
    Meeting.expires_at <= bindparam("now"),
).order_by(Meeting.expires_at, Meeting.id)


def waits_for(participation_id: Any) -> ColumnElement[bool]:
    """Whether a request waits for a participation's answer; give the statement what held_back.untold() returns."""
    return and_(
        Meeting.state == MeetingState.REQUESTED,
        is_told(Meeting.requested_at),
        or_(
            (Meeting.exhibitor_id == participation_id) & (Meeting.requested_by == Role.BUYER),
            (Meeting.buyer_id == participation_id) & (Meeting.requested_by == Role.EXHIBITOR),
        ),
    )


WAITING = select(func.count()).where(waits_for(bindparam("participation_id")))


def waiting_count(session: Session, *, participation_id: uuid.UUID, now: datetime) -> int:
    """Return how many requests wait for this participant's answer, but for those that may still be undone."""
    return session.scalar(WAITING, {"participation_id": participation_id, **untold(now)}) or 0


class Acting(TypedDict):
    """Who does something to which meeting, and when. Without a participation it is the organizer."""

    fair_id: uuid.UUID
    meeting_id: uuid.UUID
    participation_id: uuid.UUID | None
    by: uuid.UUID | None
    now: datetime


def accept(session: Session, **acting: Unpack[Acting]) -> MeetingFacts:
    """Accept a request for one side, or for the organizer when ``participation_id`` is None; return the meeting.

    Raises NotFound, NotAllowed, or Conflict('meeting_moved_on', state=…) also when its time to answer is over. Who
    does the same once more, by a double tap or after an answer that got lost, is answered as the first time, and
    nothing more is recorded or told; so it is for declining, withdrawing and calling off.
    """
    return _do(session, Action.ACCEPT, acting)


def decline(session: Session, *, reason: str, **acting: Unpack[Acting]) -> MeetingFacts:
    """Decline a request with a DeclineReason; return the meeting. Raises as accept does."""
    return _do(session, Action.DECLINE, acting, reason=reason)


def withdraw(session: Session, **acting: Unpack[Acting]) -> MeetingFacts:
    """Withdraw a request, as long as nobody answered it; return the meeting. Raises as accept does.

    Who has had no mail about the request never gets one; who has is told that it is withdrawn. Within
    domain.requests.UNDO it counts as never made.
    """
    return _do(session, Action.WITHDRAW, acting)


def cancel(session: Session, *, reason: str, **acting: Unpack[Acting]) -> MeetingFacts:
    """Call a meeting off with a CancelReason and free its seats; return the meeting. Raises as accept does."""
    return _do(session, Action.CANCEL, acting, reason=reason)


def _do(session: Session, action: Action, acting: Acting, *, reason: str = "") -> MeetingFacts:
    """Do one of the four: load, refuse or move on, free what is no longer needed, tell whoever is concerned."""
    by, now = acting["by"], acting["now"]
    meeting, party = load(
        session,
        fair_id=acting["fair_id"],
        meeting_id=acting["meeting_id"],
        participation_id=acting["participation_id"],
    )
    if is_done_already(session, meeting=meeting, action=action, by=by):
        return meeting
    if action is Action.ACCEPT and _is_too_late(meeting, now):
        raise Conflict("meeting_moved_on", state=MeetingState.EXPIRED, action=action)
    if action is Action.WITHDRAW and is_undone(requested_at=meeting.requested_at, now=now):
        reason = UNDONE
    move(session, meeting=meeting, action=action, party=party, by=by, now=now, reason=reason)
    if action is Action.CANCEL:
        seats.free_seats(session, meeting_ids=[meeting.id])
    if action is Action.WITHDRAW:
        if take_back_request(session, meeting_id=meeting.id):
            return meeting
        reason = WITHDRAWN
    kind, sides = _told(meeting, action)
    told: dict[str, Any] = {"reason": reason} if reason else {}
    if action is Action.ACCEPT and meeting.time_choice == TimeChoice.PAIR:
        told["is_for_pair"] = True
    tell(session, meeting=meeting, kind=kind, sides=sides, by=by, now=now, **told)
    return meeting


def _told(meeting: MeetingFacts, action: Action) -> tuple[str, Iterable[Role]]:
    """Which notice an action causes, and for which sides."""
    asker = BOTH if meeting.asker is None else (meeting.asker,)
    told: dict[Action, tuple[str, Iterable[Role]]] = {
        Action.ACCEPT: ("meeting_accepted", BOTH),
        Action.DECLINE: ("meeting_declined", asker),
        Action.WITHDRAW: ("meeting_cancelled", meeting.asked),
        Action.CANCEL: ("meeting_cancelled", BOTH),
    }
    return told[action]


def _is_too_late(meeting: MeetingFacts, now: datetime) -> bool:
    return meeting.state is MeetingState.REQUESTED and meeting.expires_at is not None and meeting.expires_at <= now


def is_done_already(session: Session, *, meeting: MeetingFacts, action: Action, by: uuid.UUID | None) -> bool:
    """Whether a meeting stands where an action leads to because the same person did just that before."""
    target = ARROWS[action][1]
    if by is None or meeting.state is not target:
        return False
    done = {"meeting_id": meeting.id, "action": f"meeting_{target}", "by": by}
    return session.execute(DONE.limit(1), done).first() is not None


def is_any_due(session: Session, *, now: datetime) -> bool:
    """Whether a request is past its time."""
    return session.execute(DUE.limit(1), {"now": now}).first() is not None


def expire_due(session: Session, *, now: datetime) -> int:
    """Let requests expire whose time is over, up to EXPIRED_AT_ONCE, and tell who asked; return how many."""
    expired = 0
    for meeting in map(_facts, session.execute(DUE.limit(EXPIRED_AT_ONCE), {"now": now})):
        try:
            move(session, meeting=meeting, action=Action.EXPIRE, party=Party.SYSTEM, by=None, now=now)
        except Conflict:
            continue  # Someone answered in this very moment, which is what everyone wants.
        sides = () if meeting.asker is None else (meeting.asker,)
        tell(session, meeting=meeting, kind="meeting_declined", sides=sides, by=None, now=now, reason=NO_ANSWER)
        expired += 1
    return expired


def load(
    session: Session, *, fair_id: uuid.UUID, meeting_id: uuid.UUID, participation_id: uuid.UUID | None
) -> tuple[MeetingFacts, Party]:
    """Lock a meeting of a fair and return it, with what the participation is to it.

    Raises NotFound when it is not theirs.
    """
    lock(session, LOCK, {"meeting_id": meeting_id})
    meeting = facts_of(session, fair_id=fair_id, meeting_id=meeting_id)
    if participation_id not in {None, meeting.exhibitor_id, meeting.buyer_id}:
        raise NotFound("no_such_meeting")
    side = None if participation_id is None else meeting.side_of(participation_id)
    return meeting, party_of(side, requested_by=meeting.requested_by)


def facts_of(session: Session, *, fair_id: uuid.UUID, meeting_id: uuid.UUID) -> MeetingFacts:
    """Return a meeting of a fair as it stands; raise NotFound when there is none."""
    row = session.execute(MEETING, {"fair_id": fair_id, "meeting_id": meeting_id}).one_or_none()
    if row is None:
        raise NotFound("no_such_meeting")
    return _facts(row)


def move(
    session: Session,
    *,
    meeting: MeetingFacts,
    action: Action,
    party: Party,
    by: uuid.UUID | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Bring a meeting to the state an action leads to, and record it.

    The state it was read in is part of the condition, so of two who act at once one gets
    Conflict('meeting_moved_on') with the state the other one led to.
    """
    target = next_state(meeting.state, action, party)
    values: dict[str, Any] = {"state": target, "changed_at": now}
    if action in ANSWERS:
        values["answered_at"] = now
    if reason:
        values["close_reason"] = reason
    moved = session.scalar(
        update(Meeting).where(Meeting.id == meeting.id, still(meeting)).values(values).returning(Meeting.id)
    )
    if moved is None:
        state = session.scalar(select(Meeting.state).where(Meeting.id == meeting.id))
        raise Conflict("meeting_moved_on", state=MeetingState(state or target), action=action)
    if action is Action.CANCEL:
        _let_go(session, meeting=meeting, by=by, now=now)
    history.record(
        session,
        action=f"meeting_{target}",
        subject_kind="meeting",
        subject_id=meeting.id,
        by=by,
        now=now,
        fair_id=meeting.fair_id,
        **({"reason": reason} if reason else {}),
    )


def _let_go(session: Session, *, meeting: MeetingFacts, by: uuid.UUID | None, now: datetime) -> None:
    """Let others have the time of a meeting that is called off, and ask nobody to join it any more."""
    if meeting.state is MeetingState.SCHEDULED and meeting.slot_id is not None:
        freed(session, fair_id=meeting.fair_id, slot_id=meeting.slot_id, now=now)
    third_invitations.withdraw(session, meeting=meeting, by=by, now=now)


def still(meeting: MeetingFacts) -> ColumnElement[bool]:
    """Whether a meeting stands as it was read: the condition under which it may be written."""
    return and_(Meeting.state == meeting.state, Meeting.slot_id.is_not_distinct_from(meeting.slot_id))


def _facts(row: Any) -> MeetingFacts:
    state, *facts = row
    return MeetingFacts(MeetingState(state), *facts)
