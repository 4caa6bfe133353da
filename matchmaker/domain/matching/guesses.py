"""Categories that a text may belong to, found by the words of the tree's own labels; for a person to confirm.

It runs while someone types, so it uses no library: each label of a category (its names and synonyms in both languages)
is compared with the text by the share of its words that the text has, rare words counting for more. Trade terms of the
vocabulary carry a text over to the other language, and vote for the sector they belong to.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matchmaker.domain.matching.labels import SectorTerm
from matchmaker.domain.matching.languages import is_accented
from matchmaker.domain.matching.profiles import Category
from matchmaker.domain.matching.stopwords import STOP_WORDS
from matchmaker.domain.matching.words import fold, stem, unify

GUESSES = 3
# "Gạo, ngũ cốc và sản phẩm từ bột" names three things, each of which may be offered alone.
_AND = re.compile(r",\s*|\s+(?:và|and)\s+")
_TOKEN = re.compile(r"[^\W_]+")
_MOST_TOKENS = 120
_LONGEST_TERM = 6
# What is typed counts whole; its translation and words that agree only without their accents count for part.
_TRANSLATED, _UNACCENTED = 0.7, 0.55
_NEIGHBOURS, _NAME, _SECTOR, _OTHERS = 0.5, 1.15, 0.25, 0.25
# A whole sector says little of a thing; and what comes after the first comma tells of the thing, not what it is.
_WHOLE_SECTOR, _DETAIL = 0.5, 0.6
_DETAIL_STARTS = re.compile(r"[,;:(\n]|\s[-–]\s")
_LEAST = 0.28


@dataclass(frozen=True, slots=True)
class Guess:
    """A category with how well the text fits it, 0 to about 1."""

    code: str
    score: float


@dataclass(frozen=True, slots=True)
class _Label:
    """What a category is called, with what comparing a text with it needs: it is compared with all that is typed."""

    category: str
    words: tuple[str, ...]
    plain: tuple[str, ...]
    weights: tuple[float, ...]
    worth: float


class CategoryGuesser:
    """Ready to guess once made; the same text always gives the same guesses."""

    def __init__(self, categories: Sequence[Category], vocabulary: Iterable[SectorTerm]) -> None:
        terms = list(vocabulary)
        self._parents = {category.code: category.parent for category in categories}
        self._counts: Counter[str] = Counter()
        called = [
            (category.code, words, worth)
            for category in categories
            for text, worth in _texts(category)
            if (words := tuple(_words(text)))
        ]
        self._terms: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for term in terms:
            self._learn(term)
        for known in (*(words for _, words, _ in called), *self._terms):
            self._counts.update(set(known))
        self._total = len(called) + len(self._terms)
        self._labels = [self._label(*one) for one in called]
        self._holding: dict[str, list[int]] = defaultdict(list)
        for number, label in enumerate(self._labels):
            for word in {*label.words, *label.plain}:
                self._holding[word].append(number)
        self._plain = {key: value for key, value in self._folded_terms().items() if key not in self._terms}

    def guess(self, *texts: str, among: Collection[str] | None = None) -> list[Guess]:
        """The three categories that fit best, best first; fewer, or none, where nothing fits.

        ``among`` are those that can be chosen, all if not given. Where a category is not one of them, the nearest above
        it that is stands for it.
        """
        spoken = _Spoken()
        votes: dict[str, float] = defaultdict(float)
        for text, trust in (part for whole in texts for part in _parted(whole)):
            words = _words(text)[:_MOST_TOKENS]
            spoken.hear(words, trust, accented=is_accented(unify(text)))
            for place, length, said, sector in self._found_terms(words):
                votes[sector] += trust * self._weight(words[place : place + length])
                spoken.hear(list(said), trust * _TRANSLATED, accented=True)
        scores = self._scores(spoken)
        heard = sum(votes.values()) or 1.0
        worth: dict[str, float] = {}
        for code, score in scores.items():
            named = self._nearest(code, among)
            if score >= _LEAST and named is not None:
                voted = score * (1 + _SECTOR * votes.get(self._root(code), 0.0) / heard)
                worth[named] = max(worth.get(named, 0.0), voted * self._narrowness(code))
        ranked = [Guess(code, score) for code, score in worth.items()]
        return sorted(ranked, key=lambda guess: (-guess.score, guess.code))[:GUESSES]

    def _label(self, code: str, words: tuple[str, ...], worth: float) -> _Label:
        weights = tuple(self._weight([word]) for word in words)
        return _Label(code, words, tuple(fold(word) for word in words), weights, worth)

    def _learn(self, term: SectorTerm) -> None:
        one, other = tuple(_words(term.vi)), tuple(_words(term.en))
        if one and other:
            self._terms[one].append((other, term.sector))
            self._terms[other].append((one, term.sector))

    def _folded_terms(self) -> Mapping[tuple[str, ...], list[tuple[tuple[str, ...], str]]]:
        found: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for words, known in self._terms.items():
            found[tuple(fold(word) for word in words)].extend(known)
        return found

    def _found_terms(self, words: Sequence[str]) -> Iterable[tuple[int, int, tuple[str, ...], str]]:
        """The longest vocabulary terms at every place of a text, with what they mean in the other language."""
        place = 0
        while place < len(words):
            for length in range(min(_LONGEST_TERM, len(words) - place), 0, -1):
                key = tuple(words[place : place + length])
                known = self._terms.get(key) or self._plain.get(key)
                if known:
                    for said, sector in known:
                        yield place, length, said, sector
                    place += length - 1
                    break
            place += 1

    def _weight(self, words: Iterable[str]) -> float:
        return sum(math.log(1 + self._total / (1 + self._counts[word])) for word in words)

    def _scores(self, spoken: "_Spoken") -> Mapping[str, float]:
        """For each category its best label, and a little for every other label that fits as well."""
        touched = {number for word in spoken.worth for number in self._holding.get(word, ())}
        found: dict[str, list[float]] = defaultdict(list)
        for number in touched:
            label = self._labels[number]
            found[label.category].append(self._fit(label, spoken))
        return {
            code: (ordered := sorted(fits, reverse=True))[0] + _OTHERS * sum(ordered[1:3])
            for code, fits in found.items()
        }

    @staticmethod
    def _fit(label: _Label, spoken: "_Spoken") -> float:
        """The share of a label's weight that the text has; more when its words stand side by side, as in the label."""
        whole = sum(label.weights)
        forms = zip(label.words, label.plain, label.weights, strict=True)
        had = sum(weight * spoken.has(word, plain) for word, plain, weight in forms)
        share = had / whole
        if len(label.words) > 1:
            together = sum(pair in spoken.pairs for pair in pairwise(label.plain))
            beside = together / (len(label.words) - 1)
            share *= _NEIGHBOURS + (1 - _NEIGHBOURS) * beside
        # A long label that fits says more than a short one, up to a point.
        return share * label.worth * min(1.0, whole / (whole + 4.0) + 0.35)

    def _nearest(self, code: str, among: Collection[str] | None) -> str | None:
        """The category itself if it can be chosen, else the nearest above it that can."""
        named: str | None = code
        while named is not None and among is not None and named not in among:
            named = self._parents.get(named)
        return named

    def _narrowness(self, code: str) -> float:
        return 1.0 if self._parents.get(code) else _WHOLE_SECTOR

    def _root(self, code: str) -> str:
        parent = self._parents.get(code)
        return code if not parent else self._root(parent)


class _Spoken:
    """The words of a text and of its translation, with what each is worth."""

    def __init__(self) -> None:
        self.worth: dict[str, float] = {}
        self.pairs: set[tuple[str, str]] = set()

    def hear(self, words: Sequence[str], worth: float, *, accented: bool) -> None:
        """Take words in; a text typed without accents means every word that is spelled so."""
        for word in words:
            plain = fold(word)
            self._note(word, worth)
            self._note(plain, worth * (_UNACCENTED if accented and plain != word else 1.0))
        self.pairs.update(pairwise(fold(word) for word in words))

    def has(self, word: str, plain: str) -> float:
        """How surely the text has a word of a label, which is written ``plain`` without accents."""
        return max(self.worth.get(word, 0.0), self.worth.get(plain, 0.0))

    def _note(self, word: str, worth: float) -> None:
        self.worth[word] = max(worth, self.worth.get(word, 0.0))


def _parted(text: str) -> Iterable[tuple[str, float]]:
    """What a thing is, and what is told of it, each with the trust it deserves."""
    head, *rest = _DETAIL_STARTS.split(text.strip(), maxsplit=1)
    yield head, 1.0
    for detail in rest:
        yield detail, _DETAIL


def _texts(category: Category) -> Iterable[tuple[str, float]]:
    for name in (category.name_vi, category.name_en):
        yield name, _NAME
        parts = _AND.split(name)
        if len(parts) > 1:
            yield from ((part, 1.0) for part in parts)
    for text in (*category.synonyms_vi, *category.synonyms_en):
        yield text, 1.0


def _words(text: str) -> list[str]:
    """The words that carry meaning, in order, as stems with one spelling for tones."""
    stops = STOP_WORDS["en"] | STOP_WORDS["vi"]
    return [stem(word) for word in _TOKEN.findall(unify(text)) if word not in stops and not word.isdigit()]
