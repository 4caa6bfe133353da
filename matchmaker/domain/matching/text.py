"""Normalising Vietnamese and English text into tokens the features share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.domain.matching.languages import detect_language, is_accented
from matchmaker.domain.matching.profiles import Language
from matchmaker.domain.matching.stopwords import BOILERPLATE, STOP_WORDS
from matchmaker.domain.matching.words import fold, stem, unify

MAX_CHARACTERS = 20_000
MAX_TOKENS = 600
_TOKEN = re.compile(r"[^\W_]+")


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
