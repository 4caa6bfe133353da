"""Publish a fair's schedule: the fair moves on, and everyone concerned is told once."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import Phase
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Account, Fair, Meeting, MeetingAttendee, Notice, Representative, ScheduleRun
from matchmaker.services import history, notices, phases
from matchmaker.services.runs import RunState

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

KIND = "schedule_published"
BEFORE_FAIR = (Phase.PROFILES, Phase.PREFERENCES, Phase.SCHEDULING, Phase.PROVISIONAL)


def publish(session: Session, *, fair: FairFacts, run_id: uuid.UUID, by: uuid.UUID, now: datetime) -> int:
    """Publish the plan of a run and return how many people are told: those whose agenda is not what they were told.

    Raises NotFound for a run that is not a finished one of this fair, Conflict('nothing_scheduled') without any
    placed meeting.
    """
    run = select(ScheduleRun.id).where(
        ScheduleRun.id == run_id, ScheduleRun.fair_id == fair.id, ScheduleRun.state == RunState.DONE
    )
    # Of two who publish at once the second waits, and finds that everyone is told already.
    session.execute(select(Fair.id).where(Fair.id == fair.id).with_for_update())
    if session.scalar(run) is None:
        raise NotFound("no_such_run")
    agendas = _agendas(session, fair_id=fair.id)
    if not agendas:
        raise Conflict("nothing_scheduled")
    if fair.phase in BEFORE_FAIR:
        phases.move_to(session, fair_id=fair.id, phase=Phase.FINAL, by=by, now=now)
    told = _tell(session, fair=fair, agendas=agendas, now=now)
    history.record(
        session,
        action="schedule_published",
        subject_kind="schedule_run",
        subject_id=run_id,
        by=by,
        now=now,
        fair_id=fair.id,
        told=told,
    )
    return told


def _agendas(session: Session, *, fair_id: uuid.UUID) -> dict[uuid.UUID, list[str]]:
    """What each person who can sign in has before them: meeting, slot and table, in one order."""
    rows = session.execute(
        select(Account.id, Meeting.id, Meeting.slot_id, Meeting.table_id)
        .join(Representative, Representative.account_id == Account.id)
        .join(MeetingAttendee, MeetingAttendee.representative_id == Representative.id)
        .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
        .where(Meeting.fair_id == fair_id, Meeting.state == MeetingState.SCHEDULED)
        .order_by(Account.id, Meeting.id)
    )
    agendas: dict[uuid.UUID, list[str]] = defaultdict(list)
    for account_id, *place in rows:
        agendas[account_id].append(" ".join(map(str, place)))
    return agendas


def _tell(session: Session, *, fair: FairFacts, agendas: dict[uuid.UUID, list[str]], now: datetime) -> int:
    """Queue a notice for everyone whose agenda differs from the one in their last notice; return how many."""
    told: Counter[uuid.UUID] = Counter()
    known: dict[uuid.UUID, str] = {}
    notices_so_far = (
        select(Notice.account_id, Notice.facts)
        .where(Notice.fair_id == fair.id, Notice.kind == KIND)
        .order_by(Notice.created_at, Notice.id)
    )
    for account_id, facts in session.execute(notices_so_far):
        told[account_id] += 1
        known[account_id] = facts.get("agenda", "")
    new = {key: digest for key, places in agendas.items() if (digest := _digest(places)) != known.get(key)}
    for account_id, digest in new.items():
        notices.queue(
            session,
            account_id=account_id,
            fair_id=fair.id,
            kind=KIND,
            once=f"{KIND} {fair.id} {account_id} {told[account_id]}",
            now=now,
            path=f"/fairs/{fair.slug}/agenda",
            meetings=len(agendas[account_id]),
            agenda=digest,
            fair_vi=fair.name_vi,
            fair_en=fair.name_en,
        )
    return len(new)


def _digest(places: list[str]) -> str:
    return hashlib.sha256("\n".join(places).encode()).hexdigest()[:16]
