"""Which of the two languages a text is written in, also when its accents are missing."""

import re
import unicodedata
from collections.abc import Sequence

from matchmaker.domain.matching.profiles import Language

# French and Portuguese share acute, grave, circumflex and tilde; horn, hook, dot below, breve and đ are Vietnamese.
_SURE_MARKS = {"\u0309", "\u0323", "\u031b", "\u0306"}
_MARKS = _SURE_MARKS | {"\u0300", "\u0301", "\u0302", "\u0303"}
_ONSET = r"(?:ngh|ng|nh|gh|gi|ch|kh|ph|th|tr|qu|[bcdghklmnprstvx])?"
_NUCLEUS = (
    r"(?:uye|uya|uoi|uou|ieu|yeu|oai|oay|oeo|uay|uyu|uao|oao|"
    r"ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ye|[aeiouy])"
)
_SYLLABLE = re.compile(_ONSET + _NUCLEUS + r"(?:ch|ng|nh|[cmnpt])?$")
# Frequent English words that happen to have the shape of a Vietnamese syllable.
_LOOK_ALIKES = """a an on in to of or so no do go the and for with we our at as is by it be are from that this you your
can man men hot hat bag box oil tea ice toy car gas pet pen pan pot net set cut cup cap map top hang mat sun sea gym kit
tin tie toe tap tip bat bed big bin bit boy bus"""
_ENGLISH = frozenset(_LOOK_ALIKES.split())
# The share of syllable-shaped words from which a text without accents is Vietnamese: when declared so, and when not.
HALF, NEARLY_ALL = 0.5, 0.8


def is_accented(text: str) -> bool:
    """Whether any letter carries a Vietnamese mark (or is đ)."""
    if text.isascii():
        return False
    return "đ" in text or not _MARKS.isdisjoint(unicodedata.normalize("NFD", text))


def _is_surely_vietnamese(word: str) -> bool:
    """Whether no other language would write the word: a mark only Vietnamese has, or two marks on one letter."""
    if word.isascii():
        return False
    return "đ" in word or any(
        not _SURE_MARKS.isdisjoint(marks) or len(_MARKS.intersection(marks)) > 1
        for marks in (unicodedata.normalize("NFD", letter) for letter in word)
    )


def _bare(word: str) -> str:
    """The word without marks."""
    return "".join(sign for sign in unicodedata.normalize("NFD", word.replace("đ", "d")) if sign not in _MARKS)


def _syllable_share(words: Sequence[str]) -> float:
    """The share of the words in Latin letters that have the shape of a Vietnamese syllable."""
    letters = [bare for bare in map(_bare, words) if bare.isascii() and bare.isalpha()]
    if not letters:
        return 0.0
    return sum(1 for word in letters if word not in _ENGLISH and _SYLLABLE.match(word)) / len(letters)


def detect_language(words: Sequence[str], declared: str | None) -> Language:
    """The language of the text whose lower-case words are given.

    The declared language is believed unless the letters contradict it: a Vietnamese company often has one English
    line, and the other way round. Any language but these two is treated as English, whose words it mostly shares.
    """
    sample = words[:200]
    sure = sum(1 for word in sample if _is_surely_vietnamese(word))
    marked = sum(1 for word in sample if is_accented(word))
    if declared == Language.EN:
        return Language.VI if marked * 2 >= len(sample) > 0 and sure else Language.EN
    if marked and (sure or declared == Language.VI):
        return Language.VI if marked * 5 >= len(sample) or declared == Language.VI else Language.EN
    share = _syllable_share(sample)
    if declared == Language.VI:
        has_words = any(word.isascii() and word.isalpha() for word in sample)
        return Language.VI if share >= HALF or not has_words else Language.EN
    return Language.VI if share >= NEARLY_ALL and (marked or len(sample) > 1) else Language.EN
