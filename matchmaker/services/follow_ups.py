"""Ask companies after the fair what became of their deals, remind them, and stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from matchmaker.domain.consents import Purpose
from matchmaker.domain.deals.follow_up import (
    DAYS_AFTER,
    LATEST_START,
    OPEN_FOR,
    REMINDERS,
    Wave,
    reminder_due,
    wave_due,
)
from matchmaker.domain.deals.stages import HEADLINE
from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.models import Account, Company, Deal, Fair, FollowUp, OutcomeReport, Participation, Representative
from matchmaker.services import history, notices
from matchmaker.services.visibility import person_agrees, took_back

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

ASKED, REMINDED = "follow_up_asked", "follow_up_reminded"
# The widest span between a fair's last day and a wave that may still be asked.
WIDEST_SPAN = timedelta(days=max(DAYS_AFTER.values())) + LATEST_START


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is asked for one company."""

    participation_id: uuid.UUID
    account_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """One company in one wave, as the organizer sees it."""

    id: uuid.UUID
    company: str
    country: str
    wave: Wave
    asked_at: datetime
    reminded: int
    answered_at: datetime | None
    stopped_at: datetime | None


def _candidates() -> Any:
    """Companies with a deal of the headline, with whom to ask: who spoke of it last, then admins, then anyone."""
    in_headline = (
        select(OutcomeReport.id)
        .where(OutcomeReport.deal_id == Deal.id, OutcomeReport.outcome.in_(sorted(HEADLINE)))
        .correlate(Deal)
        .exists()
    )
    spoke_at = (
        select(OutcomeReport.stated_at)
        .where(OutcomeReport.fair_id == Participation.fair_id, OutcomeReport.stated_by == Account.id)
        .order_by(OutcomeReport.stated_at.desc())
        .limit(1)
        .correlate(Participation, Account)
        .scalar_subquery()
    )
    is_of_wave = (FollowUp.wave == bindparam("wave")) | FollowUp.stopped_at.is_not(None)
    known = select(FollowUp.id).where(FollowUp.participation_id == Participation.id, is_of_wave).exists()
    return (
        select(Participation.id, Account.id)
        .join(Representative, Representative.company_id == Participation.company_id)
        .join(Account, Account.id == Representative.account_id)
        .where(
            Participation.fair_id == bindparam("fair_id"),
            Participation.status == ParticipationStatus.APPROVED,
            Account.is_active,
            person_agrees(Purpose.STATISTICS, fair_id=Participation.fair_id),
            ~known,
            select(Deal.id)
            .where((Deal.exhibitor_id == Participation.id) | (Deal.buyer_id == Participation.id), in_headline)
            .correlate(Participation)
            .exists(),
        )
        .order_by(Participation.id, spoke_at.desc().nulls_last(), Representative.is_admin.desc(), Representative.id)
    )


CANDIDATES = _candidates()
LINES = (
    select(
        FollowUp.id,
        Company.name,
        Company.country,
        FollowUp.wave,
        FollowUp.asked_at,
        FollowUp.reminded,
        FollowUp.answered_at,
        FollowUp.stopped_at,
    )
    .join(Participation, Participation.id == FollowUp.participation_id)
    .join(Company, Company.id == Participation.company_id)
    .where(FollowUp.fair_id == bindparam("fair_id"))
    .order_by(FollowUp.asked_at.desc(), Company.name, FollowUp.id)
)
OPEN = (
    select(FollowUp)
    .where(
        FollowUp.answered_at.is_(None),
        FollowUp.stopped_at.is_(None),
        FollowUp.reminded < len(REMINDERS),
        ~took_back(Purpose.STATISTICS, fair_id=FollowUp.fair_id, account_id=FollowUp.account_id),
    )
    .order_by(FollowUp.asked_at, FollowUp.id)
)


def due(session: Session, *, now: datetime) -> list[tuple[uuid.UUID, Wave]]:
    """Return the fairs with a wave that somebody is to be asked in now, by the day it is where the fair is."""
    rows = session.execute(
        select(Fair.id, Fair.closes_on, Fair.time_zone).where(
            Fair.closes_on < now.date(), Fair.closes_on >= now.date() - WIDEST_SPAN
        )
    )
    found = (
        (fair_id, wave_due(closes_on=closes_on, today=now.astimezone(ZoneInfo(zone)).date()))
        for fair_id, closes_on, zone in rows
    )
    return [
        (fair_id, wave)
        for fair_id, wave in found
        if wave is not None and receivers(session, fair_id=fair_id, wave=wave)
    ]


def receivers(session: Session, *, fair_id: uuid.UUID, wave: Wave) -> list[Receiver]:
    """Return whom to ask in a wave: one person of each company with a deal, none of whom was asked or wants no more."""
    chosen: dict[uuid.UUID, Receiver] = {}
    for participation_id, account_id in session.execute(CANDIDATES, {"fair_id": fair_id, "wave": wave}):
        chosen.setdefault(participation_id, Receiver(participation_id, account_id))
    return list(chosen.values())


def ask(
    session: Session, *, fair_id: uuid.UUID, wave: Wave, asked: Sequence[Receiver], by: uuid.UUID | None, now: datetime
) -> int:
    """Put a wave's question to these people; return how many."""
    for one in asked:
        row = FollowUp(
            fair_id=fair_id,
            participation_id=one.participation_id,
            account_id=one.account_id,
            wave=wave,
            asked_at=now,
            expires_at=now + OPEN_FOR,
        )
        session.add(row)
        session.flush()
        _tell(session, row, kind=ASKED, once=f"{ASKED} {row.id.hex}", now=now)
    if asked:
        history.record(
            session,
            action="follow_up_asked",
            subject_kind="fair",
            subject_id=fair_id,
            by=by,
            now=now,
            fair_id=fair_id,
            wave=str(wave),
            companies=len(asked),
        )
        session.flush()
    return len(asked)


def remind_due(session: Session, *, now: datetime) -> int:
    """Remind those whose time has come, twice at most for one question; return how many."""
    done = 0
    for row in session.scalars(OPEN.where(FollowUp.expires_at > now).with_for_update()).all():
        if reminder_due(asked_at=row.asked_at, reminded=row.reminded, now=now):
            _remind(session, row, now=now)
            done += 1
    session.flush()
    return done


def is_any_reminder_due(session: Session, *, now: datetime) -> bool:
    """Whether there is anyone to remind now."""
    rows = session.execute(
        select(FollowUp.asked_at, FollowUp.reminded).where(
            FollowUp.answered_at.is_(None),
            FollowUp.stopped_at.is_(None),
            FollowUp.reminded < len(REMINDERS),
            FollowUp.asked_at <= now - REMINDERS[0],
            FollowUp.expires_at > now,
        )
    )
    return any(reminder_due(asked_at=asked_at, reminded=reminded, now=now) for asked_at, reminded in rows)


def remind_by_hand(session: Session, *, fair: FairFacts, by: uuid.UUID, now: datetime) -> int:
    """Remind everyone of a fair whose question is open, once a day at most; return how many."""
    rows = session.scalars(
        select(FollowUp)
        .where(
            FollowUp.fair_id == fair.id,
            FollowUp.answered_at.is_(None),
            FollowUp.stopped_at.is_(None),
            FollowUp.expires_at > now,
        )
        .order_by(FollowUp.asked_at, FollowUp.id)
    ).all()
    today = now.astimezone(fair.zone).date().isoformat()
    for row in rows:
        _tell(session, row, kind=REMINDED, once=f"{REMINDED} {row.id.hex} {today}", now=now)
    history.record(
        session,
        action="follow_up_reminded",
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        companies=len(rows),
    )
    session.flush()
    return len(rows)


def stop(session: Session, *, follow_up_id: uuid.UUID, now: datetime) -> None:
    """Ask this company no more after this fair."""
    session.execute(
        update(FollowUp).where(FollowUp.id == follow_up_id, FollowUp.stopped_at.is_(None)).values(stopped_at=now)
    )


def lines(session: Session, *, fair_id: uuid.UUID) -> list[FollowUpLine]:
    """Return every question of a fair, the newest first."""
    return [
        FollowUpLine(
            id=row.id,
            company=row.name,
            country=row.country,
            wave=Wave(row.wave),
            asked_at=row.asked_at,
            reminded=row.reminded,
            answered_at=row.answered_at,
            stopped_at=row.stopped_at,
        )
        for row in session.execute(LINES, {"fair_id": fair_id})
    ]


def _remind(session: Session, row: FollowUp, *, now: datetime) -> None:
    row.reminded += 1
    _tell(session, row, kind=REMINDED, once=f"{REMINDED} {row.id.hex} {row.reminded}", now=now)


def _tell(session: Session, row: FollowUp, *, kind: str, once: str, now: datetime) -> None:
    name_vi, name_en = session.execute(select(Fair.name_vi, Fair.name_en).where(Fair.id == row.fair_id)).one()
    notices.queue(
        session,
        account_id=row.account_id,
        kind=kind,
        once=once,
        now=now,
        fair_id=row.fair_id,
        link_id=row.id.hex,
        wave=row.wave,
        fair_vi=name_vi,
        fair_en=name_en,
    )
