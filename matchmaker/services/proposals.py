"""The organizer's automatic mode: put many pairs together at once, accepted for them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from matchmaker.domain.errors import Conflict, NotAllowed
from matchmaker.domain.fairs import Acceptance, Role
from matchmaker.domain.meetings import ON_RECORD, OPEN, RECORDED, Action, MeetingState, Origin, Party, next_state
from matchmaker.domain.pair_rules import PairRules
from matchmaker.domain.requests import Speaker, choose_speakers
from matchmaker.models import HistoryEntry, Meeting, MeetingAttendee, Participation, Veto
from matchmaker.services import pair_rules, speakers
from matchmaker.services.visibility import is_suggested

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

Pair = tuple[uuid.UUID, uuid.UUID]
REQUESTED_BY = "organizer"
# Many enough to be quick, few enough for progress to be seen and for a list of keys in one statement.
PAIRS_A_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Proposed:
    """What became of proposed pairs: their meetings, found or made, and why others have none."""

    meetings: dict[Pair, uuid.UUID]
    made: int
    skipped: dict[Pair, str]


@dataclass(slots=True)
class _Fair:
    """What is known of a fair's pairs before anything is proposed."""

    companies: dict[uuid.UUID, tuple[Role, bool, uuid.UUID]]
    standing: dict[Pair, tuple[uuid.UUID, MeetingState]] = field(default_factory=dict)
    declined: set[Pair] = field(default_factory=set)
    vetoes: set[tuple[uuid.UUID, uuid.UUID]] = field(default_factory=set)
    rules: PairRules = field(default_factory=PairRules)


TAKING_PART = select(Participation.id, Participation.role, is_suggested(), Participation.company_id).where(
    Participation.fair_id == bindparam("fair_id")
)
SO_FAR = (
    select(Meeting.exhibitor_id, Meeting.buyer_id, Meeting.id, Meeting.state)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Meeting.state.in_(sorted({*OPEN, *RECORDED, MeetingState.DECLINED})),
    )
    .order_by(Meeting.requested_at, Meeting.id)
)
VETOES = (
    select(Veto.participation_id, Veto.other_company_id)
    .join(Participation, Participation.id == Veto.participation_id)
    .where(Participation.fair_id == bindparam("fair_id"))
)


def propose(
    session: Session,
    *,
    fair: FairFacts,
    exhibitor_id: uuid.UUID,
    buyer_id: uuid.UUID,
    origin: Origin,
    by: uuid.UUID | None,
    now: datetime,
) -> uuid.UUID:
    """Put one pair together and return their meeting; raise Conflict with the reason when they may not meet."""
    pair = (exhibitor_id, buyer_id)
    proposed = propose_all(session, fair=fair, pairs=[pair], origin=origin, by=by, now=now)
    if pair in proposed.skipped:
        raise Conflict(proposed.skipped[pair])
    return proposed.meetings[pair]


def propose_all(
    session: Session,
    *,
    fair: FairFacts,
    pairs: Iterable[Pair],
    origin: Origin,
    by: uuid.UUID | None,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> Proposed:
    """Put pairs (exhibitor, buyer) together, requested and accepted in one step, and say what became of each.

    A pair that has a meeting keeps it, and its open request is accepted, so a second run changes nothing. Pairs
    of meetings on record are never refused; others need a fair that accepts for everyone, and both sides approved,
    without veto, rule against it or declined request. Raises NotAllowed('acceptance_is_personal') otherwise.
    Nobody is mailed for each meeting: publishing the schedule tells everyone once. The number of statements grows
    with the thousands of pairs, not with the pairs; ``progress`` hears how many of how many are done.
    """
    if origin not in ON_RECORD and fair.acceptance is not Acceptance.AUTOMATIC:
        raise NotAllowed("acceptance_is_personal")
    wanted = list(dict.fromkeys(pairs))
    known = _known(session, fair_id=fair.id)
    skipped = {pair: code for pair in wanted if (code := _refusal(known, pair, is_on_record=origin in ON_RECORD))}
    found = {pair: known.standing[pair] for pair in wanted if pair not in skipped and pair in known.standing}
    _accept(session, fair_id=fair.id, keys=_requested(found.values()), by=by, now=now)
    missing = [pair for pair in wanted if pair not in skipped and pair not in found]
    known_people = speakers.speakers(session, fair_id=fair.id, now=now) if missing else {}
    made: dict[Pair, uuid.UUID] = {}
    for start in range(0, len(missing), PAIRS_A_STATEMENT):
        chunk = {pair: uuid.uuid4() for pair in missing[start : start + PAIRS_A_STATEMENT]}
        session.execute(insert(Meeting), _meetings(chunk, fair_id=fair.id, origin=origin, now=now))
        _write(session, MeetingAttendee, _attendees(chunk, known_people))
        _write(session, HistoryEntry, _entries(chunk.values(), fair_id=fair.id, by=by, now=now))
        made.update(chunk)
        if progress is not None:
            progress(len(made), len(missing))
    return Proposed({**{pair: key for pair, (key, _) in found.items()}, **made}, len(made), skipped)


def _known(session: Session, *, fair_id: uuid.UUID) -> _Fair:
    key = {"fair_id": fair_id}
    known = _Fair(
        {
            participation_id: (Role(role), bool(may_meet), company_id)
            for participation_id, role, may_meet, company_id in session.execute(TAKING_PART, key)
        }
    )
    for exhibitor_id, buyer_id, meeting_id, state in session.execute(SO_FAR, key):
        if state == MeetingState.DECLINED:
            known.declined.add((exhibitor_id, buyer_id))
        else:
            known.standing[exhibitor_id, buyer_id] = (meeting_id, MeetingState(state))
    known.rules = pair_rules.rules_of(session, fair_id=fair_id)
    known.vetoes = {(participation_id, company_id) for participation_id, company_id in session.execute(VETOES, key)}
    return known


def _refusal(known: _Fair, pair: Pair, *, is_on_record: bool) -> str | None:
    """Why a pair may not be put together, or None."""
    unknown: tuple[Role | None, bool, uuid.UUID | None] = (None, False, None)
    (seller, seller_approved, seller_company), (buyer, buyer_approved, buyer_company) = (
        known.companies.get(participation_id, unknown) for participation_id in pair
    )
    if seller is not Role.EXHIBITOR or buyer is not Role.BUYER:
        return "no_such_participation"
    if seller_company == buyer_company:
        return "own_company"
    if is_on_record or pair in known.standing:
        return None
    if not (seller_approved and buyer_approved):
        return "not_available"
    obstacles = {
        "vetoed": bool({(pair[0], buyer_company), (pair[1], seller_company)} & known.vetoes),
        "forbidden": known.rules.forbids(str(seller_company), str(buyer_company)),
        "declined_before": pair in known.declined,
    }
    return next((code for code, stands in obstacles.items() if stands), None)


def _requested(standing: Iterable[tuple[uuid.UUID, MeetingState]]) -> list[uuid.UUID]:
    return sorted(key for key, state in standing if state is MeetingState.REQUESTED)


def _accept(
    session: Session, *, fair_id: uuid.UUID, keys: Sequence[uuid.UUID], by: uuid.UUID | None, now: datetime
) -> None:
    """Accept requests that waited for an answer; one that was answered meanwhile stays as it was answered."""
    target = next_state(MeetingState.REQUESTED, Action.ACCEPT, Party.ORGANIZER)
    for start in range(0, len(keys), PAIRS_A_STATEMENT):
        accepted = session.scalars(
            update(Meeting)
            .where(Meeting.id.in_(keys[start : start + PAIRS_A_STATEMENT]), Meeting.state == MeetingState.REQUESTED)
            .values(state=target, answered_at=now, changed_at=now)
            .returning(Meeting.id)
        ).all()
        _write(session, HistoryEntry, _entries(sorted(accepted), fair_id=fair_id, by=by, now=now))


def _meetings(
    chunk: dict[Pair, uuid.UUID], *, fair_id: uuid.UUID, origin: Origin, now: datetime
) -> list[dict[str, Any]]:
    state = next_state(MeetingState.REQUESTED, Action.ACCEPT, Party.SYSTEM)
    return [
        {
            "id": key,
            "fair_id": fair_id,
            "exhibitor_id": exhibitor_id,
            "buyer_id": buyer_id,
            "state": state,
            "origin": origin,
            "requested_by": REQUESTED_BY,
            "requested_at": now,
            "answered_at": now,
            "changed_at": now,
        }
        for (exhibitor_id, buyer_id), key in chunk.items()
    ]


def _attendees(chunk: dict[Pair, uuid.UUID], people: dict[uuid.UUID, list[Speaker]]) -> list[dict[str, Any]]:
    rows = []
    for (exhibitor_id, buyer_id), key in chunk.items():
        chosen = choose_speakers(people.get(exhibitor_id, []), people.get(buyer_id, []))
        for side, person in zip((Role.EXHIBITOR, Role.BUYER), chosen, strict=True):
            if person is not None:
                rows.append({"meeting_id": key, "representative_id": person.id, "side": side})
    return rows


def _entries(
    keys: Iterable[uuid.UUID], *, fair_id: uuid.UUID, by: uuid.UUID | None, now: datetime
) -> list[dict[str, Any]]:
    return [
        {
            "fair_id": fair_id,
            "at": now,
            "by_account_id": by,
            "action": "meeting_accepted",
            "subject_kind": "meeting",
            "subject_id": key,
            "facts": {},
        }
        for key in keys
    ]


def _write(session: Session, table: type[MeetingAttendee | HistoryEntry], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)
