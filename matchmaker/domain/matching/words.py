"""Spellings made comparable: accents, tone placement, English endings. It needs no library, so pages may use it."""

import re
import unicodedata
from functools import lru_cache

_MARKS = dict.fromkeys(range(0x0300, 0x0370))
# Both spellings of a tone on oa, oe and uy are in use (hoà, hòa); only an open syllable is ambiguous, and "quy" never.
_NEW_PLACES = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ"
_OLD_PLACES = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy"
_TONE_MOVES = dict(zip(_NEW_PLACES.split(), _OLD_PLACES.split(), strict=True))
_NEW_TONE = re.compile(r"(?<!q)(" + "|".join(_TONE_MOVES) + r")(?![^\W_])")
# A query typed in an old spelling "qúy" is the same word as "quý".
_QU_TONE = re.compile(r"q([ùúủũụ])y(?![^\W_])")
_QU_MOVES = dict(zip("ùúủũụ", "ỳýỷỹỵ", strict=True))


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
