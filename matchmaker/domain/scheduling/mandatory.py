"""Events in which every meeting must take place: the academic task, answered by annealing and proof together.

The annealer is tried first and gives the exact search a plan to start from; a plan without any break needs no
proof. What the core-guided search cannot settle, where seats are nearly all taken, a portfolio improves.
"""

from collections.abc import Callable
from dataclasses import replace

from matchmaker.domain.scheduling.exact import Answer, Effort, Status, fewest_breaks
from matchmaker.domain.scheduling.plan import IdleRule, Options
from matchmaker.domain.scheduling.problem import Problem
from matchmaker.domain.scheduling.solve import solve

ANNEALING_RUNS = 4
FIRST_MOVES, LATER_MOVES = 20_000, 60_000
PROOF_SHARE, PORTFOLIO_SHARE = 0.6, 0.3
PORTFOLIO_WORKERS = 2


def place_every(
    *, problem: Problem, fairness: int, seconds: float, seed: int, note: Callable[[str], None] = lambda _text: None
) -> Answer:
    """Place every meeting with the fewest breaks in the academic sense, nobody more than `fairness` ahead.

    `seconds` bounds the searches that can take long, and so the whole for events of academic size; `note` hears
    of each step.
    """
    best = _annealed(problem, fairness, seed=seed, moves=FIRST_MOVES)
    note(f"annealed: {best.value}")
    if best.value == 0:
        return replace(best, status=Status.OPTIMAL, bound=0)
    effort = Effort(seconds=seconds * PROOF_SHARE, seed=seed)
    proof = fewest_breaks(problem=problem, fairness=fairness, hint=best.slots, effort=effort)
    note(f"core-guided: {proof.status} {proof.value} >= {proof.bound}")
    if proof.status in {Status.OPTIMAL, Status.UNSATISFIABLE}:
        return proof
    best = _better(best, proof)
    for run in range(1, ANNEALING_RUNS):
        if best.value is None:
            best = _annealed(problem, fairness, seed=seed + run, moves=LATER_MOVES)
            note(f"annealed: {best.value}")
    effort = Effort(seconds=seconds * PORTFOLIO_SHARE, seed=seed, workers=PORTFOLIO_WORKERS)
    found = fewest_breaks(problem=problem, fairness=fairness, hint=best.slots, effort=effort)
    note(f"portfolio: {found.status} {found.value} >= {found.bound}")
    if found.status in {Status.OPTIMAL, Status.UNSATISFIABLE}:
        return found
    best, bound = _better(best, found), max(proof.bound or 0, found.bound or 0)
    return replace(best, status=Status.OPTIMAL if best.value == bound else best.status, bound=bound)


def _better(first: Answer, second: Answer) -> Answer:
    """Return the answer with fewer breaks; one without a plan loses."""
    if second.value is None or (first.value is not None and first.value <= second.value):
        return first
    return second


def _annealed(problem: Problem, fairness: int, *, seed: int, moves: int) -> Answer:
    """Return an annealed plan as an answer: FEASIBLE when all meetings are in it and breaks are fair."""
    result = solve(problem=problem, options=Options(seed=seed, anneal_moves=moves, idle_rule=IdleRule.ANY_BREAK))
    breaks = result.metrics.idle_of.values()
    if result.unscheduled or max(breaks, default=0) - min(breaks, default=0) > fairness:
        return Answer(status=Status.UNKNOWN)
    return Answer(
        status=Status.FEASIBLE,
        value=result.metrics.idle,
        slots=tuple(assignment.slot for assignment in result.assignments),
    )
