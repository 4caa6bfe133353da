"""Give a meeting its time and its table, or another one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from matchmaker.domain.errors import Conflict, NotAllowed, Refused
from matchmaker.domain.fairs import Act, Phase, TimeChoice, check_phase
from matchmaker.domain.meetings import Action, MeetingState, Party, may_place, next_state
from matchmaker.models import Company, Meeting, Participation
from matchmaker.models.engine import lock
from matchmaker.services import ground, history, meetings, places
from matchmaker.services.freed_times import freed
from matchmaker.services.meeting_notices import tell_place
from matchmaker.services.meeting_sides import is_in
from matchmaker.services.seats import Booking, SeatKind, free_seats, take_seats

if TYPE_CHECKING:
    import uuid
    from datetime import datetime
    from typing import Unpack

    from sqlalchemy.orm import Session

    from matchmaker.domain.places import Place, Spot
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.meeting_notices import MeetingFacts
    from matchmaker.services.meetings import Acting
    from matchmaker.services.places import Board

NOTE_LENGTH = 250
MOST_SPOTS_TRIED = 12
NOT_YET_TOLD = frozenset({Phase.PROFILES, Phase.PREFERENCES, Phase.SCHEDULING})
# Two bookings of one company wait for each other here, so that its limits are true when they are read. In order of
# the keys, so that two companies that book each other twice do not wait in a circle.
COMPANIES = (
    select(Company.id)
    .where(
        Company.id.in_(
            select(Participation.company_id)
            .join(Meeting, is_in(Participation.id))
            .where(Meeting.id == bindparam("meeting_id"))
        )
    )
    .order_by(Company.id)
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class Undone:
    """A move that is taken back, with the table it left."""

    table_id: uuid.UUID | None


def place(
    session: Session, *, fair: FairFacts, slot_id: uuid.UUID, note: str = "", **acting: Unpack[Acting]
) -> MeetingFacts:
    """Give an agreed meeting a time, or another time, with the most convenient table that is free; return it anew.

    Everyone's seats are taken together or not at all, and everyone but who did it is told once. Doing it a second
    time changes nothing. Raises NotFound, NotAllowed('organizer_chooses') where the organizer makes the schedule,
    NotAllowed('not_in_phase'), Refused('note_too_long'), Conflict('meeting_moved_on', state=…),
    Conflict('meeting_begun') once its old time has come, or Conflict('slot_taken') when the time is no place of the
    meeting, or no longer.
    """
    if len(note) > NOTE_LENGTH:
        raise Refused("note_too_long", field="note")
    ground.keep(session, fair_id=fair.id)
    meeting, party = meetings.load(
        session,
        fair_id=fair.id,
        meeting_id=acting["meeting_id"],
        participation_id=acting["participation_id"],
    )
    if meeting.state is MeetingState.SCHEDULED and meeting.slot_id == slot_id:
        return meeting
    if not may_place(party, time_choice=fair.time_choice):
        raise NotAllowed("organizer_chooses")
    if party is not Party.ORGANIZER:
        check_phase(fair.phase, Act.PICK_TIME)
    return put(
        session,
        meeting=meeting,
        party=party,
        fair=fair,
        slot_id=slot_id,
        by=acting["by"],
        now=acting["now"],
        note=note,
    )


def put(
    session: Session,
    *,
    meeting: MeetingFacts,
    party: Party,
    fair: FairFacts,
    slot_id: uuid.UUID,
    by: uuid.UUID | None,
    now: datetime,
    note: str = "",
    undone: Undone | None = None,
) -> MeetingFacts:
    """Put a meeting that the caller has loaded at a time; whether the party may choose it is the caller's to ask.

    With ``undone`` it goes back to where a move took it from.
    """
    _check(meeting, party, now=now)
    board, chosen = _chosen(session, meeting=meeting, slot_id=slot_id, now=now)
    if meeting.state is MeetingState.SCHEDULED:
        free_seats(session, meeting_ids=[meeting.id])
    spot = _take(session, meeting=meeting, board=board, chosen=_from_table(chosen, undone))
    placed = _write(session, meeting=meeting, party=party, chosen=chosen, spot=spot, now=now)
    _announce(session, meeting=meeting, placed=placed, fair=fair, note=note, by=by, now=now, undone=undone)
    return placed


def _check(meeting: MeetingFacts, party: Party, *, now: datetime) -> None:
    next_state(meeting.state, Action.SCHEDULE, party)
    has_begun = meeting.starts_at is not None and meeting.starts_at <= now
    if meeting.state is MeetingState.SCHEDULED and has_begun:
        raise Conflict("meeting_begun")


def _chosen(session: Session, *, meeting: MeetingFacts, slot_id: uuid.UUID, now: datetime) -> tuple[Board, Place]:
    lock(session, COMPANIES, {"meeting_id": meeting.id})
    board = places.board_of(session, fair_id=meeting.fair_id, meeting_id=meeting.id, slot_id=slot_id)
    chosen = board.place_in(slot_id, now=now)
    if chosen is None:
        raise Conflict("slot_taken", kinds=())
    return board, chosen


def _from_table(chosen: Place, undone: Undone | None) -> Place:
    """A place with the table that a move left as the first."""
    if undone is None:
        return chosen
    old = undone.table_id
    return replace(chosen, spots=tuple(sorted(chosen.spots, key=lambda spot: not spot or spot.table_id != old)))


def _take(session: Session, *, meeting: MeetingFacts, board: Board, chosen: Place) -> Spot | None:
    """Take everyone's seats at the most convenient spot that is still free.

    Who loses it to another booking of this moment tries others. Each meeting begins at another one of them, or all
    who lost the first would fight for the second.
    """
    everyone = tuple(person for people in board.people.values() for person in people)
    first, others = chosen.spots[0], chosen.spots[1:]
    start = meeting.id.int % len(others) if others else 0
    lost = Conflict("slot_taken", kinds=())
    for spot in (first, *others[start:], *others[:start])[:MOST_SPOTS_TRIED]:
        table_id = spot.table_id if spot else None
        booking = Booking(meeting.id, chosen.opening.id, everyone, table_id, board.interpreter_id)
        try:
            take_seats(session, bookings=[booking])
        except Conflict as error:
            if set(error.facts["kinds"]) != {SeatKind.TABLE}:
                raise
            lost = error
        else:
            return spot
    raise lost


def _write(
    session: Session, *, meeting: MeetingFacts, party: Party, chosen: Place, spot: Spot | None, now: datetime
) -> MeetingFacts:
    written = session.scalar(
        update(Meeting)
        .where(Meeting.id == meeting.id, meetings.still(meeting))
        .values(
            state=next_state(meeting.state, Action.SCHEDULE, party),
            slot_id=chosen.opening.id,
            table_id=spot.table_id if spot else None,
            changed_at=now,
        )
        .returning(Meeting.id)
    )
    present = meetings.facts_of(session, fair_id=meeting.fair_id, meeting_id=meeting.id)
    if written is None:
        raise Conflict("meeting_moved_on", state=present.state, action=Action.SCHEDULE)
    return present


def _announce(
    session: Session,
    *,
    meeting: MeetingFacts,
    placed: MeetingFacts,
    fair: FairFacts,
    note: str,
    by: uuid.UUID | None,
    now: datetime,
    undone: Undone | None,
) -> None:
    """Record the new place, tell everyone concerned, and let others have the one it had."""
    is_move = meeting.state is MeetingState.SCHEDULED and meeting.slot_id is not None
    before = {f"was_{key}": meeting.place[key] for key in ("starts_at", "table")} if is_move else {}
    left = {"was_slot": str(meeting.slot_id), "was_table_id": str(meeting.table_id or "")} if is_move else {}
    is_told = fair.time_choice is TimeChoice.PAIR or fair.phase not in NOT_YET_TOLD
    said: dict[str, Any] = {"note": note} if note else {}
    if undone is not None:
        said["is_undo"] = True
    history.record(
        session,
        action="meeting_moved" if is_move else "meeting_scheduled",
        subject_kind="meeting",
        subject_id=meeting.id,
        by=by,
        now=now,
        fair_id=fair.id,
        slot=str(placed.slot_id),
        table_id=str(placed.table_id or ""),
        is_told=is_told,
        **placed.place,
        **before,
        **left,
        **said,
    )
    if is_told:
        tell_place(session, meeting=placed, before=before, by=by, now=now, note=note)
    if is_move and meeting.slot_id is not None:
        freed(session, fair_id=fair.id, slot_id=meeting.slot_id, now=now)
