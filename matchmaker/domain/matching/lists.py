"""Who is shown whom, and who meets whom, when nobody has time for everybody.

Both are b-matchings of largest total score. On a graph with two sides the linear programme has whole-number corners
(its matrix is totally unimodular), so `scipy.optimize.linprog` gives the exact answer; other graphs are solved in
whole numbers by `milp`. The greedy rule stands by for a solver that gives up, and for more pairs than one could solve.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import block_array, csr_array, eye_array

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_STEPS = 2_000_000
# An exact answer for more pairs than these takes memory and time that nobody has; the greedy one takes seconds.
MOST_EXACT = 2_000_000
_OPTIMAL = 0
# More than any score: a node short of its fair share is served first.
SHORTFALL = 1.0
# Less than any difference that matters: of equal pairs, the one whose ends come first is taken.
TIE = 1e-5
CHANCE = 0.1
MANY_PAIRS = 10_000
# How far one profile may be shown more, or less, often than the average of its side.
MOST_SHOWN, LEAST_SHOWN = 1.1, 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One pair that could meet, and what it is worth."""

    one: str
    other: str
    score: float


def b_matching(
    ends: Integers, values: Floats, capacity: Integers, fair_share: Integers | None = None
) -> NDArray[np.bool_]:
    """The edges of largest total value such that no node exceeds its capacity.

    `ends` is edges by 2 node numbers, `capacity` one whole number per node. Edges of value 0 or less are left out.
    A node that gets fewer edges than its `fair_share` costs `SHORTFALL` for each one missing. Raises ValueError for a
    negative capacity.
    """
    if len(capacity) and capacity.min() < 0:
        raise ValueError("a capacity must not be negative")
    chosen = np.zeros(len(ends), dtype=bool)
    useful = np.flatnonzero((values > 0) & (capacity[ends].min(axis=1) > 0)) if len(ends) else np.zeros(0, dtype=int)
    if not len(useful):
        return chosen
    share = np.zeros_like(capacity) if fair_share is None else np.minimum(fair_share, capacity)
    picked = _exact(ends[useful], values[useful], capacity, share) if len(useful) <= MOST_EXACT else None
    chosen[useful] = picked if picked is not None else greedy(ends[useful], values[useful], capacity)
    return chosen


def _exact(ends: Integers, values: Floats, capacity: Integers, share: Integers) -> NDArray[np.bool_] | None:
    """The best edges, None when the solver gives up; the share counts on graphs with two sides only."""
    count, nodes = len(ends), len(capacity)
    incidence = csr_array((np.ones(2 * count), (ends.T.ravel(), np.tile(np.arange(count), 2))), shape=(nodes, count))
    if not _has_two_sides(ends, nodes):
        limits = LinearConstraint(incidence, ub=capacity)
        found = milp(
            -values, integrality=np.ones(count), bounds=Bounds(0, 1), constraints=limits, options={"node_limit": 10_000}
        )
        return np.asarray(np.round(found.x) > 0) if found.status == _OPTIMAL else None
    short = np.flatnonzero(share > 0)
    shortfall = csr_array((np.ones(len(short)), (np.arange(len(short)), short)), shape=(len(short), nodes))
    lacking = csr_array(shortfall @ incidence)
    table = block_array([[incidence, None], [-lacking, -eye_array(len(short))]]) if len(short) else incidence
    found = linprog(
        np.r_[-values, np.full(len(short), SHORTFALL)],
        A_ub=table,
        b_ub=np.r_[capacity, -share[short]],
        bounds=[(0, 1)] * count + [(0, None)] * len(short),
        method="highs-ds",
        options={"maxiter": MOST_STEPS},
    )
    return np.asarray(np.round(found.x[:count]) > 0) if found.status == _OPTIMAL else None


def _has_two_sides(ends: Integers, nodes: int) -> bool:
    """Whether the graph can be coloured in two colours."""
    neighbours: dict[int, list[int]] = {}
    for one, other in ends.tolist():
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    colour = [0] * nodes
    for start in neighbours:
        if colour[start]:
            continue
        colour[start] = 1
        waiting = [start]
        while waiting:
            node = waiting.pop()
            for neighbour in neighbours[node]:
                if colour[neighbour] == colour[node]:
                    return False
                if not colour[neighbour]:
                    colour[neighbour] = -colour[node]
                    waiting.append(neighbour)
    return True


def greedy(ends: Integers, values: Floats, capacity: Integers) -> NDArray[np.bool_]:
    """Best edge first, while both ends have room; equal values in the order given."""
    room = capacity.copy()
    chosen = np.zeros(len(ends), dtype=bool)
    for edge in np.argsort(-values, kind="stable"):
        one, other = ends[edge]
        if room[one] > 0 and room[other] > 0:
            room[one] -= 1
            room[other] -= 1
            chosen[edge] = True
    return chosen


def plan(edges: Sequence[Edge], capacities: Mapping[str, int], *, default_capacity: int = 0) -> list[Edge]:
    """The meetings of largest total score under everyone's capacity, best first.

    An edge given in both directions counts once, with the product of its two scores: if each is a side's chance of a
    yes, the total is the expected number of meetings both want. Scores on an open scale
    (any below zero) are lifted so that the worst is worth nothing. Nodes absent from `capacities` get the default.
    """
    merged = _merged(edges)
    names = sorted({name for pair in merged for name in pair})
    number = {name: place for place, name in enumerate(names)}
    pairs = sorted(merged)
    ends = np.array([[number[one], number[other]] for one, other in pairs], dtype=np.int64).reshape(-1, 2)
    scores = np.array([merged[pair][1] for pair in pairs])
    values = scores - scores.min() if len(scores) and scores.min() < 0 else scores
    room = np.array([capacities.get(name, default_capacity) for name in names], dtype=np.int64)
    chosen = np.flatnonzero(b_matching(ends, values, room))
    found = [Edge(one=merged[pairs[n]][0][0], other=merged[pairs[n]][0][1], score=float(scores[n])) for n in chosen]
    return sorted(found, key=lambda edge: (-edge.score, edge.one, edge.other))


def _merged(edges: Sequence[Edge]) -> dict[tuple[str, str], tuple[tuple[str, str], float]]:
    """Undirected pairs with the ends as first given; two directions are joined by their product."""
    directed: dict[tuple[str, str], float] = {}
    for edge in edges:
        if edge.one != edge.other:
            directed[(edge.one, edge.other)] = edge.score
    merged: dict[tuple[str, str], tuple[tuple[str, str], float]] = {}
    for (one, other), score in directed.items():
        key = (one, other) if one < other else (other, one)
        back = directed.get((other, one))
        worth = score if back is None else score * back if score > 0 and back > 0 else min(score, back)
        merged.setdefault(key, ((one, other), worth))
    return merged


@dataclass(frozen=True, slots=True)
class Lists:
    """Shown partners per exhibitor and per buyer, best first, as numbers; `mutual` marks the pairs both sides see."""

    exhibitors: list[list[int]]
    buyers: list[list[int]]
    mutual: set[tuple[int, int]]


def capped_lists(
    *, exhibitor: Integers, buyer: Integers, score: Floats, sizes: tuple[int, int], capacity: int, depth: int
) -> Lists:
    """Lists of at most `capacity` partners in which attention is shared out.

    First both sides see the b-matching over the union of both sides' `depth` best pairs. Places left over are filled
    from each one's own best; nobody is shown much more, or much less, often than the average of their side.
    """
    considered = within_depth(exhibitor, buyer, score, depth)
    rows, columns = exhibitor[considered], buyer[considered]
    exhibitors, buyers = sizes
    values = score[considered] + _tie_breaks(rows, columns, sizes)
    most, least = _limits(sizes, capacity)
    ends = np.column_stack([rows, columns + exhibitors])
    sides = np.repeat([0, 1], [exhibitors, buyers])
    chosen = b_matching(ends, values, np.minimum(capacity, most)[sides], np.minimum(capacity, least)[sides])
    pairs = set(zip(rows[chosen].tolist(), columns[chosen].tolist(), strict=True))
    return Lists(
        exhibitors=_filled(
            viewer=exhibitor,
            shown=buyer,
            score=score,
            mutual=pairs,
            viewers=exhibitors,
            capacity=capacity,
            limit=int(most[1]),
        ),
        buyers=_filled(
            viewer=buyer,
            shown=exhibitor,
            score=score,
            mutual={(b, e) for e, b in pairs},
            viewers=buyers,
            capacity=capacity,
            limit=int(most[0]),
        ),
        mutual=pairs,
    )


def _tie_breaks(rows: Integers, columns: Integers, sizes: tuple[int, int]) -> Floats:
    """A little for each pair, the more the earlier its ends stand.

    Equal scores by the hundred thousand would keep the solver busy for minutes, for it tries them all. A little chance,
    the same every time, tells them apart.
    """
    order = rows / max(1, sizes[0]) + columns / max(1, sizes[1])
    chance = np.random.default_rng(len(rows)).random(len(rows)) if len(rows) > MANY_PAIRS else 0.0
    return np.asarray(TIE * (2 - order + CHANCE * chance))


def _limits(sizes: tuple[int, int], capacity: int) -> tuple[Integers, Integers]:
    """How often at most, and at least, one exhibitor and one buyer should be shown, around their side's average."""
    average = np.array([min(capacity, own) * other / own if own else 0.0 for own, other in (sizes, sizes[::-1])])
    most = np.maximum(1, np.ceil(MOST_SHOWN * average)).astype(np.int64)
    return most, np.maximum(1, np.floor(LEAST_SHOWN * average)).astype(np.int64)


def within_depth(exhibitor: Integers, buyer: Integers, score: Floats, depth: int) -> Integers:
    """The places of the pairs that are among the `depth` best of either end."""
    kept = np.zeros(len(score), dtype=bool)
    for side, other in ((exhibitor, buyer), (buyer, exhibitor)):
        order = np.lexsort((other, -score, side))
        rank = np.arange(len(order)) - np.searchsorted(side[order], side[order])
        kept[order[rank < depth]] = True
    return np.flatnonzero(kept)


def _filled(
    *,
    viewer: Integers,
    shown: Integers,
    score: Floats,
    mutual: set[tuple[int, int]],
    viewers: int,
    capacity: int,
    limit: int,
) -> list[list[int]]:
    """Each viewer's list: its mutual pairs, then its best others while they may still be shown."""
    lists: list[list[tuple[float, int]]] = [[] for _ in range(viewers)]
    times: dict[int, int] = {}
    order = np.lexsort((shown, viewer, -score))
    pairs = list(zip(viewer[order].tolist(), shown[order].tolist(), score[order].tolist(), strict=True))
    taken = set(mutual)
    for one, other, value in pairs:
        if (one, other) in mutual:
            lists[one].append((-value, other))
            times[other] = times.get(other, 0) + 1
    # First within the limit; who still has room after that sees its best whatever the load, rather than nobody.
    for allowed in (limit, len(pairs)):
        for one, other, value in pairs:
            if len(lists[one]) < capacity and (one, other) not in taken and times.get(other, 0) < allowed:
                lists[one].append((-value, other))
                times[other] = times.get(other, 0) + 1
                taken.add((one, other))
    return [[other for _, other in sorted(found)] for found in lists]


def reciprocal_scores(ends: Sequence[tuple[str, str]], scores: Sequence[float]) -> list[float]:
    """The harmonic mean of each directed pair's score with the one the other way round.

    A direction nobody gave is unknown and counts as the median of all scores.
    """
    back = dict(zip(ends, scores, strict=True))
    median = float(np.median(scores)) if len(scores) else 0.0
    found = []
    for (one, other), score in zip(ends, scores, strict=True):
        answer = back.get((other, one), median)
        found.append(2 * score * answer / (score + answer) if score + answer > 0 else 0.0)
    return found
