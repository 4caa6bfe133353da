"""What would make room for more meetings at a fair, kept with the run that found the plan."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from matchmaker.domain.scheduling.outlook import AdditionKind, outlook
from matchmaker.models import Company, Participation, ScheduleRun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from matchmaker.domain.scheduling import Progress, Result
    from matchmaker.domain.scheduling.outlook import More
    from matchmaker.services.schedule_problem import FairProblem


@dataclass(frozen=True, slots=True)
class Addition:
    """One more of something, and how many more meetings it makes room for: those found, and those no plan passes.

    ``codes`` are the code of a hall, the date of a day, the key of a company, or two languages.
    """

    kind: AdditionKind
    codes: tuple[str, ...]
    found: int | None
    most: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run proved of a fair: of ``asked`` meetings no plan places more than ``most``; and what would help.

    ``tables`` is how many were open then, None for runs of before this was kept.
    """

    asked: int
    most: int
    tables: int | None
    additions: tuple[Addition, ...] = ()


@dataclass(frozen=True, slots=True)
class Further:
    """A company of which one more person would help, and its place in the fair; None when it has left."""

    name: str
    participation_id: uuid.UUID | None


def worked_out(loaded: FairProblem, result: Result, *, seed: int, report: Callable[[Progress], None]) -> dict[str, Any]:
    """Return the outlook of a plan as a record. Nothing is read or written, so it may take as long as it needs."""
    found = outlook(problem=loaded.problem, result=result, seed=seed, frozen=loaded.locked, report=report)
    return {
        "asked": len(loaded.problem.meetings),
        "most": found.most,
        "tables": sum(len(place.tables) for place in loaded.problem.places),
        "more": [
            {"kind": one.kind.value, "codes": _codes(loaded, one), "found": one.found, "most": one.most}
            for one in found.more
        ],
    }


def keep(session: Session, *, run_id: uuid.UUID, record: Mapping[str, Any]) -> None:
    """Keep an outlook with the figures of its run."""
    run = session.scalars(select(ScheduleRun).where(ScheduleRun.id == run_id)).one()
    run.metrics = {**run.metrics, "outlook": dict(record)}
    session.flush()


def outlook_in(metrics: Mapping[str, Any]) -> Outlook | None:
    """Return the outlook that is kept among the figures of a run, or None."""
    record = metrics.get("outlook")
    if record is None:
        return None
    additions = (
        Addition(AdditionKind(one["kind"]), tuple(one["codes"]), one["found"], one["most"]) for one in record["more"]
    )
    return Outlook(record["asked"], record["most"], record.get("tables"), tuple(additions))


def companies_in(session: Session, *, fair_id: uuid.UUID, additions: Sequence[Addition]) -> dict[str, Further]:
    """Return, by their keys, the companies of which one more person would help; no statement where there are none."""
    keys = {uuid.UUID(one.codes[0]) for one in additions if one.kind is AdditionKind.PERSON}
    if not keys:
        return {}
    at_fair = and_(Participation.company_id == Company.id, Participation.fair_id == fair_id)
    found = (
        select(Company.id, Company.name, Participation.id)
        .outerjoin(Participation, at_fair)
        .where(Company.id.in_(keys))
        .order_by(Participation.role.desc())
    )
    return {str(key): Further(name, participation_id) for key, name, participation_id in session.execute(found)}


def _codes(loaded: FairProblem, one: More) -> Sequence[str]:
    """What an addition names, in the terms of the fair: the solver knows halls by place and days by number."""
    if one.kind is AdditionKind.TABLE:
        return [place.hall for place in loaded.problem.places if place.code == one.codes[0]]
    if one.kind is AdditionKind.SLOT:
        return [loaded.days[int(one.codes[0])].isoformat()]
    return one.codes
