"""Publish a fair's schedule: the fair moves on, and everyone concerned is told once."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, union_all

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import Phase
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import (
    Fair,
    HistoryEntry,
    Meeting,
    MeetingAttendee,
    Notice,
    Representative,
    ScheduleRun,
)
from matchmaker.services import history, kept_counts, notices, phases
from matchmaker.services.kept_counts import KeptCount
from matchmaker.services.runs import RunState

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

KIND = "schedule_published"
BY_HAND = ("meeting_scheduled", "meeting_moved")
# Calling off tells both sides. Of a meeting that left the plan they are told at once or with the next schedule.
LOST = ("meeting_unscheduled", "meeting_cancelled")
BEFORE_FAIR = (Phase.PROFILES, Phase.PREFERENCES, Phase.SCHEDULING, Phase.PROVISIONAL)
Agendas = dict["uuid.UUID", list[str]]
# What everyone was told of the schedule, and what was done to single meetings, in order of time.
_said = union_all(
    select(
        Notice.account_id.label("about"),
        Notice.created_at.label("at"),
        Notice.kind.label("action"),
        Notice.facts.label("facts"),
        Notice.id.label("key"),
    ).where(Notice.fair_id == bindparam("fair_id"), Notice.kind == KIND),
    select(HistoryEntry.subject_id, HistoryEntry.at, HistoryEntry.action, HistoryEntry.facts, HistoryEntry.id).where(
        HistoryEntry.fair_id == bindparam("fair_id"), HistoryEntry.action.in_([*BY_HAND, *LOST])
    ),
).subquery("said")
SAID_SO_FAR = select(_said.c.about, _said.c.at, _said.c.action, _said.c.facts).order_by(_said.c.at, _said.c.key)
AGENDAS = (
    select(Representative.account_id, Meeting.id, Meeting.slot_id, Meeting.table_id)
    .join(MeetingAttendee, MeetingAttendee.representative_id == Representative.id)
    .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
    .where(
        Meeting.fair_id == bindparam("fair_id"),
        Meeting.state == MeetingState.SCHEDULED,
        Representative.account_id.is_not(None),
    )
    .order_by(Meeting.id)
)
HAVE_ONE = AGENDAS.with_only_columns(
    func.count(Representative.account_id.distinct()), maintain_column_froms=True
).order_by(None)
KEPT_NUMBER = KeptCount(HAVE_ONE, kept_counts.only_number)


@dataclass(frozen=True, slots=True)
class Told:
    """What someone is told: how many meetings they have now, where they are, and a digest of them all."""

    meetings: int
    digest: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What someone's last notice told them, and when; ``digest`` is empty for who had none."""

    digest: str = ""
    places: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What everyone was told so far: their last notices, and what was said of single meetings since."""

    known: Mapping[uuid.UUID, _Known]
    by_hand: Mapping[str, tuple[datetime, str]]


def publish(session: Session, *, fair: FairFacts, run_id: uuid.UUID, by: uuid.UUID, now: datetime) -> int:
    """Publish the plan of a run and return how many people are told: those whose agenda is not what they were told.

    Raises NotFound for a run that is not a finished one of this fair, Conflict('nothing_scheduled') without any
    placed meeting.
    """
    run = select(ScheduleRun.id).where(
        ScheduleRun.id == run_id, ScheduleRun.fair_id == fair.id, ScheduleRun.state == RunState.DONE
    )
    if session.scalar(run) is None:
        raise NotFound("no_such_run")
    return announce(session, fair=fair, subject=("schedule_run", run_id), by=by, now=now)


def announce(
    session: Session,
    *,
    fair: FairFacts,
    subject: tuple[str, uuid.UUID],
    by: uuid.UUID,
    now: datetime,
    concerned: Collection[uuid.UUID] | None = None,
) -> int:
    """Let the plan that stands be the published one, and return how many people are told of it.

    ``concerned`` are the accounts whom a change concerns: of those who know their agenda already nobody else is told
    again. Raises Conflict('nothing_scheduled') when no meeting has a place and nobody loses one.
    """
    # Of two who publish at once the second waits, and finds that everyone is told already.
    session.execute(select(Fair.id).where(Fair.id == fair.id).with_for_update())
    agendas = agendas_of(session, fair_id=fair.id)
    stands = select(Meeting.id).where(Meeting.fair_id == fair.id, Meeting.state == MeetingState.SCHEDULED).limit(1)
    if not concerned and session.scalar(stands) is None:
        raise Conflict("nothing_scheduled")
    if fair.phase in BEFORE_FAIR:
        phases.move_to(session, fair_id=fair.id, phase=Phase.FINAL, by=by, now=now)
    new = to_tell(said_so_far(session, fair_id=fair.id), agendas, concerned)
    _tell(session, fair=fair, new=new, now=now)
    kind, key = subject
    history.record(
        session,
        action="schedule_published",
        subject_kind=kind,
        subject_id=key,
        by=by,
        now=now,
        fair_id=fair.id,
        told=len(new),
    )
    return len(new)


def told_of(session: Session, *, fair_id: uuid.UUID) -> int:
    """Return how many people would be told if the plan that stands were published now."""
    said = said_so_far(session, fair_id=fair_id)
    if not said.known and not said.by_hand:
        # Nobody knows anything yet, so whoever has a meeting is told.
        return KEPT_NUMBER.of(session, fair_id=fair_id)
    return len(to_tell(said, agendas_of(session, fair_id=fair_id)))


def said_so_far(session: Session, *, fair_id: uuid.UUID) -> Said:
    """Return what the people of a fair were told of its schedule."""
    notices_so_far: list[tuple[uuid.UUID, datetime, dict[str, Any]]] = []
    entries: list[tuple[uuid.UUID, datetime, str, dict[str, Any]]] = []
    for key, at, action, facts in session.execute(SAID_SO_FAR, {"fair_id": fair_id}):
        if action == KIND:
            notices_so_far.append((key, at, facts))
        else:
            entries.append((key, at, action, facts))
    return Said(_known(notices_so_far), _told_by_hand(entries))


def to_tell(
    said: Said, agendas: Mapping[uuid.UUID, list[str]], concerned: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, Told]:
    """Return the accounts whose agenda differs from the one they know, with what they would be told.

    That includes those who have no meeting left. Of those who know an agenda, only the ``concerned`` are told.
    """
    emptied = {key: list[str]() for key, one in said.known.items() if one.digest and key not in agendas}
    found = {
        key: Told(len(places), digest_of(places), tuple(places))
        for key, places in {**agendas, **emptied}.items()
        if not _is_known(places, said.known.get(key, _Known()), said.by_hand)
    }
    if concerned is None:
        return found
    return {key: told for key, told in found.items() if key not in said.known or key in concerned}


def agendas_of(session: Session, *, fair_id: uuid.UUID) -> Agendas:
    """What each person who can sign in has before them: meeting, slot and table, in one order."""
    agendas: Agendas = defaultdict(list)
    rows: Any = session.execute(AGENDAS, {"fair_id": fair_id})
    for account_id, meeting_id, slot_id, table_id in rows:
        agendas[account_id].append(line_of(meeting_id, slot_id, table_id))
    return agendas


def digest_of(places: list[str]) -> str:
    """Return a short fingerprint of an agenda; one without meetings has one as well."""
    return hashlib.sha256("\n".join(places).encode()).hexdigest()[:16]


def line_of(meeting_id: uuid.UUID, slot_id: uuid.UUID | None, table_id: uuid.UUID | None) -> str:
    """Return one meeting as agendas are compared by."""
    return f"{meeting_id} {slot_id} {table_id}"


def _is_known(places: list[str], known: _Known, by_hand: Mapping[str, tuple[datetime, str]]) -> bool:
    """Whether someone knows where all their meetings are, and that no other is left."""
    if digest_of(places) == known.digest:
        return True
    lines = {meeting_in(place): place for place in known.places}
    for key in {*lines, *map(meeting_in, places)}:
        at, line = by_hand.get(key, (None, ""))
        if at is not None and (known.at is None or at >= known.at):
            lines[key] = line
    return sorted(filter(None, lines.values())) == sorted(places) != []


def _told_by_hand(
    entries: Iterable[tuple[uuid.UUID, datetime, str, dict[str, Any]]],
) -> dict[str, tuple[datetime, str]]:
    """When and where each meeting was last put by hand, as far as everyone in it was told; nowhere when called off."""
    found: dict[str, tuple[datetime, str]] = {}
    for key, at, action, facts in entries:
        if action in BY_HAND and facts.get("is_told"):
            found[str(key)] = (at, f"{key} {facts['slot']} {facts['table_id'] or None}")
        elif action == "meeting_cancelled" or (action in LOST and facts.get("is_told")):
            found[str(key)] = (at, "")
        else:
            found.pop(str(key), None)
    return found


def meeting_in(line: str) -> str:
    """Return the key of the meeting that a line of an agenda is about."""
    return line.partition(" ")[0]


def _known(said: Iterable[tuple[uuid.UUID, datetime, dict[str, Any]]]) -> dict[uuid.UUID, _Known]:
    """What the last notice of everyone who was told said."""
    return {key: _Known(facts.get("agenda", ""), tuple(facts.get("places", ())), at) for key, at, facts in said}


def _tell(session: Session, *, fair: FairFacts, new: Mapping[uuid.UUID, Told], now: datetime) -> None:
    """Queue a notice for everyone who is to be told."""
    so_far = select(Notice.account_id).where(Notice.fair_id == fair.id, Notice.kind == KIND)
    times = Counter(session.scalars(so_far))
    for account_id, told in new.items():
        notices.queue(
            session,
            account_id=account_id,
            fair_id=fair.id,
            kind=KIND,
            once=f"{KIND} {fair.id} {account_id} {times[account_id]}",
            now=now,
            path=f"/fairs/{fair.slug}/agenda",
            meetings=told.meetings,
            agenda=told.digest,
            places=list(told.places),
            fair_vi=fair.name_vi,
            fair_en=fair.name_en,
        )
