"""A bridge between Vietnamese and English, learned from things named in both languages.

The model is IBM model 1 (Brown et al., "The mathematics of statistical machine translation", Computational
Linguistics 19, 1993): expectation maximisation over parallel labels. Its source units are phrases of one to three
syllables, because a Vietnamese word is written as several, and its targets are English stems.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from sklearn.base import BaseEstimator, TransformerMixin

from matchmaker.domain.matching.profiles import LabelPair, Language
from matchmaker.domain.matching.sparse import count_rows, unit_rows
from matchmaker.domain.matching.text import NormalText, Text, normalise
from matchmaker.domain.matching.words import fold

LONGEST_UNIT = 3


def units(text: NormalText) -> Iterator[str]:
    """The phrases of one to three syllables that neither start nor end in a stop word."""
    words = text.syllables
    for start, first in enumerate(words):
        if first is None:
            continue
        yield first
        for length in range(2, LONGEST_UNIT + 1):
            phrase = words[start : start + length]
            if len(phrase) == length and phrase[-1] is not None:
                yield " ".join(word or "_" for word in phrase)


class TranslationTable:
    """p(English stem | Vietnamese unit) as a weighted sparse matrix, learned from counted pairs."""

    def __init__(self, *, rounds: int, least: float, most: int, phrase_bonus: float) -> None:
        self.rounds = rounds
        self.least = least
        self.most = most
        self.phrase_bonus = phrase_bonus

    def fit(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[int]], width: int) -> Self:
        """Learn from parallel lists of units and stem numbers below `width`; empty lists teach nothing."""
        names = sorted({unit for source in sources for unit in source})
        self.vocabulary_ = {name: number for number, name in enumerate(names)}
        frequency = Counter(unit for source in sources for unit in set(source))
        numbered = [[self.vocabulary_[unit] for unit in source] for source in sources]
        unit, stem, chance = self._expectation_maximisation(numbered, targets, width)
        rarity = np.log((1 + len(sources)) / (1 + np.array([frequency[name] for name in names], dtype=float)))
        length = np.array([name.count(" ") for name in names], dtype=float)
        self.unit_weight_ = (rarity + 1) * (1 + self.phrase_bonus * length)
        self.chances_ = csr_array((chance, (unit, stem)), shape=(len(names), width))
        return self

    def _expectation_maximisation(
        self, sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]], width: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """The kept (unit, stem, probability) triples after `rounds` rounds."""
        sizes = np.array([len(s) * len(t) for s, t in zip(sources, targets, strict=True)], dtype=np.int64)
        if not sizes.sum():
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing, np.zeros(0)
        unit = np.concatenate([np.repeat(s, len(t)) for s, t in zip(sources, targets, strict=True)]).astype(np.int64)
        stem = np.concatenate([np.tile(t, len(s)) for s, t in zip(sources, targets, strict=True)]).astype(np.int64)
        label = np.repeat(np.arange(len(sizes)), sizes)
        link, at = np.unique(unit * width + stem, return_inverse=True)
        _, place = np.unique(label * width + stem, return_inverse=True)
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
        """The stems each list of units means, weighted; a row per list, unknown units silent."""
        known = [[self.vocabulary_[unit] for unit in source if unit in self.vocabulary_] for source in sources]
        present = count_rows(known, len(self.vocabulary_))
        present.data = self.unit_weight_[present.indices] * np.minimum(present.data, 2.0)
        return csr_array(present @ self.chances_)

    def meanings(self, unit: str) -> list[tuple[int, float]]:
        """The stems one unit speaks for, with its weight for each; none when it is unknown."""
        row = self.vocabulary_.get(unit)
        if row is None:
            return []
        start, end = self.chances_.indptr[row], self.chances_.indptr[row + 1]
        weights = (self.chances_.data[start:end] * self.unit_weight_[row]).tolist()
        return list(zip(self.chances_.indices[start:end].tolist(), weights, strict=True))


class BilingualLexicon(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no type hints.
    """Put Vietnamese and English texts into one space of English concepts.

    `fit` takes `LabelPair` objects; `transform` takes `NormalText` objects and gives one L2-normalised row per text
    over `concepts_`. A second table learned on accent-free text serves texts typed without accents.
    """

    def __init__(self, *, rounds: int = 3, least: float = 0.03, most: int = 10, phrase_bonus: float = 0.35) -> None:
        self.rounds = rounds
        self.least = least
        self.most = most
        self.phrase_bonus = phrase_bonus

    def fit(self, pairs: Iterable[LabelPair], _target: object = None) -> Self:
        """Learn from the pairs; the same pair given twice counts once, their order does not matter."""
        known = sorted({(pair.vi, pair.en) for pair in pairs})
        vi = [normalise(Text(value=pair[0], lang=Language.VI)) for pair in known]
        en = [normalise(Text(value=pair[1], lang=Language.EN)) for pair in known]
        self.concepts_ = sorted({token for text in en for token in text.tokens})
        self.concept_number_ = {name: number for number, name in enumerate(self.concepts_)}
        frequency = Counter(token for text in en for token in set(text.tokens))
        counts = np.array([frequency[name] for name in self.concepts_], dtype=float)
        self.concept_weight_ = np.log((1 + len(known)) / (1 + counts)) + 1
        targets = [sorted({self.concept_number_[token] for token in text.tokens}) for text in en]
        sources = [sorted(set(units(text))) for text in vi]
        self.accented_ = self._table().fit(sources, targets, len(self.concepts_))
        folded = [sorted({fold(unit) for unit in source}) for source in sources]
        self.folded_ = self._table().fit(folded, targets, len(self.concepts_))
        return self

    def transform(self, texts: Sequence[NormalText]) -> csr_array:
        """One row of concept weights per text; a text with no known word gives an empty row."""
        english = [number for number, text in enumerate(texts) if text.lang == Language.EN]
        accented = [number for number, text in enumerate(texts) if text.lang == Language.VI and text.accented]
        bare = [number for number, text in enumerate(texts) if text.lang == Language.VI and not text.accented]
        parts = [
            self._english([texts[n] for n in english]),
            self.accented_.transform(list(units(texts[n])) for n in accented),
            self.folded_.transform(list(units(texts[n])) for n in bare),
        ]
        for part in parts[1:]:
            part.data *= self.concept_weight_[part.indices]
        order = np.argsort(np.array([*english, *accented, *bare], dtype=np.int64))
        return unit_rows(csr_array(vstack(parts, format="csr")[order]))

    def _table(self) -> TranslationTable:
        return TranslationTable(rounds=self.rounds, least=self.least, most=self.most, phrase_bonus=self.phrase_bonus)

    def _english(self, texts: Sequence[NormalText]) -> csr_array:
        numbers = self.concept_number_
        counts = count_rows(
            [[numbers[token] for token in text.tokens if token in numbers] for text in texts], len(numbers)
        )
        counts.data = (1 + np.log(counts.data)) * self.concept_weight_[counts.indices]
        return counts

    def links(self, text: NormalText) -> dict[int, str]:
        """For every concept a Vietnamese text is about, the words in it that speak most for that concept."""
        table = self.accented_ if text.accented else self.folded_
        best: dict[int, tuple[float, str]] = {}
        for unit in units(text):
            for concept, weight in table.meanings(unit):
                if weight > best.get(concept, (0.0, ""))[0]:
                    best[concept] = (weight, unit.replace("_", "…"))
        return {concept: name for concept, (_, name) in best.items()}
