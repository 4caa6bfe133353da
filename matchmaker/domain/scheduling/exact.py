"""Exact answers for small events by constraint programming (CP-SAT): the oracle, and the proof.

`fewest_breaks` places every meeting and minimises idle periods, as the academic benchmark asks; `heaviest` finds
the greatest worth that can be placed. Both take problems in which each party names one possible person, no
interpreter is needed, meetings last one slot, and each sits in one place; others raise ProblemError.

What made the first one fast (measured on the published instances): breaks counted by a prefix, held(p, t) = "p has
met by t", and hole(p, t) = held and idle at t and busy at t + 1; table capacity counted over clusters of meetings
that exclude each other; and the core-guided search, which raises the lower bound from nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.scheduling.index import Index
from matchmaker.domain.scheduling.plan import IdleRule
from matchmaker.domain.scheduling.problem import Problem, ProblemError, check
from matchmaker.domain.scheduling.timeline import bits

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


class Status(StrEnum):
    """What is known when the search ends."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    UNSATISFIABLE = "unsatisfiable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to search: deterministic time keeps runs repeatable, seconds are a guard for commands.

    One worker searches core-guided, which proves; several search as a portfolio, which finds better plans from a
    hint where seats are nearly all taken, but is not repeatable.
    """

    deterministic_time: float | None = None
    seconds: float | None = None
    seed: int = 7
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status, the value found, the proved bound on it, and each meeting's slot (None when it is left out)."""

    status: Status
    value: int | None = None
    bound: int | None = None
    slots: tuple[int | None, ...] | None = None


def fewest_breaks(
    *,
    problem: Problem,
    fairness: int | None = 2,
    idle_rule: IdleRule = IdleRule.ANY_BREAK,
    hint: Sequence[int | None] | None = None,
    effort: Effort | None = None,
) -> Answer:
    """Place every meeting with the fewest idle periods; `fairness` limits the difference between two persons.

    Returns OPTIMAL with value and slots, UNSATISFIABLE, or what was found within the effort. `hint` is a slot for
    each meeting to start from.
    """
    model = _Model(problem)
    if any(not options for options in model.taken) or not model.place_all():
        return Answer(status=Status.UNSATISFIABLE)
    model.count_breaks(idle_rule, fairness)
    if hint is not None:
        for options, slot in zip(model.taken, hint, strict=True):
            for option, variable in options.items():
                model.model.add_hint(variable, option == slot)
    return model.search(effort or Effort(), by_core=True)


def heaviest(*, problem: Problem, effort: Effort | None = None) -> Answer:
    """Return the greatest worth that any plan can place, with such a plan."""
    model = _Model(problem)
    model.weigh()
    return model.search(effort or Effort(), by_core=False)


class _Model:
    """One model: a truth value for each meeting and slot, and for each person and slot."""

    def __init__(self, problem: Problem) -> None:
        # Loading CP-SAT takes about a second; only commands, jobs and tests that need proof pay for it.
        from ortools.sat.python import cp_model  # noqa: PLC0415 - slow import

        check(problem)
        self.cp = cp_model
        self.index = Index(problem)
        self.model = cp_model.CpModel()
        self.teams = [self._only_team(number) for number in range(len(problem.meetings))]
        self.taken: list[dict[int, cp_model.IntVar]] = []
        for number, team in enumerate(self.teams):
            place = self.index.where[number][0]
            fit = self.index.fit(number, team) & self.index.seated(number, place) if team else 0
            self.taken.append({slot: self.model.new_bool_var("") for slot in bits(fit)})
        self.meetings_of: dict[int, list[int]] = {}
        for number, team in enumerate(self.teams):
            for person in team:
                self.meetings_of.setdefault(person, []).append(number)
        self.busy = self._busy()
        self._limit_places()
        self._keep_order()

    def _only_team(self, number: int) -> tuple[int, ...]:
        index = self.index
        teams, meeting = index.teams[number], index.problem.meetings[number]
        has_helper = any(team[-1] >= index.person_count for team in teams)
        limited = any(index.limited[person] for team in teams for person in team)
        if len(teams) > 1 or has_helper or limited or meeting.length > 1 or len(meeting.places) > 1 or index.walks:
            raise ProblemError("too_rich_for_exact", value=meeting.code)
        if any(maximum < len(index.lengths) for maximum in index.maxima) or any(index.ladders):
            raise ProblemError("too_rich_for_exact", value=meeting.code)
        return teams[0] if teams else ()

    def _busy(self) -> dict[int, list["cp_model.IntVar"]]:
        """Tie each person's slot to the meetings in it: at most one, and busy exactly when there is one."""
        busy = {}
        for person, numbers in self.meetings_of.items():
            row = [self.model.new_bool_var("") for _ in range(self.index.timeline.total)]
            for slot, variable in enumerate(row):
                self.model.add(sum(self.taken[n][slot] for n in numbers if slot in self.taken[n]) == variable)
            busy[person] = row
        return busy

    def _limit_places(self) -> None:
        """Keep each place's seats in each slot, counted over clusters of meetings that share a person."""
        index = self.index
        by_place: dict[int, list[int]] = {}
        for number, (place, *_) in enumerate(index.where):
            if place != index.nowhere and self.teams[number]:
                by_place.setdefault(place, []).append(number)
        for place, numbers in by_place.items():
            clusters = _clusters(numbers, self.teams)
            if len(clusters) <= min(index.seats[place]):
                continue
            for slot in range(index.timeline.total):
                used = []
                for cluster in clusters:
                    inside = [self.taken[n][slot] for n in cluster if slot in self.taken[n]]
                    if len(inside) > 1:
                        occurs = self.model.new_bool_var("")
                        self.model.add(sum(inside) == occurs)
                        used.append(occurs)
                    else:
                        used += inside
                if len(used) > index.seats[place][slot]:
                    self.model.add(sum(used) <= index.seats[place][slot])
                if len(by_place) == 1 and all(place == where[0] for where in index.where):
                    # At most two persons to a table: implied for pairs, and a help to propagation.
                    largest = max(len(team) for team in self.teams)
                    self.model.add(sum(row[slot] for row in self.busy.values()) <= largest * index.seats[place][slot])

    def _keep_order(self) -> None:
        """Let a meeting start only after those before it: by its slot, all of them have started earlier."""
        for number, earlier in enumerate(self.index.before):
            for other in earlier:
                for slot, variable in self.taken[number].items():
                    before = [taken for at, taken in self.taken[other].items() if at < slot]
                    self.model.add_bool_or([*before, variable.negated()])

    def place_all(self) -> bool:
        """Demand every meeting; return False when a person has more meetings than slots or tables are too few."""
        index = self.index
        for options in self.taken:
            self.model.add_exactly_one(options.values())
        for person, numbers in self.meetings_of.items():
            if len(numbers) > index.available[person].bit_count():
                return False
            self.model.add(sum(self.busy[person]) == len(numbers))
        for place, seats in enumerate(index.seats):
            if sum(where[0] == place for where in index.where) > sum(seats):
                return False
        return True

    def count_breaks(self, rule: IdleRule, fairness: int | None) -> None:
        """Minimise idle periods, and keep any two persons' within `fairness` of each other."""
        index, total = self.index, []
        days = [index.timeline.every] if rule is IdleRule.ANY_BREAK else index.timeline.day_masks
        least = self.model.new_int_var(0, index.timeline.total, "")
        for person in range(index.person_count):
            holes = []
            for day in days:
                slots = list(bits(day if rule is IdleRule.ANY_BREAK else day & index.available[person]))
                if person in self.busy:
                    holes += self._holes([self.busy[person][slot] for slot in slots])
            total += holes
            if fairness is not None:
                self.model.add(sum(holes) <= least + fairness)
                self.model.add(sum(holes) >= least)
        self.model.minimize(sum(total))

    def _holes(self, busy: Sequence["cp_model.IntVar"]) -> list["cp_model.IntVar"]:
        """Return truth values of "an idle period ends here" along one day."""
        if not busy:
            return []
        holes = []
        held = busy[0]
        for slot in range(1, len(busy) - 1):
            until = self.model.new_bool_var("")
            self.model.add_max_equality(until, [held, busy[slot]])
            hole = self.model.new_bool_var("")
            self.model.add_bool_or([until.negated(), busy[slot], busy[slot + 1].negated(), hole])
            self.model.add_implication(hole, until)
            self.model.add_implication(hole, busy[slot].negated())
            self.model.add_implication(hole, busy[slot + 1])
            holes.append(hole)
            held = until
        return holes

    def weigh(self) -> None:
        """Let meetings be left out and maximise the worth of the rest."""
        for options in self.taken:
            self.model.add_at_most_one(options.values())
        for numbers in self.meetings_of.values():
            for slot in range(self.index.timeline.total):
                self.model.add_at_most_one(self.taken[n][slot] for n in numbers if slot in self.taken[n])
        worth = self.index.worth
        self.model.maximize(
            sum(worth[n] * variable for n, options in enumerate(self.taken) for variable in options.values())
        )

    def search(self, effort: Effort, *, by_core: bool) -> Answer:
        """Run the solver and read the answer."""
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = effort.workers
        solver.parameters.random_seed = effort.seed
        if by_core and effort.workers == 1:
            solver.parameters.optimize_with_core = True
            solver.parameters.linearization_level = 0
        elif not by_core:
            # Weights are nearly a matching, whose linear relaxation is all but exact.
            solver.parameters.linearization_level = 2
        if effort.seconds is not None:
            solver.parameters.max_time_in_seconds = effort.seconds
        if effort.deterministic_time is not None:
            solver.parameters.max_deterministic_time = effort.deterministic_time
        found = solver.solve(self.model)
        if found == self.cp.INFEASIBLE:
            return Answer(status=Status.UNSATISFIABLE)
        bound = max(0, round(solver.best_objective_bound))
        if found not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return Answer(status=Status.UNKNOWN, bound=bound)
        return Answer(
            status=Status.OPTIMAL if found == self.cp.OPTIMAL else Status.FEASIBLE,
            value=round(solver.objective_value),
            bound=bound,
            slots=tuple(
                next((slot for slot, variable in options.items() if solver.boolean_value(variable)), None)
                for options in self.taken
            ),
        )


def _clusters(numbers: Sequence[int], teams: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Partition meetings into stars around the persons with the most meetings left: no two of a star coincide."""
    left = set(numbers)
    clusters = []
    while left:
        met: dict[int, list[int]] = {}
        for number in sorted(left):
            for person in teams[number]:
                met.setdefault(person, []).append(number)
        hub = max(sorted(met), key=lambda person: len(met[person]))
        clusters.append(met[hub])
        left.difference_update(met[hub])
    return clusters
