"""What the scheduler gives back: assignments, reasons, figures, and the options it was run with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Freeze(StrEnum):
    """How firmly a published plan stands when it is solved again."""

    ALL = "all"
    SOFT = "soft"
    NONE = "none"


class IdleRule(StrEnum):
    """Which waiting counts as an idle period.

    AVAILABLE: between two meetings of one day, only slots in which the person was available.
    ANY_BREAK: any gap between two consecutive meetings, across lunch and forbidden slots too: the definition
    of Bofill et al., "The B2B scheduling problem" (JAIR 2022).
    """

    AVAILABLE = "available"
    ANY_BREAK = "any_break"


class Stage(StrEnum):
    """The stages of a run, in order."""

    BOUND = "bound"
    CONSTRUCT = "construct"
    IMPROVE = "improve"
    POLISH = "polish"
    TABLES = "tables"
    EXPLAIN = "explain"


class ReasonCode(StrEnum):
    """Why a meeting is not in the plan; the first that holds is given."""

    NO_COMMON_SLOT = "no_common_slot"
    NO_INTERPRETER = "no_interpreter"
    PLACE_CLOSED = "place_closed"
    PRECEDENCE = "precedence"
    FIXED_CLASH = "fixed_clash"
    MAXIMUM_REACHED = "maximum_reached"
    OVERBOOKED = "overbooked"
    TABLES_FULL = "tables_full"
    INTERPRETERS_FULL = "interpreters_full"
    NOT_PLACED = "not_placed"


class HelpKind(StrEnum):
    """What the organizer could add or change."""

    SLOT_FOR = "slot_for"
    PERSON_FOR = "person_for"
    TABLE_IN = "table_in"
    INTERPRETER_FOR = "interpreter_for"
    HIGHER_MAXIMUM = "higher_maximum"
    OTHER_TIME = "other_time"
    SOLVE_LONGER = "solve_longer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One meeting in the plan: its first slot, place and table (None when online), and the people in it.

    `persons` follow the order of the meeting's parties.
    """

    meeting: str
    slot: int
    persons: tuple[str, ...]
    place: str | None = None
    table: str | None = None
    interpreter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Something that would help, and the weight one more of it is worth (the dual price, rounded down to 1/100)."""

    kind: HelpKind
    codes: tuple[str, ...] = ()
    gain: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscheduled:
    """A meeting left out, the reason, evidence that anyone can check against the problem, and what would help."""

    meeting: str
    reason: ReasonCode
    evidence: Mapping[str, object]
    helps: tuple[Help, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The figures of a plan. `share` is weight divided by the bound; idle figures count periods, not minutes."""

    scheduled: int
    requested: int
    weight: int
    share: float
    idle: int
    most_idle: int
    moved: int
    below_minimum: tuple[str, ...]
    meetings_of: Mapping[str, int]
    idle_of: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Dual prices that prove the bound: price times `denominator` for each row, and for each company's ladder.

    A row is named by its kind and the codes it is made of; see `rows.py`. Rows not listed have price 0.
    """

    denominator: int
    prices: Mapping[tuple[str, tuple[str, ...]], int]
    ladders: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The plan's figures after one stage."""

    stage: Stage
    scheduled: int
    weight: int
    idle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs from the plan published before, as meeting codes in the order of the problem.

    `moved` changed slot, table or people; `added` were not in the old plan; `dropped` were, and are not now.
    """

    moved: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A complete answer. `bound` is the proved upper limit of the weight, whatever the method."""

    assignments: tuple[Assignment, ...]
    unscheduled: tuple[Unscheduled, ...]
    metrics: Metrics
    bound: int
    certificate: Certificate
    trace: tuple[Step, ...]
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to run. Budgets are counts, so that the same input and seed give the same plan on any machine.

    `anneal_moves` None chooses by size; `polish_rounds` counts exact repairs of small neighbourhoods.
    `frozen` names meetings of the previous plan that must not move in any way (checked in, started, locked).
    `move_penalty` is what moving one published meeting costs, in idle periods, under Freeze.SOFT.
    """

    seed: int = 7
    rounds: int = 6
    anneal_moves: int | None = None
    polish_rounds: int = 0
    idle_rule: IdleRule = IdleRule.AVAILABLE
    freeze: Freeze = Freeze.ALL
    frozen: frozenset[str] = frozenset()
    move_penalty: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come: `done` of `total` units within a stage."""

    stage: Stage
    done: int
    total: int


Report = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """Ignore progress: what runs use when nobody watches."""
