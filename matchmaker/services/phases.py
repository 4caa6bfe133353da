"""Where a fair stands: when each phase begins, and moving on by the clock or by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, func, insert, select, update

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import Act, ParticipationStatus, Phase, allows
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Fair, FairPhase, Meeting, Participation
from matchmaker.services import history, objections

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.objections import ObjectionFacts

ORDER = tuple(Phase)
ADVANCED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class PhaseEffects:
    """Whom and what a change of phase concerns, as numbers, and what becomes possible or ends with it."""

    phase: Phase
    companies: int
    open_requests: int
    accepted: int
    scheduled: int
    opens: tuple[Act, ...]
    closes: tuple[Act, ...]
    expires_requests: bool
    objections: tuple[ObjectionFacts, ...] = ()


DATES = select(FairPhase.phase, FairPhase.starts_at).where(FairPhase.fair_id == bindparam("fair_id"))
DUE = (
    select(Fair.id, Fair.phase)
    .where(Fair.phase_ends_at <= bindparam("now"))
    .order_by(Fair.phase_ends_at, Fair.id)
    .limit(ADVANCED_AT_ONCE)
)


def dates(session: Session, *, fair_id: uuid.UUID) -> dict[Phase, datetime]:
    """Return when the phases of a fair begin, for those with a date, in their order."""
    known = {Phase(phase): starts_at for phase, starts_at in session.execute(DATES, {"fair_id": fair_id})}
    return {phase: known[phase] for phase in ORDER if phase in known}


def usual_dates(*, opens_on: date, closes_on: date, zone: ZoneInfo) -> dict[Phase, datetime]:
    """Return the dates every fair has: its days, and the follow-up from the day after."""
    return {
        Phase.FAIR_DAYS: datetime.combine(opens_on, time.min, tzinfo=zone).astimezone(UTC),
        Phase.FOLLOW_UP: datetime.combine(closes_on + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC),
    }


def set_dates(
    session: Session,
    *,
    fair: FairFacts,
    wanted: Mapping[Phase, datetime],
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    """Replace the dates of a fair's phases.

    Raises Refused('phases_not_in_order') with the later phase as field, and Refused('phase_date_past') for a phase
    still to come whose date is over: it would begin at once, which is done by hand and after seeing what it means.
    """
    chosen = [(phase, wanted[phase]) for phase in ORDER if phase in wanted]
    for (_, earlier), (phase, later) in pairwise(chosen):
        if later <= earlier:
            raise Refused("phases_not_in_order", field=phase)
    for phase, starts_at in chosen:
        if ORDER.index(phase) > ORDER.index(fair.phase) and starts_at <= now:
            raise Refused("phase_date_past", field=phase)
    # Of two who date at once the second waits here, and finds the dates of the first.
    session.execute(select(Fair.id).where(Fair.id == fair.id).with_for_update())
    before = dates(session, fair_id=fair.id)
    if before == dict(chosen):
        return
    _write_dates(session, fair_id=fair.id, wanted=dict(chosen))
    _set_end(session, fair_id=fair.id, phase=fair.phase)
    if not before:
        return  # The dates a fair is made with belong to its creation.
    history.record(
        session,
        action="phase_dates_changed",
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        before={phase: at.isoformat() for phase, at in before.items()},
        after={phase: at.isoformat() for phase, at in chosen},
    )


def follow_days(
    session: Session, *, fair: FairFacts, opens_on: date, closes_on: date, zone: str, now: datetime
) -> None:
    """Bring the dates that followed the fair's days along when the days change; dates set by hand stay."""
    usual = usual_dates(opens_on=fair.opens_on, closes_on=fair.closes_on, zone=fair.zone)
    moved = usual_dates(opens_on=opens_on, closes_on=closes_on, zone=ZoneInfo(zone))
    known = dates(session, fair_id=fair.id)
    wanted = {phase: moved[phase] if at == usual.get(phase) else at for phase, at in known.items()}
    order = [wanted[phase] for phase in ORDER if phase in wanted]
    if wanted == known or order != sorted(order):
        return
    present = ORDER.index(fair.phase)
    _write_dates(
        session,
        fair_id=fair.id,
        wanted={phase: at for phase, at in wanted.items() if at > now or ORDER.index(phase) <= present},
    )
    _set_end(session, fair_id=fair.id, phase=fair.phase)


def effects(session: Session, *, fair: FairFacts, phase: Phase) -> PhaseEffects:
    """Return what moving a fair to a phase means, before anything happens."""
    counted = select(
        func.count().filter(Meeting.state == MeetingState.REQUESTED),
        func.count().filter(Meeting.state == MeetingState.ACCEPTED),
        func.count().filter(Meeting.state == MeetingState.SCHEDULED),
    ).where(Meeting.fair_id == fair.id)
    companies = select(func.count()).where(
        Participation.fair_id == fair.id, Participation.status == ParticipationStatus.APPROVED
    )
    requested, accepted, scheduled = session.execute(counted).one()
    return PhaseEffects(
        phase=phase,
        companies=session.scalar(companies) or 0,
        open_requests=requested,
        accepted=accepted,
        scheduled=scheduled,
        opens=tuple(act for act in Act if allows(phase, act) and not allows(fair.phase, act)),
        closes=tuple(act for act in Act if allows(fair.phase, act) and not allows(phase, act)),
        expires_requests=phase is Phase.FOLLOW_UP and requested > 0,
        objections=tuple(objections.open_ones(session, fair_id=fair.id)) if allows(fair.phase, Act.OBJECT) else (),
    )


def move_to(session: Session, *, fair_id: uuid.UUID, phase: Phase, by: uuid.UUID | None, now: datetime) -> None:
    """Bring a fair to a phase by hand.

    Dates of later phases that are over are dropped, or the clock would move the fair on again at once. Raises
    NotFound for no fair.
    """
    before = session.scalar(select(Fair.phase).where(Fair.id == fair_id).with_for_update())
    if before is None:
        raise NotFound("no_such_fair")
    kept = {
        one: at
        for one, at in dates(session, fair_id=fair_id).items()
        if at > now or ORDER.index(one) <= ORDER.index(phase)
    }
    _write_dates(session, fair_id=fair_id, wanted=kept)
    _enter(session, fair_id=fair_id, before=Phase(before), phase=phase, by=by, now=now)


def is_any_due(session: Session, *, now: datetime) -> bool:
    """Whether a fair's phase is over by the clock."""
    return session.execute(DUE, {"now": now}).first() is not None


def advance_due(session: Session, *, now: datetime) -> int:
    """Bring every fair to the last phase whose date has come, and return how many moved. It never moves one back."""
    moved = 0
    for fair_id, phase in session.execute(DUE, {"now": now}).all():
        before = Phase(phase)
        reached = [one for one, at in dates(session, fair_id=fair_id).items() if at <= now]
        target = max((before, *reached), key=ORDER.index)
        _enter(session, fair_id=fair_id, before=before, phase=target, by=None, now=now)
        moved += target is not before
    return moved


def _enter(
    session: Session, *, fair_id: uuid.UUID, before: Phase, phase: Phase, by: uuid.UUID | None, now: datetime
) -> None:
    session.execute(update(Fair).where(Fair.id == fair_id).values(phase=phase))
    _set_end(session, fair_id=fair_id, phase=phase)
    if phase is Phase.FOLLOW_UP:
        # Nobody can meet any more, so what waits is over; the timer that lets requests expire tells who asked.
        session.execute(
            update(Meeting)
            .where(Meeting.fair_id == fair_id, Meeting.state == MeetingState.REQUESTED)
            .values(expires_at=now)
        )
    if phase is not before:
        history.record(
            session,
            action="phase_changed",
            subject_kind="fair",
            subject_id=fair_id,
            by=by,
            now=now,
            fair_id=fair_id,
            before=before,
            after=phase,
        )
    session.flush()


def _write_dates(session: Session, *, fair_id: uuid.UUID, wanted: Mapping[Phase, datetime]) -> None:
    session.execute(delete(FairPhase).where(FairPhase.fair_id == fair_id))
    rows = [{"fair_id": fair_id, "phase": phase, "starts_at": at} for phase, at in wanted.items()]
    if rows:
        session.execute(insert(FairPhase), rows)


def _set_end(session: Session, *, fair_id: uuid.UUID, phase: Phase) -> None:
    later = [at for one, at in dates(session, fair_id=fair_id).items() if ORDER.index(one) > ORDER.index(phase)]
    session.execute(update(Fair).where(Fair.id == fair_id).values(phase_ends_at=min(later, default=None)))
