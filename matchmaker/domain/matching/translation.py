"""Learning from parallel labels what the words of one language mean in the other.

The model is IBM model 1 (Brown et al., "The mathematics of statistical machine translation", Computational
Linguistics 19, 1993): expectation maximisation over parallel labels.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matchmaker.domain.matching.sparse import count_rows


def rarities(
    names: Sequence[str], frequency: Mapping[str, int], total: int, phrase_bonus: float
) -> NDArray[np.float64]:
    """What each unit is worth: more when few of the `total` labels use it, and more for every syllable beyond one."""
    counts = np.array([frequency[name] for name in names], dtype=float)
    length = np.array([name.count(" ") for name in names], dtype=float)
    return np.asarray((np.log((1 + total) / (1 + counts)) + 1) * (1 + phrase_bonus * length))


class TranslationTable:
    """What a unit of one language means in the other, as a weighted sparse matrix learned from counted pairs.

    Few rounds, many meanings kept and `flatness` below 1 leave a unit undecided where the labels do: a wrong first
    meaning costs a match, a right fourth one saves it.
    """

    def __init__(self, *, rounds: int, least: float, most: int, flatness: float, phrase_bonus: float) -> None:
        self.rounds = rounds
        self.least = least
        self.most = most
        self.flatness = flatness
        self.phrase_bonus = phrase_bonus

    def fit(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[int]], width: int) -> Self:
        """Learn from parallel lists of units and target numbers below `width`; empty lists teach nothing."""
        names = sorted({unit for source in sources for unit in source})
        self.vocabulary_ = {name: number for number, name in enumerate(names)}
        frequency = Counter(unit for source in sources for unit in set(source))
        numbered = [[self.vocabulary_[unit] for unit in source] for source in sources]
        unit, target, chance = self._expectation_maximisation(numbered, targets, width)
        self.unit_weight_ = rarities(names, frequency, len(sources), self.phrase_bonus)
        self.chances_ = csr_array((chance**self.flatness, (unit, target)), shape=(len(names), width))
        return self

    def _expectation_maximisation(
        self, sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]], width: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """The kept (unit, target, probability) triples after `rounds` rounds."""
        sizes = np.array([len(s) * len(t) for s, t in zip(sources, targets, strict=True)], dtype=np.int64)
        if not sizes.sum():
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing, np.zeros(0)
        unit = np.concatenate([np.repeat(s, len(t)) for s, t in zip(sources, targets, strict=True)]).astype(np.int64)
        target = np.concatenate([np.tile(t, len(s)) for s, t in zip(sources, targets, strict=True)]).astype(np.int64)
        label = np.repeat(np.arange(len(sizes)), sizes)
        link, at = np.unique(unit * width + target, return_inverse=True)
        _, place = np.unique(label * width + target, return_inverse=True)
        link_unit = link // width
        chance = np.ones(len(link))
        for _ in range(self.rounds):
            share = chance[at] / np.bincount(place, weights=chance[at])[place]
            counts = np.bincount(at, weights=share)
            chance = counts / np.bincount(link_unit, weights=counts)[link_unit]
        order = np.lexsort((link % width, -chance, link_unit))
        rank = np.arange(len(order)) - np.searchsorted(link_unit[order], link_unit[order])
        kept = order[(rank < self.most) & (chance[order] >= self.least)]
        return link_unit[kept], link[kept] % width, chance[kept]

    def transform(self, sources: Iterable[Iterable[str]]) -> csr_array:
        """What each list of units means, weighted; a row per list, unknown units silent."""
        known = [[self.vocabulary_[unit] for unit in source if unit in self.vocabulary_] for source in sources]
        present = count_rows(known, len(self.vocabulary_))
        present.data = self.unit_weight_[present.indices] * np.minimum(present.data, 2.0)
        return csr_array(present @ self.chances_)

    def meanings(self, unit: str) -> list[tuple[int, float]]:
        """The targets one unit speaks for, with its weight for each; none when it is unknown."""
        row = self.vocabulary_.get(unit)
        if row is None:
            return []
        start, end = self.chances_.indptr[row], self.chances_.indptr[row + 1]
        weights = (self.chances_.data[start:end] * self.unit_weight_[row]).tolist()
        return list(zip(self.chances_.indices[start:end].tolist(), weights, strict=True))
