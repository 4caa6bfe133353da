"""Normalising Vietnamese and English text into tokens the features share."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from sklearn.base import BaseEstimator, TransformerMixin

from matchmaker.domain.matching.languages import detect_language, is_accented
from matchmaker.domain.matching.profiles import Language
from matchmaker.domain.matching.stopwords import BOILERPLATE, STOP_WORDS

MAX_CHARACTERS = 20_000
MAX_TOKENS = 600
_TOKEN = re.compile(r"[^\W_]+")
_MARKS = dict.fromkeys(range(0x0300, 0x0370))
# Both spellings of a tone on oa, oe and uy are in use (hoà, hòa); only an open syllable is ambiguous, and "quy" never.
_NEW_PLACES = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ"
_OLD_PLACES = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy"
_TONE_MOVES = dict(zip(_NEW_PLACES.split(), _OLD_PLACES.split(), strict=True))
_NEW_TONE = re.compile(r"(?<!q)(" + "|".join(_TONE_MOVES) + r")(?![^\W_])")
# A query typed in an old spelling "qúy" is the same word as "quý".
_QU_TONE = re.compile(r"q([ùúủũụ])y(?![^\W_])")
_QU_MOVES = dict(zip("ùúủũụ", "ỳýỷỹỵ", strict=True))


@dataclass(frozen=True, slots=True)
class Text:
    """A raw text and the language its field was declared in, or None."""

    value: str
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class NormalText:
    """A text after normalising.

    `tokens` keep Vietnamese accents and English words as stems, stop words removed, and `surface` the same words as
    written; `syllables` keep stop words as None so that phrases do not run across them; `folded` is the accent-free
    running text for characters; `honesty` falls below 1 when a long text repeats the same few words.
    """

    lang: str
    tokens: tuple[str, ...]
    surface: tuple[str, ...]
    syllables: tuple[str | None, ...]
    folded: str
    accented: bool
    honesty: float


def fold(text: str) -> str:
    """The text in lower case without Vietnamese accents, so that "gom su" finds "gốm sứ"."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return unicodedata.normalize("NFC", decomposed.translate(_MARKS))


def unify(text: str) -> str:
    """The text in NFC, lower case, with one spelling for tones that may stand on either vowel."""
    plain = unicodedata.normalize("NFC", text).lower()
    plain = _QU_TONE.sub(lambda found: "qu" + _QU_MOVES[found[1]], plain)
    return _NEW_TONE.sub(lambda found: _TONE_MOVES[found[1]], plain)


# Endings that turn one trade word into another of the same family (printing, printer, printed), longest first.
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ness", "ing", "ers", "ed", "er", "or", "es", "e")
_LEAST_STEM = 4


@lru_cache(maxsize=200_000)
def singular(word: str) -> str:
    """The English word without its plural ending."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):  # noqa: PLR2004  # Short words.
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]  # noqa: PLR2004  # "ties", but "lies" keeps its e.
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The English word without plural and family endings; for comparing only, texts are always quoted whole."""
    single = singular(word)
    for ending in _ENDINGS:
        if single.endswith(ending) and len(single) - len(ending) >= _LEAST_STEM:
            return single[: -len(ending)]
    return single


def _honesty(words: Sequence[str]) -> float:
    """1 for normal writing, towards 0 when a long text repeats itself.

    Twenty words are free; beyond that at least four in ten should be different words, as in any real product text.
    """
    if len(words) <= 20:  # noqa: PLR2004  # Explained in the docstring.
        return 1.0
    return min(1.0, len(set(words)) / (0.4 * len(words)))


def _is_number(word: str) -> bool:
    """Quantities, years and reference numbers; short names such as 5g or a4 are words."""
    return not word.isalpha() and any(sign.isdigit() for sign in word) and (word.isdigit() or len(word) > 3)  # noqa: PLR2004


class TextNormaliser(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no type hints.
    """Turn `Text` objects into `NormalText` objects; stateless, so `fit` learns nothing."""

    def fit(self, texts: Iterable[Text], _target: object = None) -> Self:
        """Return self: normalising needs no data."""
        del texts
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Always true, for the same reason."""
        return True

    def transform(self, texts: Iterable[Text]) -> list[NormalText]:
        """The normalised texts, in order; an empty or wordless text gives empty tokens, never an error."""
        return [normalise(text) for text in texts]


def normalise(text: Text) -> NormalText:
    """Normalise one text: see `NormalText` for what the parts mean."""
    unified = unify(text.value[:MAX_CHARACTERS])
    for pattern in BOILERPLATE:
        unified = pattern.sub(" ", unified)
    words = _TOKEN.findall(unified)
    lang = detect_language(words, text.lang)
    accented = is_accented(unified)
    stops = STOP_WORDS[lang] if lang == Language.EN or accented else STOP_WORDS["vi_folded"]
    honesty = _honesty(words)
    words = words[:MAX_TOKENS]
    surface = [None if word in stops or _is_number(word) else word for word in words]
    kept = [stem(word) if word is not None and lang == Language.EN else word for word in surface]
    return NormalText(
        lang=lang,
        tokens=tuple(word for word in kept if word is not None),
        surface=tuple(word for word in surface if word is not None),
        syllables=tuple(kept),
        folded=fold(" ".join(words)),
        accented=accented,
        honesty=honesty,
    )
