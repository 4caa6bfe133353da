"""Remind those who let requests wait, or have none yet, and stop when three reminders moved nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select

from matchmaker.domain.fairs import ParticipationStatus, Phase, Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.notices.nudges import (
    ASKING_MATTERS_IN,
    MATTERS_IN,
    NO_REQUESTS,
    REQUESTS_WAITING,
    Standing,
    nudge_for,
)
from matchmaker.models import Account, Fair, FairPerson, Meeting, Notice, Participation, Representative
from matchmaker.services import notices

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

PATHS = {REQUESTS_WAITING: "/fairs/{slug}/requests", NO_REQUESTS: "/fairs/{slug}/suggestions"}
OWN = or_(Meeting.exhibitor_id == Participation.id, Meeting.buyer_id == Participation.id)
# Whoever put the two together, a meeting the organizer arranged is not one's own request.
IS_ASKED_BY_US = Meeting.requested_by == Participation.role
IS_ASKED = and_(Meeting.requested_by.in_(list(Role)), Meeting.requested_by != Participation.role)
WAITS = and_(Meeting.state == MeetingState.REQUESTED, IS_ASKED)
PEOPLE = (
    select(
        Account.id,
        Fair.id,
        Fair.slug,
        Fair.name_vi,
        Fair.name_en,
        Fair.phase,
        func.min(Participation.joined_at),
        func.count(case((WAITS, Meeting.id))),
        func.min(case((WAITS, Meeting.requested_at))),
        func.count(case((IS_ASKED_BY_US, Meeting.id))),
        func.count(case((IS_ASKED, Meeting.id))),
    )
    .join(Representative, Representative.account_id == Account.id)
    .join(FairPerson, FairPerson.representative_id == Representative.id)
    .join(Participation, Participation.id == FairPerson.participation_id)
    .join(Fair, Fair.id == Participation.fair_id)
    .outerjoin(Meeting, OWN)
    .where(
        Account.is_active,
        Account.email.is_not(None),
        Participation.status == ParticipationStatus.APPROVED,
        Fair.phase.in_(sorted(MATTERS_IN | ASKING_MATTERS_IN)),
    )
    .group_by(Account.id, Fair.id, Fair.slug, Fair.name_vi, Fair.name_en, Fair.phase)
    .order_by(Fair.slug, Account.id)
)
REMINDED = (
    select(Notice.account_id, Notice.fair_id, Notice.kind, Notice.created_at)
    .where(Notice.kind.in_([REQUESTS_WAITING, NO_REQUESTS]))
    .order_by(Notice.created_at)
)


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder that is due: to whom, of what, the how-manieth."""

    account_id: uuid.UUID
    fair_id: uuid.UUID
    kind: str
    number: int
    facts: dict[str, Any]


def due(session: Session, *, now: datetime) -> list[Nudge]:
    """Return the reminders that are due, in two statements whatever the number of people."""
    reminded: dict[tuple[uuid.UUID, uuid.UUID | None], dict[str, list[datetime]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for account_id, fair_id, kind, at in session.execute(REMINDED):
        reminded[account_id, fair_id][kind].append(at)
    found = []
    for row in session.execute(PEOPLE):
        account_id, fair_id, slug, name_vi, name_en, phase, joined_at, waiting, since, asked, was_asked = row
        so_far = {kind: tuple(times) for kind, times in reminded[account_id, fair_id].items()}
        standing = Standing(
            phase=Phase(phase),
            joined_at=joined_at,
            waiting_since=since,
            has_asked=bool(asked),
            was_asked=bool(was_asked),
            reminded=so_far,
        )
        wanted = nudge_for(standing, now=now)
        if wanted is not None:
            path = PATHS[wanted].format(slug=slug)
            facts = {"path": path, "waiting": waiting, "fair_vi": name_vi, "fair_en": name_en}
            found.append(Nudge(account_id, fair_id, wanted, len(so_far.get(wanted, ())), facts))
    return found


def remind(session: Session, *, nudges: list[Nudge], now: datetime) -> int:
    """Queue reminders and return how many. Each is one by number, so that two workers never send it twice."""
    for one in nudges:
        notices.queue(
            session,
            account_id=one.account_id,
            kind=one.kind,
            once=f"{one.kind} {one.fair_id.hex} {one.account_id.hex} {one.number}",
            now=now,
            fair_id=one.fair_id,
            **one.facts,
        )
    return len(nudges)
