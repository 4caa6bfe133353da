"""What is still missing before a fair can work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from matchmaker.domain.fairs import Phase, StaffRole
from matchmaker.models import (
    FairCategory,
    FairPhase,
    FairRate,
    FairSession,
    FairStaff,
    Interpreter,
    MeetingRule,
    MeetingTable,
    Slot,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from sqlalchemy import BindParameter
    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts


class SetupStep(StrEnum):
    """One question of the set-up."""

    NAMES = "names"
    DAYS = "days"
    PLACES = "places"
    SESSIONS = "sessions"
    SECTORS = "sectors"
    MODE = "mode"
    PHASES = "phases"
    RULES = "rules"
    LIMITS = "limits"
    MONEY = "money"
    TEAM = "team"
    INTERPRETERS = "interpreters"


@dataclass(frozen=True, slots=True)
class StepState:
    """A step with what it has (a number, or none) and what it lacks, as a code; needed ones hold a fair up."""

    step: SetupStep
    count: int = 0
    missing: str = ""
    is_needed: bool = False


# A fair that has come so far needs no dates for what lies behind it.
UNDER_WAY = frozenset({Phase.FINAL, Phase.FAIR_DAYS, Phase.FOLLOW_UP})
OF_FAIR: BindParameter[uuid.UUID] = bindparam("fair_id")
COUNTED: tuple[Any, ...] = (
    *(
        select(func.count()).select_from(table).where(table.fair_id == OF_FAIR, *more).scalar_subquery()
        for table, more in (
            (MeetingTable, (~MeetingTable.is_closed,)),
            (Slot, ()),
            (FairCategory, ()),
            (FairPhase, (FairPhase.phase.in_([Phase.PREFERENCES, Phase.SCHEDULING, Phase.FINAL]),)),
            (MeetingRule, ()),
            (FairRate, ()),
            (FairStaff, (FairStaff.role == StaffRole.ORGANIZER,)),
            (Interpreter, (Interpreter.is_active,)),
        )
    ),
    select(func.count(func.distinct(FairSession.day))).where(FairSession.fair_id == OF_FAIR).scalar_subquery(),
)
COUNTS = select(*COUNTED)


def steps(session: Session, *, fair: FairFacts) -> list[StepState]:
    """Return every step of a fair's set-up with its state, from one statement."""
    return states_of(fair, session.execute(COUNTS, {"fair_id": fair.id}).one())


def states_of(fair: FairFacts, counts: Iterable[int]) -> list[StepState]:
    """Return every step of a fair's set-up with its state, from what ``COUNTED`` counts."""
    tables, slots, sectors, dated, rules, rates, organizers, interpreters, days = counts
    all_days = (fair.closes_on - fair.opens_on).days + 1
    return [
        StepState(SetupStep.NAMES, missing="" if fair.about_vi and fair.about_en else "about"),
        StepState(SetupStep.DAYS, all_days),
        StepState(SetupStep.PLACES, tables, "" if tables else "tables", is_needed=True),
        StepState(
            SetupStep.SESSIONS, slots, "slots" if not slots else "days" if days < all_days else "", is_needed=not slots
        ),
        StepState(SetupStep.SECTORS, sectors, "" if sectors else "sectors"),
        StepState(SetupStep.MODE),
        StepState(SetupStep.PHASES, dated, "" if dated or fair.phase in UNDER_WAY else "dates"),
        StepState(SetupStep.RULES, rules),
        StepState(SetupStep.LIMITS),
        StepState(SetupStep.MONEY, max(0, rates - 1), "" if rates > 1 else "rates"),
        StepState(SetupStep.TEAM, organizers, "" if organizers > 1 else "second"),
        StepState(SetupStep.INTERPRETERS, interpreters),
    ]
