"""Exact repair of small neighbourhoods: for a meeting left out, its neighbours are solved again together.

Each round frees up to 160 meetings around an unplaced one and lets CP-SAT place the set of greatest worth, with the
rest of the plan standing still (large neighbourhood search, Shaw 1998). A round that breaks a rule the model does
not know, such as walking time, is undone; so the plan's worth never falls.
"""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from matchmaker.domain.scheduling.board import NOBODY, Board
from matchmaker.domain.scheduling.index import Team
from matchmaker.domain.scheduling.limits import is_lawful
from matchmaker.domain.scheduling.timeline import bits, span

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

MOST_FREE = 160
OPTIONS_EACH = 120
# Deterministic seconds: the same work on every machine, about three seconds on an ordinary one.
WORK = 3.0


class _Seat(NamedTuple):
    start: int
    team: Team
    place: int


def polish(board: Board, *, bound: int, rounds: int, seed: int, report: Callable[[int, int], None]) -> None:
    """Raise the plan's worth in place, at most `rounds` neighbourhoods; ends early when the bound is reached."""
    rng = Random(f"{seed} polish")  # noqa: S311 - repeatable search, not secrecy.
    for turn in range(rounds):
        report(turn, rounds)
        left = [number for number in range(len(board.start)) if _is_wanted(board, number)]
        if not left or board.worth >= bound:
            return
        _repair(board, _neighbourhood(board, rng.choice(left), rng), seed + turn)


def _is_wanted(board: Board, number: int) -> bool:
    return board.start[number] == NOBODY and bool(board.index.teams[number])


def _neighbourhood(board: Board, number: int, rng: Random) -> list[int]:
    """Return the meeting with others around it: those of its people, then of theirs, until there are enough."""
    chosen, frontier = {number}, [number]
    while frontier and len(chosen) < MOST_FREE:
        people = sorted({person for other in frontier for team in board.index.teams[other] for person in team})
        met = {board.at[person][slot] for person in people for slot in bits(board.occupied(person))}
        frontier = sorted(other for other in met - chosen - {NOBODY} if not board.pinned[other])
        rng.shuffle(frontier)
        frontier = frontier[: MOST_FREE - len(chosen)]
        chosen.update(frontier)
    concerned = {person for other in chosen for person in board.team[other]}
    waiting = [
        other
        for other in range(len(board.start))
        if _is_wanted(board, other) and other not in chosen and concerned.intersection(*board.index.teams[other][:1])
    ]
    return sorted([*chosen, *waiting[:MOST_FREE]])


def _repair(board: Board, free: list[int], seed: int) -> None:
    """Solve the neighbourhood and take the answer if it is worth more and lawful; otherwise restore it."""
    before, worth = {n: _seat(board, n) for n in free if board.start[n] != NOBODY}, board.worth
    for number in before:
        board.take(number)
    seats = _Model(board, free, before).seats(seed)
    after = before if seats is None else seats
    for number, seat in after.items():
        board.put(number, start=seat.start, team=seat.team, place=seat.place)
    lawful = all(not board.index.is_bound[number] or is_lawful(board, number) for number in board.placed())
    if board.worth <= worth or not lawful:
        for number in after:
            board.take(number)
        for number, seat in before.items():
            board.put(number, start=seat.start, team=seat.team, place=seat.place)


def _seat(board: Board, number: int) -> _Seat:
    return _Seat(board.start[number], board.team[number], board.place[number])


def _options(board: Board, number: int) -> list[_Seat]:
    """Return ways to seat an unplaced meeting beside what stands still."""
    index, found = board.index, []
    length = index.lengths[number]
    for team in index.teams[number]:
        mask = index.starts[number]
        for person in team:
            mask &= span(board.free[person], length)
        for place in index.where[number]:
            found += [_Seat(start, team, place) for start in bits(mask & span(board.open[place], length))]
        if len(found) >= OPTIONS_EACH:
            break
    return found


class _Model:
    """The free meetings as a small programme: one truth value for each way to seat each of them."""

    def __init__(self, board: Board, free: list[int], before: dict[int, _Seat]) -> None:
        # Loading CP-SAT takes about a second, and only runs that ask for polish need it.
        from ortools.sat.python import cp_model  # noqa: PLC0415 - slow import

        self.cp, self.board, self.model = cp_model, board, cp_model.CpModel()
        self.choices: dict[int, list[tuple[_Seat, cp_model.IntVar]]] = {}
        self.gains: list[cp_model.LinearExprT] = []
        for number in free:
            own = [before[number]] if number in before else []
            seats = dict.fromkeys([*own, *_options(board, number)])
            self.choices[number] = [(seat, self.model.new_bool_var("")) for seat in seats]
            self.model.add_at_most_one(variable for _, variable in self.choices[number])
            for seat, variable in self.choices[number]:
                self.model.add_hint(variable, before.get(number) == seat)
                self.gains.append(board.index.worth[number] * variable)
        self._limit_people_and_places()
        self._limit_companies()

    def _limit_people_and_places(self) -> None:
        people: dict[tuple[int, int], list[cp_model.IntVar]] = {}
        places: dict[tuple[int, int], list[cp_model.IntVar]] = {}
        for number, seats in self.choices.items():
            for seat, variable in seats:
                for slot in range(seat.start, seat.start + self.board.index.lengths[number]):
                    places.setdefault((seat.place, slot), []).append(variable)
                    for person in seat.team:
                        people.setdefault((person, slot), []).append(variable)
        for variables in people.values():
            self.model.add_at_most_one(variables)
        for (place, slot), variables in places.items():
            self.model.add(sum(variables) <= self.board.room[place][slot])

    def _limit_companies(self) -> None:
        """Keep maxima, and count the steps of ladders that the free meetings can still climb."""
        index, board = self.board.index, self.board
        companies: dict[int, list[cp_model.IntVar]] = {}
        for number, seats in self.choices.items():
            for company in index.sides[number]:
                companies.setdefault(company, []).extend(variable for _, variable in seats)
        for company, variables in companies.items():
            self.model.add(sum(variables) <= index.maxima[company] - board.counts[company])
            ladder = index.ladders[company][board.counts[company] :]
            steps = [self.model.new_bool_var("") for _ in ladder]
            self.model.add(sum(steps) <= sum(variables))
            self.gains += [worth * step for worth, step in zip(ladder, steps, strict=True)]

    def seats(self, seed: int) -> dict[int, _Seat] | None:
        """Return where the heaviest set sits, or None when nothing was found within the work allowed."""
        self.model.maximize(sum(self.gains))
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = WORK
        if solver.solve(self.model) not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return None
        chosen = ((number, choice) for number, choices in self.choices.items() for choice in choices)
        return {number: seat for number, (seat, variable) in chosen if solver.boolean_value(variable)}
