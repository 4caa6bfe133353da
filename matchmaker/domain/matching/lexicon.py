"""A bridge between Vietnamese and English, learned from things named in both languages.

Its Vietnamese units are phrases of one to three syllables, because a Vietnamese word is written as several; its English
units are stems and their families. Each language is also said in the other one's words, so that two texts meet in
either language.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Self

import numpy as np
from scipy.sparse import csr_array, hstack, vstack
from sklearn.base import BaseEstimator, TransformerMixin

from matchmaker.domain.matching.families import WordFamilies
from matchmaker.domain.matching.profiles import LabelPair, Language
from matchmaker.domain.matching.sparse import count_rows, largest_entries, unit_rows
from matchmaker.domain.matching.text import NormalText, Text, normalise
from matchmaker.domain.matching.translation import TranslationTable, rarities
from matchmaker.domain.matching.words import fold

LONGEST_UNIT = 3
# Translating into Vietnamese, a phrase must be short and stand in more than one label to be worth a column.
LONGEST_TARGET = 2
LEAST_SEEN = 2


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


class VietnameseSpace:
    """English and Vietnamese texts as Vietnamese units, written with accents or, by `spell`, without."""

    def __init__(self, spell: Callable[[str], str], table: TranslationTable) -> None:
        self.spell = spell
        self.table = table

    def fit(self, vietnamese: Sequence[Sequence[str]], english: Sequence[Sequence[str]]) -> Self:
        """Learn from parallel lists of Vietnamese units and English stems."""
        said = [sorted({self.spell(unit) for unit in units_ if _is_target(unit)}) for units_ in vietnamese]
        frequency = Counter(unit for units_ in said for unit in units_)
        self.units_ = sorted(unit for unit, count in frequency.items() if count >= LEAST_SEEN)
        self.number_ = {unit: number for number, unit in enumerate(self.units_)}
        self.weight_ = rarities(self.units_, frequency, len(said), self.table.phrase_bonus)
        targets = [[self.number_[unit] for unit in units_ if unit in self.number_] for units_ in said]
        self.table.fit(english, targets, len(self.units_))
        return self

    def english(self, texts: Iterable[Sequence[str]]) -> csr_array:
        """A row of unit weights for each list of English stems."""
        found = self.table.transform(texts)
        found.data *= self.weight_[found.indices]
        return found

    def vietnamese(self, texts: Iterable[Sequence[str]]) -> csr_array:
        """A row of unit weights for each list of Vietnamese units."""
        spelled = [[self.spell(unit) for unit in text] for text in texts]
        counts = count_rows(
            [[self.number_[unit] for unit in text if unit in self.number_] for text in spelled], len(self.units_)
        )
        counts.data = (1 + np.log(counts.data)) * self.weight_[counts.indices]
        return counts


class BilingualLexicon(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no type hints.
    """Put Vietnamese and English texts into one space: English concepts, and Vietnamese units with and without accents.

    `fit` takes `LabelPair` objects; `transform` takes `NormalText` objects and gives one row of length at most 1 per
    text, over `concepts_` and then the units of both spellings. `shares` are the parts of the squared length that the
    two Vietnamese spellings get. A second table learned on accent-free text serves texts typed without accents.
    """

    def __init__(
        self,
        *,
        rounds: int = 2,
        least: float = 0.01,
        most: int = 20,
        flatness: float = 0.7,
        phrase_bonus: float = 0.35,
        shares: tuple[float, float] = (0.3, 0.2),
        widest: int = 20,
    ) -> None:
        self.rounds = rounds
        self.least = least
        self.most = most
        self.flatness = flatness
        self.phrase_bonus = phrase_bonus
        self.shares = shares
        self.widest = widest

    def fit(self, pairs: Iterable[LabelPair], _target: object = None) -> Self:
        """Learn from the pairs; the same pair given twice counts once, their order does not matter."""
        known = sorted({(pair.vi, pair.en) for pair in pairs})
        vi = [normalise(Text(value=pair[0], lang=Language.VI)) for pair in known]
        en = [normalise(Text(value=pair[1], lang=Language.EN)) for pair in known]
        self.families_ = WordFamilies(text.tokens for text in en)
        english = [sorted(set(self._kin(text))) for text in en]
        self.concepts_ = sorted({token for tokens in english for token in tokens})
        self.concept_number_ = {name: number for number, name in enumerate(self.concepts_)}
        frequency = Counter(token for tokens in english for token in tokens)
        self.concept_weight_ = rarities(self.concepts_, frequency, len(known), 0.0)
        targets = [[self.concept_number_[token] for token in tokens] for tokens in english]
        sources = [sorted(set(units(text))) for text in vi]
        self.accented_ = self._table().fit(sources, targets, len(self.concepts_))
        folded = [sorted({fold(unit) for unit in source}) for source in sources]
        self.folded_ = self._table().fit(folded, targets, len(self.concepts_))
        self.spaces_ = [VietnameseSpace(spell, self._table()).fit(sources, english) for spell in (str, fold)]
        return self

    def transform(self, texts: Sequence[NormalText]) -> csr_array:
        """One row per text; a text with no known word gives an empty row."""
        english = [number for number, text in enumerate(texts) if text.lang == Language.EN]
        accented = [number for number, text in enumerate(texts) if text.lang == Language.VI and text.accented]
        bare = [number for number, text in enumerate(texts) if text.lang == Language.VI and not text.accented]
        stems = [self._kin(texts[n]) for n in english]
        phrases = [list(units(texts[n])) for n in (*accented, *bare)]
        parts = [
            self._english(stems),
            self.accented_.transform(phrases[: len(accented)]),
            self.folded_.transform(phrases[len(accented) :]),
        ]
        for part in parts[1:]:
            part.data *= self.concept_weight_[part.indices]
        spaces = [vstack(parts, format="csr")]
        spaces += [vstack([space.english(stems), space.vietnamese(phrases)], format="csr") for space in self.spaces_]
        shares = (1 - sum(self.shares), *self.shares)
        kept = [largest_entries(csr_array(space), self.widest) for space in spaces]
        scaled = [unit_rows(space) * np.sqrt(share) for space, share in zip(kept, shares, strict=True)]
        order = np.argsort(np.array([*english, *accented, *bare], dtype=np.int64))
        return csr_array(csr_array(hstack(scaled, format="csr"))[order])

    def _table(self) -> TranslationTable:
        return TranslationTable(
            rounds=self.rounds,
            least=self.least,
            most=self.most,
            flatness=self.flatness,
            phrase_bonus=self.phrase_bonus,
        )

    def _kin(self, text: NormalText) -> list[str]:
        return [name for token in text.tokens for name in self.families_.kin(token)]

    def _english(self, texts: Sequence[Sequence[str]]) -> csr_array:
        numbers = self.concept_number_
        counts = count_rows([[numbers[token] for token in text if token in numbers] for text in texts], len(numbers))
        counts.data = (1 + np.log(counts.data)) * self.concept_weight_[counts.indices]
        return counts

    def name(self, column: int) -> str:
        """The concept or Vietnamese unit behind a column."""
        for names in (self.concepts_, *(space.units_ for space in self.spaces_)):
            if column < len(names):
                return names[column]
            column -= len(names)
        raise IndexError(column)

    def links(self, text: NormalText) -> dict[int, str]:
        """For every column a text is about, the words in it that speak most for it: stems, or Vietnamese units."""
        best: dict[int, tuple[float, str]] = {}
        for word, column, weight in self._spoken(text):
            if weight > best.get(column, (0.0, ""))[0]:
                best[column] = (weight, word)
        return {column: word for column, (_, word) in best.items()}

    def _spoken(self, text: NormalText) -> Iterator[tuple[str, int, float]]:
        """Each word of a text with the columns it speaks for and how much."""
        is_english = text.lang == Language.EN
        table = self.accented_ if text.accented else self.folded_
        for word, names in self._words(text):
            for name in names:
                own = [(self.concept_number_[name], np.inf)] if is_english and name in self.concept_number_ else []
                yield from ((word, column, weight) for column, weight in (own if is_english else table.meanings(name)))
                start = len(self.concepts_)
                for space in self.spaces_:
                    spelled = space.spell(name)
                    own = [(space.number_[spelled], np.inf)] if spelled in space.number_ else []
                    meanings = space.table.meanings(name) if is_english else own
                    yield from ((word, start + column, weight) for column, weight in meanings)
                    start += len(space.units_)

    def _words(self, text: NormalText) -> Iterator[tuple[str, Sequence[str]]]:
        """Each word as it is shown, with the names it goes by in the tables."""
        if text.lang == Language.EN:
            yield from ((token, self.families_.kin(token)) for token in text.tokens)
        else:
            yield from ((unit.replace("_", "…"), [unit]) for unit in units(text))


def _is_target(unit: str) -> bool:
    return unit.count(" ") < LONGEST_TARGET
