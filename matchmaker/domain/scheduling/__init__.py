"""The scheduler: who meets whom, when, where, and with which interpreter.

    result = solve(problem=problem, previous=published, options=Options(seed=7))

The method is written down in docs/scheduling.md. Importing this package loads no solver.
"""

from matchmaker.domain.scheduling.bound import verify
from matchmaker.domain.scheduling.changes import changes_between
from matchmaker.domain.scheduling.plan import (
    Assignment,
    Certificate,
    Changes,
    Freeze,
    Help,
    HelpKind,
    IdleRule,
    Metrics,
    Options,
    Progress,
    ReasonCode,
    Result,
    Stage,
    Step,
    Unscheduled,
)
from matchmaker.domain.scheduling.problem import (
    Company,
    Interpreter,
    Meeting,
    Party,
    Person,
    Place,
    Policy,
    Problem,
    ProblemError,
    Table,
    Walk,
    check,
)
from matchmaker.domain.scheduling.slots import Pause, Session, Slot, SlotError, slots_of
from matchmaker.domain.scheduling.solve import solve
from matchmaker.domain.scheduling.validate import Violation, ViolationCode, validate

__all__ = [
    "Assignment",
    "Certificate",
    "Changes",
    "Company",
    "Freeze",
    "Help",
    "HelpKind",
    "IdleRule",
    "Interpreter",
    "Meeting",
    "Metrics",
    "Options",
    "Party",
    "Pause",
    "Person",
    "Place",
    "Policy",
    "Problem",
    "ProblemError",
    "Progress",
    "ReasonCode",
    "Result",
    "Session",
    "Slot",
    "SlotError",
    "Stage",
    "Step",
    "Table",
    "Unscheduled",
    "Violation",
    "ViolationCode",
    "Walk",
    "changes_between",
    "check",
    "slots_of",
    "solve",
    "validate",
    "verify",
]
