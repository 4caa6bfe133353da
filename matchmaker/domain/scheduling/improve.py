"""Less waiting: annealing over Kempe chains.

One move takes somebody who waits between meetings, and swaps two slots along the chain that begins at one of their
meetings; slots of different days too, which measured far better than staying within a day. The set of meetings in
the plan never changes, so its worth stays; only the ends of the chain change when they are busy, which makes a move
cheap to score. The cost of a person with h idle periods is h + 0.15 h², so that nobody is left with all the waiting.
"""

from collections.abc import Callable, Mapping
from math import exp, log
from random import Random

from matchmaker.domain.scheduling.board import NOBODY, Board
from matchmaker.domain.scheduling.chains import Chain, apply_chain, find_chain, has_room
from matchmaker.domain.scheduling.idle import IdleCounter

SQUARE = 0.15
WARM, COLD = 0.4, 0.12
PARTNERS = 12
# A first look at the waiting person alone tells most hopeless moves; the other ends can win back about this much.
HOPE = 1.2
REPORT_EVERY = 4096


def anneal(
    board: Board,
    *,
    idle: IdleCounter,
    moves: int,
    rng: Random,
    published: Mapping[int, int],
    move_penalty: float,
    report: Callable[[int, int], None],
) -> int:
    """Reduce idle periods in place with at most `moves` tries; return how many idle periods remain.

    `published` holds the published start of meetings that should rather stay; leaving it costs `move_penalty`.
    Ends in the best plan seen, early when nobody waits.
    """
    run = _Annealing(board, idle, rng, published, move_penalty)
    best_cost, best = run.cost, list(board.start)
    cooling = log(COLD / WARM) / max(1, moves)
    for turn in range(moves):
        if not run.waiting:
            break
        if turn % REPORT_EVERY == 0:
            report(turn, moves)
        run.step(WARM * exp(cooling * turn))
        if run.cost < best_cost - 1e-9 and (turn > moves * 0.7 or not run.waiting):
            best_cost, best = run.cost, list(board.start)
    if run.cost > best_cost + 1e-9:
        changed = [number for number in board.placed() if board.start[number] != best[number]]
        board.shift(changed, [best[number] for number in changed])
        run = _Annealing(board, idle, rng, published, move_penalty)
    return sum(run.periods)


class _Annealing:
    """The state of one run: idle periods of everyone, who waits, and the total cost."""

    def __init__(
        self, board: Board, idle: IdleCounter, rng: Random, published: Mapping[int, int], move_penalty: float
    ) -> None:
        self.board = board
        self.idle = idle
        self.random = rng.random
        self.published = published
        self.move_penalty = move_penalty
        count = board.index.person_count
        self.periods = [idle.periods(person, board.occupied(person)) for person in range(count)]
        self.waiting = [person for person in range(count) if self.periods[person]]
        self.seat = {person: position for position, person in enumerate(self.waiting)}
        self.prices = [number + SQUARE * number * number for number in range(board.index.timeline.total + 2)]
        self.cost = sum(self.prices[number] for number in self.periods) + move_penalty * sum(
            1 for number, start in published.items() if board.start[number] not in (NOBODY, start)
        )

    def step(self, temperature: float) -> None:
        """Try one move and keep it by the Metropolis rule."""
        board, random = self.board, self.random
        person = self.waiting[int(random() * len(self.waiting))]
        occupied = board.occupied(person)
        row = board.at[person]
        source = _random_bit(occupied, random(), board.index.timeline.total)
        number = row[source]
        start = board.start[number]
        goals = board.fit[number] & board.free[person]
        if not goals:
            return
        goal = _random_bit(goals, random(), board.index.timeline.total)
        allowance = -temperature * log(random() + 1e-12)
        if not board.index.has_long:
            after = occupied ^ (1 << start) ^ (1 << goal)
            change = self.prices[self.idle.periods(person, after)] - self.prices[self.periods[person]]
            if change > allowance + HOPE:
                return
        chain = find_chain(board, number, goal)
        if chain is None:
            return
        if not has_room(board, chain):
            chain = self._with_partner(chain, start, goal)
            if chain is None:
                return
        self._settle(chain, allowance)

    def _settle(self, chain: Chain, allowance: float) -> None:
        """Apply the chain if its cost is within the allowance and the rules permit it."""
        changed: list[tuple[int, int]] = []
        change = self._penalty(chain) if self.published else 0.0
        for person, occupied in chain.occupied.items():
            if person < len(self.periods):
                number = self.idle.periods(person, occupied)
                if number != self.periods[person]:
                    change += self.prices[number] - self.prices[self.periods[person]]
                    changed.append((person, number))
        if change > allowance or not apply_chain(self.board, chain):
            return
        self.cost += change
        for person, number in changed:
            self._set_periods(person, number)

    def _set_periods(self, person: int, number: int) -> None:
        """Record a person's idle periods and keep the list of those who wait without gaps."""
        if number and not self.periods[person]:
            self.seat[person] = len(self.waiting)
            self.waiting.append(person)
        elif not number:
            position, last = self.seat.pop(person), self.waiting.pop()
            if last != person:
                self.waiting[position] = last
                self.seat[last] = position
        self.periods[person] = number

    def _penalty(self, chain: Chain) -> float:
        """Return the price of published meetings that leave their slot, less those that come back."""
        moved = 0
        for number, start in zip(chain.meetings, chain.starts, strict=True):
            if number in self.published:
                home = self.published[number]
                moved += (start != home) - (self.board.start[number] != home)
        return self.move_penalty * moved

    def _with_partner(self, chain: Chain, source: int, goal: int) -> Chain | None:
        """Join a chain that lacks a seat with a disjoint one of the opposite effect, when tables are all taken."""
        board = self.board
        if board.index.has_long:
            return None
        members = set(chain.meetings)
        for _ in range(PARTNERS):
            person = int(self.random() * len(board.at))
            number = board.at[person][goal]
            if number == NOBODY or number in members:
                continue
            other = find_chain(board, number, source)
            if other is not None and not members.intersection(other.meetings):
                both = Chain(
                    chain.meetings + other.meetings, chain.starts + other.starts, chain.occupied | other.occupied
                )
                if has_room(board, both):
                    return both
        return None


def _random_bit(mask: int, draw: float, total: int) -> int:
    """Return a set bit of a mask that is not empty, the first one at or after a place drawn from [0, 1)."""
    turn = int(draw * total)
    rest = mask >> turn
    if rest:
        return turn + (rest & -rest).bit_length() - 1
    return (mask & -mask).bit_length() - 1
