"""One call from problem to plan: bound, construct, improve, polish, tables, reasons."""

from collections.abc import Sequence
from random import Random

from matchmaker.domain.scheduling.board import NOBODY, Board
from matchmaker.domain.scheduling.bound import Relaxation, relax
from matchmaker.domain.scheduling.chains import LONGEST_CHAIN
from matchmaker.domain.scheduling.changes import changes_between
from matchmaker.domain.scheduling.construct import construct, place_at
from matchmaker.domain.scheduling.early import bring_forward
from matchmaker.domain.scheduling.explain import explain
from matchmaker.domain.scheduling.idle import IdleCounter
from matchmaker.domain.scheduling.improve import anneal
from matchmaker.domain.scheduling.index import Index
from matchmaker.domain.scheduling.measure import measure
from matchmaker.domain.scheduling.plan import (
    Assignment,
    Freeze,
    Options,
    Progress,
    Report,
    Result,
    Stage,
    Step,
    silent,
)
from matchmaker.domain.scheduling.polish import polish
from matchmaker.domain.scheduling.problem import Problem, check
from matchmaker.domain.scheduling.tables import hand_out

# Tries of the annealer for each meeting, and their limits: small fairs end at once, large ones within a minute.
MOVES_PER_MEETING = 300
FEWEST_MOVES, MOST_MOVES = 100_000, 2_000_000
CHAIN_BESIDE_PUBLISHED = 12


def solve(
    *,
    problem: Problem,
    previous: Sequence[Assignment] | None = None,
    options: Options | None = None,
    report: Report = silent,
) -> Result:
    """Return a plan for the problem, with a reason for every meeting left out and a proved bound.

    `previous` is the published plan; how firmly it stands is up to `options.freeze` and `options.frozen`. The
    same input and seed give the same plan. Raises ProblemError when the problem contradicts itself, and whatever
    `report` raises, which is how a caller stops a run.
    """
    check(problem)
    return _Run(problem, tuple(previous or ()), options or Options(), report).result()


class _Run:
    """One solution under way: the board and what has been recorded about it."""

    def __init__(self, problem: Problem, previous: tuple[Assignment, ...], options: Options, report: Report) -> None:
        self.problem, self.previous, self.options, self.report = problem, previous, options, report
        self.index = Index(problem)
        self.board = Board(self.index)
        self.idle = IdleCounter(self.index, options.idle_rule)
        self.trace: list[Step] = []
        self.published = {
            self.index.number_of[old.meeting]: old for old in previous if old.meeting in self.index.number_of
        }

    def result(self) -> Result:
        """Run all stages and return the plan."""
        relaxation = relax(self.index)
        self._note(Stage.BOUND)
        self._restore()
        self._construct(relaxation)
        self._improve()
        if self._construct_again(relaxation):
            self._improve()
        self._polish(relaxation)
        bring_forward(self.board, idle=self.idle, staying=self.published if self._keeps_published() else ())
        assignments = self._assignments()
        self._note(Stage.TABLES)
        metrics = measure(
            index=self.index, assignments=assignments, previous=self.previous, bound=relaxation.bound, idle=self.idle
        )
        unscheduled = explain(index=self.index, board=self.board, relaxation=relaxation)
        self._note(Stage.EXPLAIN)
        return Result(
            assignments=assignments,
            unscheduled=unscheduled,
            metrics=metrics,
            bound=relaxation.bound,
            certificate=relaxation.certificate,
            trace=tuple(self.trace),
            changes=changes_between(before=self.previous, after=assignments),
        )

    def _restore(self) -> None:
        """Put the published plan back, frozen meetings first; what no longer fits waits with the rest."""
        options = self.options
        for number, old in sorted(
            self.published.items(), key=lambda item: (item[1].meeting not in options.frozen, item)
        ):
            is_frozen = old.meeting in options.frozen or options.freeze is Freeze.ALL
            if is_frozen or options.freeze is Freeze.SOFT:
                people = old.persons if old.interpreter is None else (*old.persons, old.interpreter)
                team = tuple(self.index.person_number.get(code, NOBODY) for code in people)
                place = self.index.nowhere if old.place is None else self.index.place_number.get(old.place, NOBODY)
                if place_at(self.board, number, start=old.slot, team=team, place=place) and is_frozen:
                    self.board.pin(number)

    def _construct(self, relaxation: Relaxation) -> None:
        construct(
            self.board,
            parts=relaxation.parts,
            rng=Random(f"{self.options.seed} construct"),  # noqa: S311 - repeatable search, not secrecy.
            rounds=self.options.rounds,
            longest=CHAIN_BESIDE_PUBLISHED if self._keeps_published() else LONGEST_CHAIN,
            report=lambda done, total: self.report(Progress(stage=Stage.CONSTRUCT, done=done, total=total)),
        )
        self._note(Stage.CONSTRUCT)

    def _construct_again(self, relaxation: Relaxation) -> bool:
        """Try the meetings left out once more, for annealing has moved much; return whether the plan is worth more."""
        board = self.board
        before = board.worth
        kept = [(number, board.start[number], board.team[number], board.place[number]) for number in board.placed()]
        self._construct(relaxation)
        if board.worth > before:
            return True
        # Exchanges for nothing have spoilt the order that annealing made.
        for number in board.placed():
            board.take(number)
        for number, start, team, place in kept:
            board.put(number, start=start, team=team, place=place)
            if board.pinned[number]:
                board.pin(number)
        return False

    def _improve(self) -> None:
        moves = self.options.anneal_moves
        if moves is None:
            moves = min(MOST_MOVES, max(FEWEST_MOVES, MOVES_PER_MEETING * len(self.index.lengths)))
        anneal(
            self.board,
            idle=self.idle,
            moves=moves,
            rng=Random(f"{self.options.seed} improve"),  # noqa: S311 - repeatable search, not secrecy.
            published={number: old.slot for number, old in self.published.items()} if self._keeps_published() else {},
            move_penalty=self.options.move_penalty,
            report=lambda done, total: self.report(Progress(stage=Stage.IMPROVE, done=done, total=total)),
        )
        self._note(Stage.IMPROVE)

    def _polish(self, relaxation: Relaxation) -> None:
        if self.options.polish_rounds:
            polish(
                self.board,
                bound=relaxation.bound,
                rounds=self.options.polish_rounds,
                seed=self.options.seed,
                report=lambda done, total: self.report(Progress(stage=Stage.POLISH, done=done, total=total)),
            )
            self._note(Stage.POLISH)

    def _keeps_published(self) -> bool:
        return bool(self.published) and self.options.freeze is Freeze.SOFT

    def _assignments(self) -> tuple[Assignment, ...]:
        """Hand out tables and return the plan; a meeting that no table can take leaves it."""
        board, index = self.board, self.index
        published = {number: old.table for number, old in self.published.items() if old.table is not None}
        locked = frozenset(number for number in published if board.pinned[number])
        tables, failed = hand_out(board, published=published, locked=locked)
        for number in failed:
            self._drop(number)
        made = []
        for number in board.placed():
            place, team = board.place[number], board.team[number]
            sides = len(index.sides[number])
            made.append(
                Assignment(
                    meeting=self.problem.meetings[number].code,
                    slot=board.start[number],
                    persons=tuple(index.people[person] for person in team[:sides]),
                    interpreter=index.people[team[sides]] if len(team) > sides else None,
                    place=None if place == index.nowhere else self.problem.places[place].code,
                    table=tables.get(number),
                )
            )
        return tuple(made)

    def _drop(self, number: int) -> None:
        """Take a meeting out of the plan, and with it those that must come after it."""
        if self.board.start[number] != NOBODY:
            self.board.take(number)
            for later in self.index.following[number]:
                self._drop(later)

    def _note(self, stage: Stage) -> None:
        board = self.board
        waits = [self.idle.periods(person, board.occupied(person)) for person in range(self.index.person_count)]
        placed = len(board.placed())
        self.trace.append(Step(stage=stage, scheduled=placed, weight=board.worth, idle=sum(waits)))
        self.report(Progress(stage=stage, done=1, total=1))
