"""The first plan: which meetings go where, by edge colouring with Kempe chains.

Meetings are edges, slots are colours. Each is tried directly, beside what its people already have; then by one
Kempe chain that frees a slot for them or a seat at a full place; then by putting out lighter meetings, which wait
for the next round.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random

from matchmaker.domain.scheduling.board import NOBODY, Board
from matchmaker.domain.scheduling.chains import apply_chain, find_chain, has_room
from matchmaker.domain.scheduling.index import Team
from matchmaker.domain.scheduling.limits import is_lawful, keeps_order
from matchmaker.domain.scheduling.timeline import bits, lowest, span

# Weighing more teams than this for one meeting costs time and changes little.
TEAMS_WEIGHED = 12
SEAT_SAMPLES = 60
CHAINS_TRIED = 24


def construct(
    board: Board, *, parts: Sequence[float], rng: Random, rounds: int, longest: int, report: Callable[[int, int], None]
) -> None:
    """Place as many unplaced meetings as possible; `parts` is the relaxation's solution and sets the order.

    `longest` limits the meetings moved by one chain. The board is valid at every moment.
    """
    pending = [number for number in _order(board, parts) if board.start[number] == NOBODY]
    for turn in range(max(1, rounds)):
        left: list[int] = []
        for done, number in enumerate(pending):
            report(done, len(pending))
            if board.start[number] == NOBODY:
                put_out = place(board, number, rng=rng, longest=longest)
                left += [number] if put_out is None else put_out
        if not left or (turn and len(left) >= len(pending) and set(left) == set(pending)):
            return
        pending = sorted(left, key=lambda number: (-board.index.worth[number], rng.random()))


def place(board: Board, number: int, *, rng: Random, longest: int) -> list[int] | None:
    """Place one meeting; return the meetings put out for it, or None when it cannot be placed."""
    if not board.index.teams[number] or board.has_maximum(number):
        return _by_ejection(board, number)
    if place_directly(board, number, rng=rng) or _by_chain(board, number, rng, longest):
        return []
    return _by_ejection(board, number)


def place_at(board: Board, number: int, *, start: int, team: Team, place: int) -> bool:
    """Place a meeting exactly so if everyone, the place and every rule allow it; return whether it was done."""
    index = board.index
    if team not in index.teams[number] or place not in index.where[number] or board.has_maximum(number):
        return False
    if not _open(board, number, team, place) >> start & 1:
        return False
    board.put(number, start=start, team=team, place=place)
    if index.is_bound[number] and not is_lawful(board, number):
        board.take(number)
        return False
    return True


def place_directly(board: Board, number: int, *, rng: Random) -> bool:
    """Place a meeting in a slot that is free for it; return whether there was one."""
    for _, _, team, place, starts in sorted(_choices(board, number), key=lambda choice: choice[:2]):
        for start in _by_preference(board, team, starts, rng):
            if not board.index.is_bound[number]:
                board.put(number, start=start, team=team, place=place)
                return True
            if place_at(board, number, start=start, team=team, place=place):
                return True
    return False


def _order(board: Board, parts: Sequence[float]) -> list[int]:
    """Return the meetings, most pressing first: predecessors, fixed, long, in the relaxation, heavy, tight."""
    index = board.index
    depth = _depths(index.before)
    return sorted(
        range(len(index.lengths)),
        key=lambda number: (
            depth[number] if depth[number] or index.following[number] else 0,
            index.problem.meetings[number].fixed is None,
            -index.lengths[number],
            -round(parts[number], 6),
            -index.worth[number],
            max((index.fit(number, team).bit_count() for team in index.teams[number]), default=0),
            number,
        ),
    )


def _depths(before: Sequence[tuple[int, ...]]) -> list[int]:
    """Return how many meetings must precede each, along the longest line; cycles were refused before."""
    depth = [0] * len(before)
    waiting = [number for number, earlier in enumerate(before) if earlier]
    while waiting:
        raised = [number for number in waiting if depth[number] < 1 + max(depth[other] for other in before[number])]
        for number in raised:
            depth[number] = 1 + max(depth[other] for other in before[number])
        waiting = raised and waiting
    return depth


def _open(board: Board, number: int, team: Team, place: int) -> int:
    """Return the slots in which the meeting could start now with this team at this place."""
    length = board.index.lengths[number]
    mask = board.index.starts[number]
    for person in team:
        mask &= span(board.free[person], length)
    return mask & span(board.open[place], length)


def _choices(board: Board, number: int) -> Iterator[tuple[int, int, Team, int, int]]:
    """Yield (rank, scarcity, team, place, starts) for teams and places that are free together at some time.

    A team with an interpreter, or at a place later in the list, ranks lower; the more starts, the less scarce.
    """
    index, found = board.index, 0
    for team in index.teams[number]:
        has_helper = team[-1] >= index.person_count
        for rank, place in enumerate(index.where[number]):
            starts = _open(board, number, team, place)
            if starts:
                yield (rank + has_helper, -starts.bit_count(), team, place, starts)
                found += 1
        if found >= TEAMS_WEIGHED:
            return


def _by_preference(board: Board, team: Team, starts: int, rng: Random) -> Iterable[int]:
    """Yield the starts, those beside meetings of all in the team first, then of some, then the rest."""
    beside_all, beside_any = board.index.timeline.every, 0
    for person in team[:2]:
        occupied = board.occupied(person)
        beside = (occupied << 1) | (occupied >> 1)
        beside_all &= beside
        beside_any |= beside
    turn = rng.randrange(board.index.timeline.total)
    for wanted in (beside_all, beside_any & ~beside_all, ~(beside_any | beside_all)):
        group = starts & wanted
        while group:
            rest = group >> turn << turn or group
            start = lowest(rest)
            yield start
            group ^= 1 << start


def _by_chain(board: Board, number: int, rng: Random, longest: int) -> bool:
    """Place a meeting after one Kempe chain has made room for it; return whether it worked."""
    tried = 0
    for team in board.index.teams[number][:TEAMS_WEIGHED]:
        for place in board.index.where[number]:
            if _free_seat(board, number, team=team, place=place, rng=rng, longest=longest):
                return True
            for start in bits(board.index.fit(number, team) & span(board.open[place], board.index.lengths[number])):
                blocker = _only_blocker(board, number, team, start)
                if blocker == NOBODY:
                    continue
                moved = _move_away(board, blocker, number, start, longest)
                if moved and place_at(board, number, start=start, team=team, place=place):
                    return True
                board.shift(list(moved), list(moved.values()))
                tried += 1
                if tried >= CHAINS_TRIED:
                    return False
    return False


def _only_blocker(board: Board, number: int, team: Team, start: int) -> int:
    """Return the one meeting that keeps the team from starting then; NOBODY when there are several or it is pinned."""
    blockers = _blockers(board, number, team, start)
    if len(blockers) != 1:
        return NOBODY
    blocker = blockers.pop()
    return NOBODY if board.pinned[blocker] else blocker


def _blockers(board: Board, number: int, team: Team, start: int) -> set[int]:
    cells = range(start, start + board.index.lengths[number])
    return {board.at[person][slot] for person in team for slot in cells} - {NOBODY}


def _move_away(board: Board, blocker: int, number: int, start: int, longest: int) -> dict[int, int]:
    """Move a blocking meeting by a chain that leaves the wanted cells free; return the moved meetings' old starts."""
    index = board.index
    wanted = ((1 << index.lengths[number]) - 1) << start
    goals = board.fit[blocker] & ~(1 << board.start[blocker])
    # Goals free for some of the blocker's own people give short chains; the others are nearly never better.
    near = 0
    for person in board.team[blocker]:
        near |= board.free[person]
    for goal in bits(goals & near):
        chain = find_chain(board, blocker, goal, longest=longest)
        if chain is None or not _leaves(board, chain.occupied, blocker, wanted) or not has_room(board, chain):
            continue
        before = [board.start[member] for member in chain.meetings]
        if apply_chain(board, chain):
            if _is_clear(board, blocker, number, wanted):
                return dict(zip(chain.meetings, before, strict=True))
            board.shift(chain.meetings, before)
    return {}


def _leaves(board: Board, occupied: dict[int, int], blocker: int, wanted: int) -> bool:
    """Return whether somebody of the blocking meeting ends up free in all wanted slots."""
    return any(not occupied.get(person, wanted) & wanted for person in board.team[blocker])


def _is_clear(board: Board, blocker: int, number: int, wanted: int) -> bool:
    """Return whether some team of the meeting that met the blocker's people is now free in the wanted slots."""
    concerned = set(board.team[blocker])
    return any(
        all(board.free[person] & wanted == wanted for person in team)
        for team in board.index.teams[number][:TEAMS_WEIGHED]
        if concerned & set(team)
    )


def _free_seat(board: Board, number: int, *, team: Team, place: int, rng: Random, longest: int) -> bool:
    """Place a meeting whose people are free while the place is full, by moving another one out of that slot."""
    index = board.index
    if index.lengths[number] > 1 or place == index.nowhere:
        return False
    starts = index.fit(number, team) & index.seated(number, place) & ~board.open[place]
    for person in team:
        starts &= board.free[person]
    if not starts or not board.open[place]:
        return False
    total = len(board.start)
    for _ in range(SEAT_SAMPLES):
        other = rng.randrange(total)
        begun = board.start[other]
        if begun == NOBODY or not starts >> begun & 1 or board.place[other] != place:
            continue
        for goal in bits(board.fit[other] & board.open[place]):
            chain = find_chain(board, other, goal, longest=longest)
            if chain is None or not has_room(board, chain) or not apply_chain(board, chain):
                continue
            if place_at(board, number, start=begun, team=team, place=place):
                return True
            break
    return False


def _by_ejection(board: Board, number: int) -> list[int] | None:
    """Place a meeting by putting out others that are worth less together; return them, or None when none are."""
    index = board.index
    best: tuple[int, int, Team, int, set[int]] | None = None
    for team in index.teams[number][:TEAMS_WEIGHED]:
        for start in bits(index.fit(number, team)):
            blockers = _blockers(board, number, team, start) | _over_maximum(board, number)
            for place in index.where[number]:
                if index.seated(number, place) >> start & 1 and _may_go(board, number, blockers):
                    lost = sum(index.worth[blocker] for blocker in blockers)
                    if best is None or (lost, start) < best[:2]:
                        best = (lost, start, team, place, blockers)
    if best is None:
        return None
    _, start, team, place, blockers = best
    return _exchange(board, number, start=start, team=team, place=place, blockers=sorted(blockers))


def _may_go(board: Board, number: int, blockers: set[int]) -> bool:
    """Return whether the blocking meetings may all be put out: none pinned, none that another waits for."""
    waited_for = any(board.start[later] != NOBODY for other in blockers for later in board.index.following[other])
    return not waited_for and not any(board.pinned[other] or other in board.index.before[number] for other in blockers)


def _over_maximum(board: Board, number: int) -> set[int]:
    """Return the lightest meeting of each company that has all the meetings it may have."""
    index = board.index
    full = {company for company in index.sides[number] if board.counts[company] >= index.maxima[company]}
    if not full:
        return set()
    chosen: dict[int, int] = {}
    for other in board.placed():
        for company in full.intersection(index.sides[other]):
            if not board.pinned[other] and (company not in chosen or index.worth[other] < index.worth[chosen[company]]):
                chosen[company] = other
    return set(chosen.values())


def _exchange(
    board: Board, number: int, *, start: int, team: Team, place: int, blockers: list[int]
) -> list[int] | None:
    """Put the blockers out and the meeting in if that is worth more; return the blockers, or None and undo it."""
    before = board.worth
    kept = [(other, board.start[other], board.team[other], board.place[other]) for other in blockers]
    for other in blockers:
        board.take(other)
    if place_at(board, number, start=start, team=team, place=place):
        if board.worth > before and keeps_order(board, number):
            return blockers
        board.take(number)
    for other, begun, people, seat in kept:
        board.put(other, start=begun, team=people, place=seat)
    return None
