"""Forget what has been kept long enough: the same rules say what would go and take it away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.errors import Conflict, Refused
from matchmaker.domain.privacy.retention import LONGEST_MONTHS, LONGEST_UPLOAD_DAYS, Keeping, Periods
from matchmaker.models import Fair, RetentionRun
from matchmaker.services import erasing, history, idle_people, persons, retention_rules
from matchmaker.services.erasing import ErasureReason

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.idle_people import IdlePerson
    from matchmaker.services.retention_rules import FairPeriods, Rule

# Each one's traces are swept out of the whole database, so the rest waits for the next day.
PEOPLE_A_RUN = 100
LISTED_RUNS = 10
Counts = dict[Keeping, int]
PAST_RUNS = select(RetentionRun.ran_at, RetentionRun.counts).order_by(RetentionRun.day.desc()).limit(60)


@dataclass(frozen=True, slots=True)
class PastRun:
    """One day's run as the organizer reads it."""

    ran_at: datetime
    counts: dict[str, int]


def set_periods(session: Session, *, fair_id: uuid.UUID, wanted: Periods, by: uuid.UUID, now: datetime) -> None:
    """Keep things at a fair for other periods from now on; raise Refused('bad_period') with the field to blame."""
    for name in ("people_months", "notes_months", "history_months", "uploads_days"):
        longest = LONGEST_UPLOAD_DAYS if name == "uploads_days" else LONGEST_MONTHS
        if not 1 <= getattr(wanted, name) <= longest:
            raise Refused("bad_period", field=name, longest=longest)
    before = retention_rules.of_fair(session, fair_id=fair_id).periods
    values = {f"keep_{name}": getattr(wanted, name) for name in Periods.__dataclass_fields__}
    session.execute(update(Fair).where(Fair.id == fair_id).values(values))
    changes = {
        name: [getattr(before, name), getattr(wanted, name)]
        for name in Periods.__dataclass_fields__
        if getattr(before, name) != getattr(wanted, name)
    }
    history.record(
        session,
        action="retention_set",
        subject_kind="fair",
        subject_id=fair_id,
        by=by,
        now=now,
        fair_id=fair_id,
        changes=changes,
    )
    session.flush()


def due(session: Session, *, now: datetime) -> Counts:
    """Return how many of each kind would go now everywhere; nothing is changed."""
    found = Counter({Keeping.PEOPLE: len(idle_people.idle(session, now=now))})
    for one in retention_rules.of_every_fair(session):
        found.update(_due_of(session, one, now))
    none = session.execute(retention_rules.COUNTS_OF_NONE, retention_rules.of_none(now)).one()
    found.update(retention_rules.by_keeping(retention_rules.OF_NONE, none))
    return dict(found)


def due_at(session: Session, *, periods: FairPeriods, now: datetime) -> Counts:
    """Return how many of each kind would go now at one fair; nothing is changed."""
    return {Keeping.PEOPLE: len(idle_people.idle(session, now=now, at=periods))} | _due_of(session, periods, now)


def apply(session: Session, *, now: datetime) -> Counts:
    """Take away what is due everywhere, and return how many of each kind it was.

    People go last, a hundred a run: their notes and messages may be due by themselves.
    """
    taken: Counter[Keeping] = Counter()
    for one in retention_rules.of_every_fair(session):
        _take(session, retention_rules.OF_FAIR, one.asked(now), taken)
    _take(session, retention_rules.OF_NONE, retention_rules.of_none(now), taken)
    idle = idle_people.idle(session, now=now)
    taken[Keeping.PEOPLE] = sum(_forget(session, one, now=now) for one in idle[:PEOPLE_A_RUN])
    session.expire_all()
    return dict(taken)


def is_due_today(session: Session, *, now: datetime) -> bool:
    """Whether the rules have not run yet today."""
    return session.scalar(select(RetentionRun.day).where(RetentionRun.day == now.date())) is None


def run(session: Session, *, now: datetime) -> Counts | None:
    """Run the rules once a day and keep what they took; None when another worker was first."""
    try:
        with session.begin_nested():
            session.execute(insert(RetentionRun).values(day=now.date(), ran_at=now, counts={}))
    except IntegrityError:
        return None
    taken = apply(session, now=now)
    counts = {keeping.value: count for keeping, count in taken.items() if count}
    session.execute(update(RetentionRun).where(RetentionRun.day == now.date()).values(counts=counts))
    return taken


def past_runs(session: Session) -> list[PastRun]:
    """Return the last runs that took something, the newest first."""
    return [PastRun(ran_at, counts) for ran_at, counts in session.execute(PAST_RUNS) if counts][:LISTED_RUNS]


def _due_of(session: Session, periods: FairPeriods, now: datetime) -> Counts:
    counts = session.execute(retention_rules.COUNTS_OF_FAIR, periods.asked(now)).one()
    return retention_rules.by_keeping(retention_rules.OF_FAIR, counts)


def _take(session: Session, rules: dict[Keeping, list[Rule]], asked: dict[str, Any], taken: Counter[Keeping]) -> None:
    """Take away what some rules say, and add to ``taken`` how many it was."""
    for keeping, of in rules.items():
        for rule in of:
            statement: Any = delete(rule.table) if rule.values is None else update(rule.table).values(**rule.values)
            done: Any = session.execute(
                statement.where(rule.where), asked, execution_options={"synchronize_session": False}
            )
            taken[keeping] += int(done.rowcount)


def _forget(session: Session, one: IdlePerson, *, now: datetime) -> int:
    """Forget one person; somebody the fair can't do without stays. The company they spoke for stays as it is."""
    person = persons.of_keys(session, keys=[one.key])
    if person is None:
        return 0
    try:
        erasing.erase(session, person=person, reason=ErasureReason.IDLE, by=None, now=now, with_companies=False)
    except Conflict:
        return 0
    return 1
