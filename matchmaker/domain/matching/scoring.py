"""From features to scores: one direction, both directions together, and what each factor contributed.

A direction score is a logistic of a weighted sum. Its contributions share out the rise of the curve above its start
in proportion to the terms (the Aumann-Shapley value of a function of a sum), so they add up exactly. The reciprocal
score is the harmonic mean (RECON; Pizzato et al., RecSys 2010); being homogeneous of degree one, it splits exactly
into a part for each direction (Euler's theorem).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from matchmaker.domain.matching.directions import Direction
from matchmaker.domain.matching.factors import FACTORS, TEXT_FACTORS, Floats, Weights
from matchmaker.domain.matching.retrieval import Integers

BASE = "base"
OTHER_GOAL = "other_goal"
UNKNOWN_WISH = "unknown_wish"
CONTRIBUTIONS = (*(factor.value for factor in FACTORS), OTHER_GOAL, UNKNOWN_WISH, BASE)
_STEEPEST = 1e-9


def direction_scores(sums: Floats, weights: Weights) -> Floats:
    """Weighted sums as scores in (0, 1)."""
    return np.asarray(expit((sums - weights.centre) / weights.spread))


def reciprocal(first: Floats, second: Floats) -> Floats:
    """The harmonic mean of two scores: high only if both are."""
    return np.asarray(2 * first * second / np.maximum(first + second, np.finfo(float).tiny))


def direction_contributions(terms: Floats, weights: Weights) -> Floats:
    """What each term adds to the direction score, with the curve's start as one more column; rows sum to the score.

    `terms` is pairs by terms, already weighted.
    """
    total = terms.sum(axis=1)
    start, end = -weights.centre / weights.spread, (total - weights.centre) / weights.spread
    rise = end - start
    flat = np.abs(rise) < _STEEPEST
    slope = expit(start) * (1 - expit(start))
    gain = np.where(flat, slope, (expit(end) - expit(start)) / np.where(flat, 1.0, rise))
    parts = terms / weights.spread * gain[:, None]
    return np.column_stack([parts, expit(end) - parts.sum(axis=1)])


def reciprocal_contributions(
    first: Floats, second: Floats, first_parts: Floats, second_parts: Floats
) -> tuple[Floats, Floats]:
    """Both directions' contributions scaled so that together they sum to the reciprocal score."""
    total = np.maximum(first + second, np.finfo(float).tiny)
    return first_parts * (2 * (second / total) ** 2)[:, None], second_parts * (2 * (first / total) ** 2)[:, None]


@dataclass(frozen=True, slots=True)
class DirectionTable:
    """One direction's figures for chosen pairs: rows as given, `terms` weighted, in the order of CONTRIBUTIONS[:-1]."""

    features: Floats
    terms: Floats
    goal: NDArray[np.int8]
    heard: NDArray[np.bool_]
    asker_heard: NDArray[np.bool_]

    @property
    def sums(self) -> Floats:
        """The weighted sum of every pair."""
        return np.asarray(self.terms.sum(axis=1))


def top_candidates(
    direction: Direction, weights: Weights, blocked: NDArray[np.bool_], k: int
) -> tuple[Integers, Integers]:
    """The k best unblocked candidates of every asker, as (asker, candidate) numbers; exact, block by block.

    Ties go to the lower candidate number.
    """
    askers_found, candidates_found = [], []
    vector = weights.vector()
    for askers in direction.chunks():
        sums = direction.block(askers, vector).sums(vector)
        sums = np.where(blocked[askers], -np.inf, sums)
        depth = min(k, sums.shape[1])
        if depth < sums.shape[1]:
            least = np.partition(sums, -depth, axis=1)[:, -depth]
            lines, columns = np.nonzero((sums >= least[:, None]) & np.isfinite(sums))
        else:
            lines, columns = np.nonzero(np.isfinite(sums))
        order = np.lexsort((columns, -sums[lines, columns], lines))
        lines, columns = lines[order], columns[order]
        rank = np.arange(len(lines)) - np.searchsorted(lines, lines)
        askers_found.append(askers[lines[rank < depth]])
        candidates_found.append(columns[rank < depth])
    if not askers_found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate(askers_found), np.concatenate(candidates_found)


def score_pairs(direction: Direction, weights: Weights, askers: Integers, candidates: Integers) -> DirectionTable:
    """The exact figures of the given pairs."""
    vector = weights.vector()
    count = len(askers)
    features, other = np.zeros((count, len(FACTORS))), np.zeros(count)
    goal, heard = np.zeros(count, dtype=np.int8), np.zeros(count, dtype=bool)
    order = np.argsort(askers, kind="stable")
    ordered = askers[order]
    for chunk in direction.chunks():
        first, last = np.searchsorted(ordered, [chunk[0], chunk[-1] + 1])
        if first == last:
            continue
        pairs = order[first:last]
        present, line = np.unique(askers[pairs], return_inverse=True)
        block = direction.block(present, vector)
        column = candidates[pairs]
        features[pairs] = block.features[:, line, column].T
        other[pairs] = block.other[line, column]
        goal[pairs], heard[pairs] = block.goal[line, column], block.heard[line, column]
    terms = np.column_stack([features * vector, other, np.zeros(count)])
    return DirectionTable(features=features, terms=terms, goal=goal, heard=heard, asker_heard=direction.spoken[askers])


def fill_unknown(table: DirectionTable, median: float) -> None:
    """Give pairs whose asker says nothing the population's median text worth, as a term of its own."""
    table.terms[~table.asker_heard, -1] = median


def median_text(table: DirectionTable) -> float:
    """The median worth of the texts over pairs whose asker speaks; 0 when nobody does."""
    if not table.asker_heard.any():
        return 0.0
    return float(np.median(table.terms[table.asker_heard][:, : len(TEXT_FACTORS)].sum(axis=1)))
